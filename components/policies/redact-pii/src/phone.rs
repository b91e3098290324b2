//! Phone numbers: international ones (E.164), and those national ones that their form tells from other numbers.

use crate::cursor::Cursor;
use crate::number::{self, Group, Number};
use crate::scan::{Before, Found};

/// The most digits of a number with its country (E.164).
const MOST: usize = 15;

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if !number::begins(before) {
        return None;
    }
    let plus = cursor.take(|next| next == '+').is_some();
    let parenthesis = cursor.take(|next| next == '(').is_some();
    if !cursor.peek().is_some_and(|next| next.is_ascii_digit()) {
        return None;
    }
    // `00` before the country.
    let number = Number::read(cursor, MOST + 2, separator);
    let group = match number.digits.as_slice() {
        _ if plus => number.longest(7..=MOST, |_, _| true),
        [0, 0, 1..=9, ..] => number.longest(9..=MOST + 2, |_, _| true),
        [0, 1..=9, ..] => number.longest(9..=12, |_, groups| is_national(groups, &number.digits)),
        _ => number.longest(10..=11, |digits, groups| is_north_american(groups, digits, parenthesis)),
    }?;
    cursor.go_to(group.end);
    // A parenthesis around all of it is closed behind it.
    number::ends(cursor).then_some(Found { end: group.end, label: "[PHONE]" })
}

/// `)`, one sign, `(`: at least one of them.
fn separator(cursor: &mut Cursor<'_>) -> Option<char> {
    let closed = cursor.take(|next| next == ')');
    let sign = cursor.take(|next| matches!(next, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '/' | '–'));
    let opened = cursor.take(|next| next == '(');
    match (closed, sign, opened) {
        (None, sign, None) => sign,
        _ => Some('('),
    }
}

/// With a leading zero: in groups, and neither a date nor a fraction.
fn is_national(groups: &[Group], digits: &[u8]) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.length).collect();
    let is_date = lengths.starts_with(&[2, 2, 4]) && matches!(digits.get(4..6), Some([1, 9] | [2, 0]));
    groups.len() > 1 && !is_date && !lengths.starts_with(&[1])
}

/// Three, three and four digits, with a 1 before them or without; area and office begin with 2 to 9.
fn is_north_american(groups: &[Group], digits: &[u8], parenthesis: bool) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.length).collect();
    let subscriber = match (lengths.as_slice(), digits) {
        ([1, 3, 3, 4], [1, subscriber @ ..]) => subscriber,
        ([3, 3, 4], subscriber) => subscriber,
        ([3, 7], subscriber) if parenthesis => subscriber,
        _ => return false,
    };
    matches!(subscriber, [2..=9, _, _, 2..=9, ..])
}
