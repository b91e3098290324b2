//! The tokens by their text: two sorted tables, of what words begin with and of what they go on with. No hashing:
//! whoever chooses the words cannot make a search long.

use crate::Error;

/// What stands before a token that continues a word.
pub(super) const CONTINUES: &str = "##";

/// All tokens.
pub(super) struct Vocabulary {
    text: String,
    beginnings: Vec<Entry>,
    continuations: Vec<Entry>,
}

/// A token: where its text is, and its number.
#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    length: u32,
    token: u32,
}

/// One of the two tables.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    text: &'a [u8],
    entries: &'a [Entry],
}

impl Vocabulary {
    /// Of tokens with their numbers. All their text together is shorter than 4 GiB, because a file is. The same token
    /// twice has the number of the last one, as in a map of Python's.
    pub(super) fn new(file: &str, tokens: &[(String, u32)]) -> Result<Vocabulary, Error> {
        let mut vocabulary = Vocabulary { text: String::new(), beginnings: Vec::new(), continuations: Vec::new() };
        for (text, token) in tokens {
            let (table, text) = match text.strip_prefix(CONTINUES) {
                Some(text) => (&mut vocabulary.continuations, text),
                None => (&mut vocabulary.beginnings, text.as_str()),
            };
            let start = u32::try_from(vocabulary.text.len());
            let (Ok(start), Ok(length)) = (start, u32::try_from(text.len())) else {
                return Err(Error::malformed(file, "the tokens have more than 4 GiB"));
            };
            if length > 0 {
                vocabulary.text.push_str(text);
                table.push(Entry { start, length, token: *token });
            }
        }
        let text = vocabulary.text.as_bytes();
        for table in [&mut vocabulary.beginnings, &mut vocabulary.continuations] {
            // Stable: of equal ones the last comes last, and `dedup` keeps the first.
            table.reverse();
            table.sort_by(|a, b| a.text(text).cmp(b.text(text)));
            table.dedup_by(|a, b| a.text(text) == b.text(text));
        }
        Ok(vocabulary)
    }

    pub(super) fn beginnings(&self) -> Table<'_> {
        Table { text: self.text.as_bytes(), entries: &self.beginnings }
    }

    pub(super) fn continuations(&self) -> Table<'_> {
        Table { text: self.text.as_bytes(), entries: &self.continuations }
    }
}

impl Entry {
    fn text(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..).and_then(|text| text.get(..self.length as usize)).unwrap_or_default()
    }
}

impl Table<'_> {
    /// The number of a token with exactly this text.
    pub(super) fn get(self, text: &str) -> Option<u32> {
        self.longest(text.as_bytes()).filter(|(length, _)| *length == text.len()).map(|(_, token)| token)
    }

    /// The longest token that `word` begins with: its length in bytes and its number.
    pub(super) fn longest(self, word: &[u8]) -> Option<(usize, u32)> {
        let mut best = None;
        // Those that begin as the word does, up to the depth: they stand together.
        let mut alike = self.entries;
        for (depth, byte) in word.iter().enumerate() {
            let at = |entry: &Entry| entry.text(self.text).get(depth).copied();
            let begin = alike.partition_point(|entry| at(entry) < Some(*byte));
            let end = alike.partition_point(|entry| at(entry) <= Some(*byte));
            alike = alike.get(begin..end).unwrap_or_default();
            // The shortest is the first.
            let Some(first) = alike.first() else { break };
            if first.length as usize == depth + 1 {
                best = Some((depth + 1, first.token));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_token_is_found_and_of_two_the_last() {
        let tokens = ["a", "ab", "abcd", "##ab", "é", "éa", "##", "", "b", "ab"];
        let tokens: Vec<_> = (0..).zip(tokens).map(|(token, text)| (text.to_owned(), token)).collect();
        let vocabulary = Vocabulary::new("a file", &tokens).expect("small");
        for (word, found) in [
            ("abc", Some((2, 9))),
            ("abcd", Some((4, 2))),
            ("abcde", Some((4, 2))),
            ("éa", Some((3, 5))),
            ("éb", Some((2, 4))),
            ("è", None),
            ("c", None),
            ("", None),
        ] {
            assert_eq!(vocabulary.beginnings().longest(word.as_bytes()), found, "{word}");
        }
        assert_eq!(vocabulary.continuations().longest(b"abc"), Some((2, 3)));
        assert_eq!(vocabulary.beginnings().get("abc"), None);
        assert_eq!(vocabulary.beginnings().get("abcd"), Some(2));
    }
}
