//! Characters become words: split at spaces, and each punctuation mark by itself.

use super::characters::is_punctuation;

/// The words of some characters, one at a time.
pub(super) struct Words<'a> {
    characters: &'a mut dyn Iterator<Item = char>,
    /// Characters of a word that are kept.
    most: usize,
    word: String,
    /// The punctuation mark behind the word.
    behind: Option<char>,
}

/// A word, or that it was longer than any that is looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word<'a> {
    Known(&'a str),
    TooLong,
}

impl<'a> Words<'a> {
    pub(super) fn new(characters: &'a mut dyn Iterator<Item = char>, most: usize) -> Words<'a> {
        Words { characters, most, word: String::new(), behind: None }
    }

    /// The next word, which is not empty.
    pub(super) fn next(&mut self) -> Option<Word<'_>> {
        self.word.clear();
        if let Some(mark) = self.behind.take() {
            return Some(self.mark(mark));
        }
        let mut length = 0;
        for character in &mut *self.characters {
            let punctuation = is_punctuation(character);
            if punctuation && length == 0 {
                return Some(self.mark(character));
            }
            if punctuation {
                self.behind = Some(character);
                break;
            }
            if character.is_whitespace() {
                if length == 0 {
                    continue;
                }
                break;
            }
            length += 1;
            if length <= self.most {
                self.word.push(character);
            }
        }
        match length {
            0 => None,
            _ if length > self.most => Some(Word::TooLong),
            _ => Some(Word::Known(&self.word)),
        }
    }

    fn mark(&mut self, mark: char) -> Word<'_> {
        self.word.push(mark);
        Word::Known(&self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_and_punctuation_and_long_ones_are_not_kept() {
        for (text, expected) in [
            ("", ""),
            ("  ", ""),
            ("a b\u{3000}c", "a|b|c"),
            ("don't stop.", "don|'|t|stop|."),
            ("«a»--", "«|a|»|-|-"),
            ("abcd abcde abcd", "abcd|too long|abcd"),
        ] {
            let mut characters = text.chars();
            let mut words = Words::new(&mut characters, 4);
            let mut found = Vec::new();
            while let Some(word) = words.next() {
                found.push(match word {
                    Word::Known(word) => word.to_owned(),
                    Word::TooLong => "too long".to_owned(),
                });
            }
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }
}
