//! Numbers of payment cards: ISO/IEC 7812, by network, length and Luhn's check digit.

use crate::cursor::Cursor;
use crate::number::{self, Number};
use crate::scan::{Before, Found};

/// The longest number of a card.
const MOST: usize = 19;

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if !number::begins(before) || !cursor.peek().is_some_and(|first| matches!(first, '2'..='6')) {
        return None;
    }
    let number = Number::read(cursor, MOST, number::space_or_dash);
    let group = number.longest(13..=MOST, |digits, _| is_of_a_network(digits) && luhn(digits))?;
    cursor.go_to(group.end);
    number::ends(cursor).then_some(Found { end: group.end, label: "[CARD]" })
}

/// The networks' ranges, wide: Visa, Mastercard, Maestro, American Express, Diners, Discover, UnionPay, JCB, Mir.
fn is_of_a_network(digits: &[u8]) -> bool {
    match digits {
        [4, ..] => matches!(digits.len(), 13 | 16 | 19),
        [5, 1..=5, ..] | [2, 2..=7, ..] => digits.len() == 16,
        [3, 4 | 7, ..] => digits.len() == 15,
        [3, 0 | 6 | 8 | 9, ..] => (14..=19).contains(&digits.len()),
        [3, 5, ..] => (16..=19).contains(&digits.len()),
        [5 | 6, ..] => digits.len() >= 16,
        _ => false,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}
