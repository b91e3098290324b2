//! The kinds of a prompt's questions: why, when and who ask for other answers, even about the same thing.

use super::scan::Piece;

/// What a prompt asks for. Two prompts agree when each may be asking all that the other surely asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds {
    sure: u8,
    possible: u8,
}

const WHY: u8 = 1;
const WHEN: u8 = 2;
const WHO: u8 = 4;
const OFTEN: u8 = 8;
/// How to do it: "how do I", "what is the way to".
const PROCEDURE: u8 = 16;
/// What it is: "what is", "explain", "how does it work".
const DEFINITION: u8 = 32;
const ANY: u8 = PROCEDURE | DEFINITION;

const NAMES: [(u8, &str); 6] =
    [(WHY, "why"), (WHEN, "when"), (WHO, "who"), (OFTEN, "how often"), (PROCEDURE, "how to"), (DEFINITION, "what")];

const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "would", "will", "must", "has", "have",
    "may", "am", "to", "isn't", "doesn't", "don't", "didn't", "won't", "can't",
];

/// Words of "what is the … to", which ask for a procedure.
const PROCEDURES: &str = "way ways steps method procedure process command recipe technique trick approach how fix \
    formula best right correct proper good fastest easiest quickest cheapest treatment form";

/// The kinds in these pieces. Words that join clauses ("the dragon who", "when I open it") are no questions.
pub(super) fn kinds(pieces: &[Piece]) -> Kinds {
    let mut kinds = Kinds { sure: 0, possible: 0 };
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| !piece.literal) {
        let word = |offset: usize| pieces.get(at + offset).map_or("", |piece| piece.folded.as_str());
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        let pause = before.is_none_or(|before| before.pause);
        let before = before.map_or("", |piece| piece.folded.as_str());
        let asks = piece.starts
            || pause
            || matches!(
                before,
                "and" | "hi" | "hello" | "in" | "know" | "me" | "or" | "by" | "explain" | "tell" | "ask"
            );
        let inverted = AUXILIARIES.contains(&word(1));
        let procedure = || (0..12).map(word).any(|word| PROCEDURES.split(' ').any(|other| other == word));
        let possible = match piece.folded.as_str() {
            "why" | "why's" | "whys" => WHY,
            "reason" | "reasons" => WHY,
            "cause" | "causes" | "caused" => WHY | DEFINITION,
            "makes" | "made" if before == "what" => WHY | PROCEDURE,
            "purpose" => WHY | DEFINITION,
            "when" | "when's"
                if (asks || inverted) && (inverted || matches!(word(1), "" | "and" | "or") || before == "know") =>
            {
                WHEN
            }
            "date" | "year" | "day" | "time" | "month" | "cases" | "season"
                if matches!(before, "what" | "which" | "best" | "right" | "good") =>
            {
                WHEN
            }
            "who" | "whom" | "who's" | "whose" if asks => WHO,
            "author" | "composer" | "inventor" | "writer" | "founder" => WHO,
            "often" | "frequently" if before == "how" => OFTEN,
            "times" if before == "many" => OFTEN,
            "how" | "how's" if asks => match (word(1), word(2)) {
                ("to", _) => PROCEDURE,
                ("do" | "can" | "could" | "should" | "would" | "must", "i" | "we" | "you" | "one" | "someone") => {
                    PROCEDURE
                }
                _ => 0,
            },
            // Asked for, not asked about: "Create a pivot table" is no "What is a pivot table?".
            "create" | "make" | "write" | "build" | "draft" | "generate" | "compose" | "produce" | "prepare"
                if piece.starts =>
            {
                PROCEDURE
            }
            "can" | "could" | "may" if piece.starts && matches!(word(1), "i" | "we") => PROCEDURE,
            // "Should I do it" wants a judgement.
            "should" if piece.starts => DEFINITION,
            "what" if asks && matches!(word(1), "can" | "should" | "do" | "must") => PROCEDURE,
            "what" | "what's" | "whats" if asks && !procedure() => match word(1) {
                "is" | "are" | "was" | "were" | "does" => DEFINITION,
                _ if piece.folded != "what" => DEFINITION,
                _ => 0,
            },
            "explain" | "define" if !procedure() => DEFINITION,
            _ => 0,
        };
        // "What causes it" may be why or what, while "why" is nothing else.
        if possible & ANY == 0 {
            kinds.sure |= possible;
        }
        kinds.possible |= possible;
    }
    if kinds.possible == 0 {
        kinds.possible = ANY;
    }
    kinds
}

/// The two kinds when the prompts ask for different things.
pub(super) fn differ(a: Kinds, b: Kinds) -> Option<(&'static str, &'static str)> {
    let agree = a.possible & b.possible != 0 && a.sure & !b.possible == 0 && b.sure & !a.possible == 0;
    let name = |kinds: u8| NAMES.iter().find(|(kind, _)| kinds & kind != 0).map_or("", |(_, name)| name);
    // What only one of them asks, else what they ask.
    let own =
        |x: Kinds, y: Kinds| name(if x.possible & !y.possible == 0 { x.possible } else { x.possible & !y.possible });
    (!agree).then(|| (own(a, b), own(b, a)))
}
