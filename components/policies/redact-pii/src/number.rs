//! Numbers as people write them: groups of digits with something between them.

use crate::cursor::Cursor;
use crate::limits;
use crate::scan::{Before, is_word};

/// A number in groups.
#[derive(Debug, Default)]
pub(crate) struct Number {
    /// All digits, without anything else.
    pub(crate) digits: Vec<u8>,
    pub(crate) groups: Vec<Group>,
}

/// Digits without anything between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) length: usize,
    /// How many digits there are up to its end.
    pub(crate) digits: usize,
    /// Where it ends in the text.
    pub(crate) end: usize,
    /// What is before it, if it is one character; `(` where there are several.
    pub(crate) separator: Option<char>,
}

impl Number {
    /// Reads groups until there are more than `most` digits, with what `separator` goes past between them.
    pub(crate) fn read(
        cursor: &mut Cursor<'_>,
        most: usize,
        separator: impl Fn(&mut Cursor<'_>) -> Option<char>,
    ) -> Self {
        let mut number = Self::default();
        let mut between = None;
        while number.digits.len() <= most && number.groups.len() < limits::GROUPS {
            let from = cursor.at();
            let length = cursor.take_while(limits::GROUP_DIGITS, |next| next.is_ascii_digit());
            if length == 0 {
                break;
            }
            number.digits.extend(cursor.since(from).bytes().map(|byte| byte - b'0'));
            let (digits, end) = (number.digits.len(), cursor.at());
            number.groups.push(Group { length, digits, end, separator: between });
            between = separator(cursor);
            if between.is_none() {
                break;
            }
        }
        number
    }

    /// The longest beginning of whole groups with so many digits that is as wanted.
    pub(crate) fn longest(
        &self,
        digits: std::ops::RangeInclusive<usize>,
        wanted: impl Fn(&[u8], &[Group]) -> bool,
    ) -> Option<Group> {
        let count = (1..=self.groups.len()).rev().find(|count| {
            let groups = self.groups.get(..*count).unwrap_or_default();
            let Some(last) = groups.last() else { return false };
            digits.contains(&last.digits) && wanted(self.digits.get(..last.digits).unwrap_or_default(), groups)
        })?;
        self.groups.get(count - 1).copied()
    }
}

/// Between the groups of most numbers: one character.
pub(crate) fn space_or_dash(cursor: &mut Cursor<'_>) -> Option<char> {
    cursor.take(|next| matches!(next, ' ' | '\u{a0}' | '\u{202f}' | '-'))
}

/// Whether a number may begin here: not within a date, a version or an identifier.
pub(crate) fn begins(before: Before) -> bool {
    match before {
        [Some(second), Some('.' | '/' | ',' | ':')] => !second.is_ascii_digit(),
        [Some(second), Some('-')] => !is_word(second),
        _ => true,
    }
}

/// Whether a number may end here: no word goes on.
pub(crate) fn ends(cursor: &mut Cursor<'_>) -> bool {
    match cursor.peek() {
        Some(next) if is_word(next) => false,
        Some('-') => !cursor.peek_second().is_some_and(is_word),
        _ => true,
    }
}
