//! Texts become tokens as BERT reads them: <https://github.com/google-research/bert#tokenization>, in the form that
//! Hugging Face's `tokenizers` gave it. Nothing of a text is read behind the last token that there is room for.
//!
//! Which characters are marks or punctuation is asked of today's Unicode, where `tokenizers` has tables of 2015: a word
//! with one of the few hundred that came since may be other tokens here.

mod added;
mod characters;
mod file;
mod vocabulary;
mod words;

use added::Added;
use vocabulary::Vocabulary;
use words::Words;

use crate::Error;
use crate::source::Source;

/// The first token of every text.
const FIRST: &str = "[CLS]";
/// The last.
const LAST: &str = "[SEP]";
/// The word that there is no token for.
const UNKNOWN: &str = "[UNK]";

/// How characters are treated before words are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Normalisation {
    /// Control characters are dropped.
    clean: bool,
    /// Each Chinese character is a word.
    chinese: bool,
    /// Accents are dropped.
    strip_accents: bool,
    lowercase: bool,
}

/// A vocabulary, and how words are found in it.
pub(crate) struct Tokenizer {
    vocabulary: Vocabulary,
    added: Added,
    normalisation: Normalisation,
    /// Words of more characters are unknown.
    word_chars: usize,
    first: u32,
    last: u32,
    unknown: u32,
}

impl Tokenizer {
    /// Reads `tokenizer.json`, or `vocab.txt` where there is none. No token's number is `tokens` or greater.
    pub(crate) fn read(source: &mut dyn Source, tokens: usize) -> Result<Tokenizer, Error> {
        file::read(source, tokens)
    }

    /// The numbers of a text's tokens, `most` of them at most, which is at least 2: the first, what there is of the
    /// text, and the last.
    pub(crate) fn encode(&self, text: &str, most: usize) -> Vec<u32> {
        let mut tokens = Vec::with_capacity(most.min(text.len() + 2));
        tokens.push(self.first);
        let room = most.saturating_sub(1);
        let mut rest = text;
        while tokens.len() < room {
            let Some(found) = self.added.first(rest) else {
                self.push_words(rest, &mut tokens, room);
                break;
            };
            self.push_words(found.before, &mut tokens, room);
            if tokens.len() < room {
                tokens.push(found.token);
            }
            rest = found.after;
        }
        tokens.push(self.last);
        tokens
    }

    fn push_words(&self, text: &str, tokens: &mut Vec<u32>, room: usize) {
        characters::normalised(text, self.normalisation, |characters| {
            let mut words = Words::new(characters, self.word_chars);
            while tokens.len() < room {
                let Some(word) = words.next() else { break };
                self.push_pieces(word, tokens);
            }
        });
        tokens.truncate(room);
    }

    /// The longest piece from the begin, then the longest from there on: one token if there is none for any part of it.
    fn push_pieces(&self, word: words::Word<'_>, tokens: &mut Vec<u32>) {
        let begin = tokens.len();
        let mut rest = match word {
            words::Word::TooLong => return tokens.push(self.unknown),
            words::Word::Known(word) => word.as_bytes(),
        };
        let mut table = self.vocabulary.beginnings();
        while !rest.is_empty() {
            let Some((length, token)) = table.longest(rest) else {
                tokens.truncate(begin);
                return tokens.push(self.unknown);
            };
            tokens.push(token);
            rest = rest.get(length..).unwrap_or_default();
            table = self.vocabulary.continuations();
        }
    }
}
