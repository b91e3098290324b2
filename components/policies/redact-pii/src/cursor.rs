//! A place in a text that is read forwards, and knows whether somebody wanted to read past the end.

/// A place in a text.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    starved: bool,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, starved: false }
    }

    /// The next character. At the end of the text the question itself is remembered: what follows would have been part
    /// of the answer.
    pub(crate) fn peek(&mut self) -> Option<char> {
        let next = self.rest().chars().next();
        self.starved |= next.is_none();
        next
    }

    /// The next character but one.
    pub(crate) fn peek_second(&mut self) -> Option<char> {
        let next = self.rest().chars().nth(1);
        self.starved |= next.is_none();
        next
    }

    /// Goes past the next character if it is as wanted.
    pub(crate) fn take(&mut self, wanted: impl FnOnce(char) -> bool) -> Option<char> {
        let next = self.peek().filter(|next| wanted(*next))?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Goes past all characters that are as wanted, but over no more bytes than this; how many bytes they are.
    pub(crate) fn take_while(&mut self, most: usize, wanted: impl Fn(char) -> bool) -> usize {
        let from = self.at;
        while self.at - from < most && self.take(&wanted).is_some() {}
        self.at - from
    }

    /// Goes past this ASCII text if it is next.
    pub(crate) fn take_text(&mut self, wanted: &str) -> bool {
        let from = self.at;
        let all = wanted.chars().all(|wanted| self.take(|next| next == wanted).is_some());
        if !all {
            self.at = from;
        }
        all
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a place where it was.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The text from a place where it was to where it is.
    pub(crate) fn since(&self, from: usize) -> &'t str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Whether somebody wanted to read past the end.
    pub(crate) fn is_starved(&self) -> bool {
        self.starved
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }
}
