//! What the rules compare: a prompt's words by weight, its numbers, its negations and the kinds of its questions.

use super::limits::MAX_PROMPT_WORDS;
use super::number::{self, Number};
use super::question::{self, Kinds};
use super::scan::{Piece, scan};
use super::stem::{Stem, same_word, stem};
use super::tables::TABLES;

/// How much it says when a word stands in one prompt only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Nothing.
    Stop,
    /// Nothing, unless the other prompt has another word of this class in its place.
    Light(&'static str),
    /// The prompts are about different things.
    Content,
    /// The same, and it is a name: capitalised, quoted, an identifier.
    Name,
}

#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As written, for the log.
    pub(super) text: String,
    pub(super) folded: String,
    pub(super) stem: Stem,
    /// What stands for the word and its synonyms.
    pub(super) canonical: String,
    pub(super) weight: Weight,
    /// No synonyms and other forms: quoted or code.
    literal: bool,
}

impl Word {
    pub(super) fn matches(&self, other: &Word) -> bool {
        self.folded == other.folded
            || !(self.literal || other.literal) && same_word(&self.stem, &other.stem)
            || self.canonical == other.canonical
    }
}

#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) words: Vec<Word>,
    pub(super) numbers: Vec<Number>,
    /// The words that negate, as written.
    pub(super) negations: Vec<String>,
    pub(super) kinds: Kinds,
}

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nothing", "nobody", "nowhere", "neither", "nor", "without", "cannot", "non",
    "unable", "cant", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "wont", "wouldnt", "shouldnt", "couldnt",
    "havent", "hasnt", "w/o",
];

impl Prompt {
    /// Nothing when the text has more words than the limit.
    pub(super) fn read(text: &str) -> Option<Prompt> {
        let pieces = scan(text, MAX_PROMPT_WORDS)?;
        let shouted = is_shouted(&pieces);
        let stems: Vec<Stem> = pieces.iter().map(|piece| stem(bare(&piece.folded))).collect();
        let mut prompt = Prompt {
            words: Vec::with_capacity(pieces.len()),
            numbers: Vec::new(),
            negations: Vec::new(),
            kinds: question::kinds(&pieces),
        };
        let mut at = 0;
        while let (Some(piece), Some(rest)) = (pieces.get(at), pieces.get(at..)) {
            let phrase = stems.get(at..).and_then(|stems| TABLES.phrase(stems));
            if let Some((length, stands_for)) = phrase.filter(|_| !piece.literal) {
                let written = rest.iter().take(length).map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
                prompt.words.extend(stands_for.split_whitespace().map(|word| stand_in(word, written.clone())));
                at += length;
            } else if let Some((number, taken)) = number_at(&pieces, at).filter(|_| !piece.literal) {
                prompt.number(number, rest.get(..taken).unwrap_or(rest));
                at += taken;
            } else if let Some((particle, stands_for)) = split_phrasal(&stems, at) {
                prompt.words.push(stand_in(stands_for, format!("{} … {particle}", piece.text)));
                at += 1;
            } else {
                let free = piece.folded == "free" && piece.ends_compound && at > 0 && !piece.starts;
                if NEGATIONS.contains(&piece.folded.as_str()) || piece.folded.ends_with("n't") || free {
                    prompt.negations.push(piece.text.clone());
                } else {
                    prompt.words.push(read_word(piece, shouted));
                }
                at += 1;
            }
        }
        Some(prompt)
    }

    fn number(&mut self, number: Number, pieces: &[Piece]) {
        let text = pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
        // The other prompt may have the same word where it is no number: "one".
        self.words.push(Word {
            folded: text.to_lowercase(),
            stem: Stem { text: number.value.clone(), cut: false },
            canonical: format!("{} {}", number.value, number.unit),
            weight: Weight::Stop,
            literal: true,
            text,
        });
        self.numbers.push(number);
    }
}

/// "second" measures time after a number or an article of measure, and is an ordinal elsewhere.
fn number_at(pieces: &[Piece], at: usize) -> Option<(Number, usize)> {
    let piece = pieces.get(at)?;
    let before = at.checked_sub(1).and_then(|before| pieces.get(before)).map(|piece| piece.folded.as_str());
    if piece.folded == "second" && matches!(before, Some("per" | "a" | "each" | "every" | "one")) {
        return None;
    }
    let (mut number, taken) = number::read(pieces.get(at..)?)?;
    // "11 September" and "September 11th" are one date.
    let month = |at: Option<usize>| at.and_then(|at| pieces.get(at)).is_some_and(|piece| is_month(&piece.folded));
    if number.ordinal && (month(at.checked_sub(1)) || month(Some(at + taken)) || month(Some(at + taken + 1))) {
        number.ordinal = false;
    }
    Some((number, taken))
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    word.get(..3).is_some_and(|start| MONTHS.contains(&start))
        && (word.len() == 3 || word.len() > 4 || word == "june" || word == "july")
}

/// "turn … off", with a few words between: its particle, and the word that stands for it.
fn split_phrasal(stems: &[Stem], at: usize) -> Option<(&'static str, &'static str)> {
    if !matches!(stems.get(at)?.text.as_str(), "turn" | "switch") {
        return None;
    }
    stems.iter().skip(at + 1).take(6).find_map(|stem| match stem.text.as_str() {
        "on" => Some(("on", "enable")),
        "off" => Some(("off", "disable")),
        _ => None,
    })
}

/// Without the endings that a pronoun or a verb leaves: "what's", "Apple's", "we'll".
fn bare(folded: &str) -> &str {
    ["'s", "'re", "'ve", "'ll", "'d", "'m", "'"].iter().find_map(|ending| folded.strip_suffix(ending)).unwrap_or(folded)
}

fn is_capitalised(piece: &Piece) -> bool {
    piece.text.starts_with(char::is_uppercase) && piece.folded != "i" && !piece.folded.starts_with("i'")
}

/// Whether capitals mean nothing here: a text in upper case, or a title.
fn is_shouted(pieces: &[Piece]) -> bool {
    let (mut capitals, mut words) = (0, 0);
    for piece in pieces.iter().filter(|piece| !piece.starts && piece.text.chars().all(char::is_alphabetic)) {
        words += 1;
        capitals += usize::from(is_capitalised(piece));
    }
    words > 2 && capitals * 4 > words * 3
}

/// A word that stands for a phrase, which the log shows as written.
fn stand_in(word: &str, written: String) -> Word {
    let (text, folded) = (word.to_owned(), word.to_owned());
    let piece = Piece { text, folded, starts: true, literal: false, ends_compound: false, pause: false };
    Word { text: written, ..read_word(&piece, false) }
}

/// The class of units; those of `words/light.txt` have the name of their first word.
const UNIT_CLASS: &str = "unit";

fn read_word(piece: &Piece, shouted: bool) -> Word {
    let word = bare(&piece.folded);
    let stem = stem(word);
    let acronym = !shouted && piece.text.chars().count() > 1 && piece.text.chars().all(char::is_uppercase);
    // "us" is a pronoun, "US" is a country.
    let country = acronym && piece.text == "US";
    let named = piece.literal || acronym || !shouted && !piece.starts && is_capitalised(piece);
    // Units are a class of their own: "by week" and "by month".
    let unit = number::unit(&stem.text).filter(|_| stem.text.len() > 1);
    let general = TABLES.canonical(&stem, word);
    let light = unit.map(|_| UNIT_CLASS).or_else(|| TABLES.light(word, &stem, &general));
    // A letter that stands for something: "hepatitis A", "rename A to B".
    let letter = piece.text == "A" && !piece.starts && !shouted;
    let weight = if country || letter || piece.literal {
        Weight::Name
    } else if TABLES.is_function(word) {
        Weight::Stop
    } else if acronym || named && light.is_none() {
        Weight::Name
    } else if TABLES.is_stop(word, &stem) {
        Weight::Stop
    } else {
        light.map_or(Weight::Content, Weight::Light)
    };
    let canonical = if country {
        "usa".to_owned()
    } else if weight == Weight::Name {
        TABLES.alias(&stem.text)
    } else {
        unit.map_or(general, str::to_owned)
    };
    Word { text: piece.text.clone(), folded: word.to_owned(), stem, canonical, weight, literal: piece.literal }
}
