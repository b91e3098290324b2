//! Characters as words are made of them: clean, without accents, in lower case. One comes after the other, so that a
//! text is read only as far as its tokens are wanted.

use unicode_normalization::char::decompose_canonical;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::Normalisation;

/// Calls `with` with the characters of a text, normalised.
pub(super) fn normalised(text: &str, options: Normalisation, with: impl FnOnce(&mut dyn Iterator<Item = char>)) {
    let Normalisation { clean, chinese, strip_accents, lowercase } = options;
    let cleaned = text.chars().filter_map(move |character| if clean { cleaned(character) } else { Some(character) });
    let spaced = cleaned.flat_map(move |character| {
        let space = (chinese && is_chinese(character)).then_some(' ');
        space.into_iter().chain([character]).chain(space)
    });
    let lowered = |character: char| Lowered::new(character, lowercase);
    if strip_accents {
        let stripped = spaced.flat_map(Decomposed::new).filter(|character| !is_accent(*character));
        with(&mut stripped.flat_map(lowered));
    } else {
        with(&mut spaced.flat_map(lowered));
    }
}

/// None for what is dropped, and a space for any kind of space.
fn cleaned(character: char) -> Option<char> {
    match character {
        ' '..='~' => Some(character),
        '\t' | '\n' | '\r' => Some(' '),
        '\0' | '\u{fffd}' => None,
        _ if is_control(character) => None,
        _ if character.is_whitespace() => Some(' '),
        _ => Some(character),
    }
}

/// What Unicode calls control, format and private use.
fn is_control(character: char) -> bool {
    matches!(
        character.general_category(),
        GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse
    )
}

/// Marks that take no space of their own.
fn is_accent(character: char) -> bool {
    !character.is_ascii() && character.general_category() == GeneralCategory::NonspacingMark
}

/// What words are split by, each of which is a word: in ASCII all that is neither letter nor digit, `$` and `+` too.
pub(super) fn is_punctuation(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_punctuation()
    } else {
        character.general_category_group() == GeneralCategoryGroup::Punctuation
    }
}

/// Chinese characters. The begin of the block E is 2B820, but models are made with `tokenizers`, where it is 2B920.
fn is_chinese(character: char) -> bool {
    matches!(
        character,
        '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2a6df}'
            | '\u{2a700}'..='\u{2b73f}'
            | '\u{2b740}'..='\u{2b81f}'
            | '\u{2b920}'..='\u{2ceaf}'
            | '\u{2f800}'..='\u{2fa1f}'
    )
}

/// What a character is made of. Marks are not put into Unicode's order: those that have one are accents, and are
/// dropped, but for a few of musical notation.
struct Decomposed {
    parts: [char; Decomposed::PARTS],
    /// Those that have not been taken.
    left: std::ops::Range<usize>,
}

impl Decomposed {
    /// More than any character of Unicode has, which is four.
    const PARTS: usize = 8;

    fn new(character: char) -> Decomposed {
        let mut decomposed = Decomposed { parts: [character; Decomposed::PARTS], left: 0..1 };
        if !character.is_ascii() {
            decomposed.left.end = 0;
            decompose_canonical(character, |part| {
                if let Some(place) = decomposed.parts.get_mut(decomposed.left.end) {
                    *place = part;
                    decomposed.left.end += 1;
                }
            });
        }
        decomposed
    }
}

impl Iterator for Decomposed {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.left.next().and_then(|at| self.parts.get(at).copied())
    }
}

/// A character, or those that it is in lower case.
enum Lowered {
    Same(Option<char>),
    Lower(std::char::ToLowercase),
}

impl Lowered {
    fn new(character: char, lowercase: bool) -> Lowered {
        match character {
            _ if !lowercase => Lowered::Same(Some(character)),
            _ if character.is_ascii() => Lowered::Same(Some(character.to_ascii_lowercase())),
            _ => Lowered::Lower(character.to_lowercase()),
        }
    }
}

impl Iterator for Lowered {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Lowered::Same(character) => character.take(),
            Lowered::Lower(characters) => characters.next(),
        }
    }
}
