//! Texts that are counted in tokens: here a token is a word with the blanks before it.

use std::sync::Arc;

/// The tokens of a text.
pub(crate) fn tokens(text: &str) -> usize {
    split(text).count()
}

/// Words with the blanks before them; blanks at the end belong to the last word.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = rest.find(|letter: char| !letter.is_whitespace())?;
        let end = rest[word..].find(char::is_whitespace).map_or(rest.len(), |length| word + length);
        let end = if rest[end..].trim_start().is_empty() { rest.len() } else { end };
        let (token, left) = rest.split_at(end);
        rest = left;
        Some(token)
    })
}

/// What an answer says: as many tokens as are wanted, by beginning again where the words end.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    words: Arc<[Box<str>]>,
    count: usize,
}

impl Text {
    /// The text as it is, or repeated or cut to `wanted` tokens.
    pub(crate) fn new(text: &str, wanted: Option<usize>) -> Text {
        let words: Arc<[Box<str>]> = split(text).map(Box::from).collect();
        let count = if words.is_empty() { 0 } else { wanted.unwrap_or(words.len()) };
        Text { words, count }
    }

    /// Cut to `most` tokens, and whether something is missing then.
    pub(crate) fn cut(self, most: Option<usize>) -> (Text, bool) {
        let count = most.map_or(self.count, |most| most.min(self.count));
        let is_cut = count < self.count;
        (Text { count, ..self }, is_cut)
    }

    /// Its tokens.
    pub(crate) fn tokens(&self) -> usize {
        self.count
    }

    /// The whole text.
    pub(crate) fn whole(&self) -> String {
        self.range(0, self.count)
    }

    /// The text in pieces of `size` tokens.
    pub(crate) fn chunks(self, size: usize) -> impl Iterator<Item = String> + Send + 'static {
        let size = size.max(1);
        (0..self.count.div_ceil(size)).map(move |nth| self.range(nth * size, (nth + 1) * size))
    }

    fn range(&self, from: usize, to: usize) -> String {
        let mut text = String::new();
        for nth in from..to.min(self.count) {
            let Some(word) = self.words.get(nth % self.words.len()) else { break };
            if nth > 0 && !word.starts_with(char::is_whitespace) {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }
}

/// The beginning of a text, at most `bytes` long.
pub(crate) fn beginning(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_text_are_the_text() {
        for text in ["", " ", "one", "one two", " one\n two ", "ä  ö\tü", "a b c d e f g"] {
            for size in 1..4 {
                let whole: String = Text::new(text, None).chunks(size).collect();
                assert_eq!(whole, if text.trim().is_empty() { "" } else { text }, "{size}");
                assert_eq!(whole, Text::new(text, None).whole());
            }
        }
    }

    #[test]
    fn a_text_is_repeated_to_the_tokens_that_are_wanted() {
        let text = Text::new("one two", Some(5));
        assert_eq!((text.whole().as_str(), text.tokens()), ("one two one two one", 5));
        assert_eq!(text.clone().chunks(2).collect::<Vec<_>>(), ["one two", " one two", " one"]);
        let (text, is_cut) = text.cut(Some(1));
        assert_eq!((text.whole().as_str(), is_cut), ("one", true));
        assert_eq!(Text::new("", Some(5)).tokens(), 0);
    }

    #[test]
    fn the_beginning_of_a_text_ends_between_letters() {
        assert_eq!(beginning("äöü", 3), "ä");
        assert_eq!(beginning("abc", 30), "abc");
    }
}
