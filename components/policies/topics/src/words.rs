//! A text as words: what makes no difference to a reader is gone.

use crate::limits;

/// Stands for whatever is between two words.
pub(crate) const SPACE: char = ' ';
/// Stands for so much between two words, or within one, that no phrase goes on behind it.
pub(crate) const END: char = '\n';

/// A text in which words are folded and one character is between them.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) text: String,
    /// For each byte of `text`, where the character that it comes from begins in the original.
    origins: Vec<usize>,
}

impl Words {
    /// `before` is the character before the text.
    pub(crate) fn of(before: Option<char>, original: &str) -> Self {
        let mut words = Self::default();
        let mut before = before;
        // Since the last letter: characters that are not seen, and all that are none of a word.
        let (mut between, mut is_space, mut from) = (0, false, 0);
        for (at, character) in original.char_indices() {
            let unseen = is_unseen(character);
            let is_word = is_of_word(character) && !is_escape(before, character);
            before = Some(character);
            if unseen || !is_word {
                if !unseen && !is_space {
                    (is_space, from) = (true, at);
                }
                between += 1;
                continue;
            }
            words.close(between, is_space, if is_space { from } else { at });
            (between, is_space) = (0, false);
            // Upper case first: what has no single letter of the other case, such as ß, is spelled out.
            for folded in character.to_uppercase().flat_map(char::to_lowercase) {
                words.push(folded, at);
            }
        }
        words.close(between, is_space, from);
        words
    }

    fn close(&mut self, between: usize, is_space: bool, from: usize) {
        if between > limits::BETWEEN {
            self.push(END, from);
        } else if is_space {
            self.push(SPACE, from);
        }
    }

    fn push(&mut self, character: char, origin: usize) {
        self.text.push(character);
        self.origins.resize(self.text.len(), origin);
    }

    /// Where the character at this byte comes from.
    pub(crate) fn origin(&self, at: usize) -> usize {
        self.origins.get(at).copied().unwrap_or_default()
    }
}

/// An end of a line as JSON writes it, in the answers that are JSON themselves: its letter is none of a word.
pub(crate) fn is_escape(before: Option<char>, character: char) -> bool {
    before == Some('\\') && matches!(character, 'n' | 'r' | 't')
}

/// Letters, digits and what belongs to them.
pub(crate) fn is_of_word(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character,
            '_' | '\u{300}'..='\u{36f}' // accents
            | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' // vowels of Hebrew and Arabic
            | '\u{900}'..='\u{963}' | '\u{966}'..='\u{dff}' | '\u{e31}'..='\u{eff}') // Indic scripts, Thai, Lao
}

/// Whether words of its script are found within others: there are no spaces between them, or there are endings to them.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Thai, Lao, Burmese, Khmer
        | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' // Korean
        | '\u{3005}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // Japanese
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}') // Chinese
}

/// Characters without a width, which do not end a word either.
pub(crate) fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}
