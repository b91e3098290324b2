//! Tokens that are found in a text as they stand, before words are made of it: `[SEP]` written out is the token
//! `[SEP]`.

/// Those of a vocabulary.
pub(super) struct Added {
    /// None is empty; the longest come first.
    tokens: Vec<(String, u32)>,
}

/// One that was found in a text.
pub(super) struct Found<'a> {
    pub(super) before: &'a str,
    pub(super) token: u32,
    pub(super) after: &'a str,
}

impl Added {
    pub(super) fn new(mut tokens: Vec<(String, u32)>) -> Added {
        tokens.retain(|(text, _)| !text.is_empty());
        tokens.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Added { tokens }
    }

    /// The first in a text, and the longest there.
    pub(super) fn first<'a>(&self, text: &'a str) -> Option<Found<'a>> {
        for (at, _) in text.char_indices() {
            let (before, rest) = text.split_at(at);
            for (token_text, token) in &self.tokens {
                if let Some(after) = rest.strip_prefix(token_text.as_str()) {
                    return Some(Found { before, token: *token, after });
                }
            }
        }
        None
    }
}
