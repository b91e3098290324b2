//! The kinds of a prompt's questions: why, when and who ask for other answers, even about the same thing.

use super::scan::Piece;

/// What a prompt asks for, where that can be told from a question word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds {
    pub(super) why: bool,
    pub(super) when: bool,
    pub(super) who: bool,
    pub(super) place: bool,
    pub(super) frequency: bool,
    pub(super) how: bool,
}

const AUXILIARIES: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "would", "will", "must", "has", "have", "may", "am",
    "to", "isn't", "doesn't", "don't", "didn't", "won't", "can't",
];

/// The kinds in these pieces. Words that join clauses ("the dragon who", "when I open it") are no questions.
pub(super) fn kinds(pieces: &[Piece]) -> Kinds {
    let mut kinds = Kinds::default();
    for (at, piece) in pieces.iter().enumerate() {
        if piece.literal {
            continue;
        }
        let word = |offset: usize| pieces.get(at + offset).map_or("", |piece| piece.folded.as_str());
        let before = at.checked_sub(1).and_then(|at| pieces.get(at)).map_or("", |piece| piece.folded.as_str());
        let first = piece.starts || at == 0 || matches!(before, "and" | "hi" | "hello" | "in" | "at" | "since" | "know" | "me" | "or" | "by");
        let asks = first || matches!(before, "explain" | "tell" | "wonder" | "ask");
        let inverted = AUXILIARIES.contains(&word(1));
        match piece.folded.as_str() {
            "why" | "why's" | "whys" => kinds.why = true,
            "reason" | "reasons" | "cause" | "causes" | "caused" => kinds.why = true,
            "makes" | "made" if matches!(before, "what") => kinds.why = true,
            "when" | "when's" if (asks || inverted) && (inverted || word(1).is_empty() || before == "know") => kinds.when = true,
            "date" | "year" | "day" | "time" | "month" | "cases" | "season" => kinds.when |= matches!(before, "what" | "which")
                || matches!(before, "best" | "right" | "good"),
            "who" | "whom" | "who's" | "whose" if asks => kinds.who = true,
            "author" | "composer" | "inventor" | "writer" | "founder" => kinds.who = true,
            "where" | "where's" if asks || inverted => kinds.place = true,
            "often" | "frequently" if before == "how" => kinds.frequency = true,
            "times" if before == "many" => kinds.frequency = true,
            "how" | "how's" if word(1) != "many" && word(1) != "much" && asks => kinds.how = true,
            _ => {}
        }
    }
    kinds
}

/// The two kinds when the prompts ask for different things.
pub(super) fn differ(a: Kinds, b: Kinds) -> Option<(&'static str, &'static str)> {
    let name = |kinds: Kinds| {
        if kinds.why {
            "why"
        } else if kinds.when {
            "when"
        } else if kinds.who {
            "who"
        } else if kinds.frequency {
            "how often"
        } else if kinds.place {
            "where"
        } else if kinds.how {
            "how"
        } else {
            "what"
        }
    };
    let (left, right) = (name(a), name(b));
    // "Where can I find it" and "How do I find it" have one answer; so have "how" and "what" for a procedure.
    let general = |kind| matches!(kind, "how" | "what" | "where");
    (left != right && !(general(left) && general(right))).then_some((left, right))
}
