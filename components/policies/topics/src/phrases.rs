//! Phrases, and where one of them is in a text.

use std::collections::BTreeMap;

use ferrite_udf::{Result, bail};

use crate::limits;
use crate::words::{END, SPACE, Words, is_escape, is_of_word, is_unseen, is_unspaced};

/// A list of phrases.
#[derive(Debug, Default)]
pub struct Phrases {
    /// By their first letter, at which a text is looked up.
    by_first: BTreeMap<char, Vec<Phrase>>,
}

#[derive(Debug)]
struct Phrase {
    /// Folded, with one space between words.
    text: String,
    /// Whether its last word may go on.
    goes_on: bool,
}

/// Where a phrase is in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// There is none.
    Nowhere,
    /// It is there.
    Found,
    /// None is there so far; what may become one begins at this byte.
    MaybeFrom(usize),
}

/// What begins at a place of a text.
enum Begins {
    Nothing,
    Phrase,
    /// The text ends before it is known.
    Maybe,
}

impl Phrases {
    /// Reads a phrase: words, maybe with a `*` behind the last one.
    pub fn add(&mut self, phrase: &str) -> Result<()> {
        let (words, goes_on) = match phrase.trim_end().strip_suffix('*') {
            Some(words) => (words, true),
            None => (phrase, false),
        };
        let words = Words::of(None, words).text;
        let text = words.trim_matches(SPACE);
        let Some(first) = text.chars().next() else { bail!("`{phrase}` has no word") };
        if text.len() > limits::PHRASE_BYTES || text.contains(END) {
            bail!("`{phrase}` is longer than {} bytes", limits::PHRASE_BYTES);
        }
        self.by_first.entry(first).or_default().push(Phrase { text: text.to_owned(), goes_on });
        Ok(())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// Whether one of them is in a whole text.
    pub fn are_in(&self, text: &str) -> bool {
        self.find("", text, true) == Place::Found
    }

    /// Looks for them in a text. `window` is what comes right before it; `last` says that nothing comes behind it.
    pub fn find(&self, window: &str, text: &str, last: bool) -> Place {
        if self.is_empty() {
            return Place::Nowhere;
        }
        let words = Words::of(window.chars().next_back(), text);
        let mut before = letter_at_end(window);
        let mut maybe = None;
        for (at, character) in words.text.char_indices() {
            let is_begin =
                is_unspaced(character) || !before.is_some_and(|before| is_letter(before) && !is_unspaced(before));
            before = Some(character);
            if !is_begin || !is_letter(character) {
                continue;
            }
            match self.begins(character, words.text.get(at..).unwrap_or_default(), last) {
                Begins::Nothing => {}
                Begins::Phrase => return Place::Found,
                Begins::Maybe => maybe = maybe.or(Some(words.origin(at))),
            }
        }
        maybe.map_or(Place::Nowhere, Place::MaybeFrom)
    }

    fn begins(&self, first: char, rest: &str, last: bool) -> Begins {
        let mut begins = Begins::Nothing;
        for phrase in self.by_first.get(&first).into_iter().flatten() {
            match rest.strip_prefix(phrase.text.as_str()).map(|behind| behind.chars().next()) {
                Some(next) if phrase.ends_before(next, last) => return Begins::Phrase,
                Some(None) if !last => begins = Begins::Maybe,
                None if !last && phrase.text.starts_with(rest) => begins = Begins::Maybe,
                _ => {}
            }
        }
        begins
    }
}

impl Phrase {
    /// Whether it ends where this comes next.
    fn ends_before(&self, next: Option<char>, last: bool) -> bool {
        if self.goes_on || self.text.chars().next_back().is_some_and(is_unspaced) {
            return true;
        }
        next.map_or(last, |next| !is_letter(next) || is_unspaced(next))
    }
}

/// The last letter of a text that ends within a word.
fn letter_at_end(text: &str) -> Option<char> {
    let mut backwards = text.chars().rev().skip_while(|character| is_unseen(*character));
    let last = backwards.next()?;
    (is_of_word(last) && !is_escape(backwards.next(), last)).then_some(last)
}

fn is_letter(character: char) -> bool {
    !matches!(character, SPACE | END)
}
