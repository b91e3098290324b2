//! International bank account numbers: ISO 13616, by country, length and check digits.

use crate::cursor::Cursor;
use crate::number;
use crate::scan::{Before, Found, is_word};

/// How many characters the numbers of a country have, spaces not counted (the registry of ISO 13616).
const LENGTHS: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if !number::begins(before) {
        return None;
    }
    let mut number = Vec::with_capacity(34);
    for _ in 0..2 {
        number.push(cursor.take(|next| next.is_ascii_alphabetic())?.to_ascii_uppercase());
    }
    for _ in 0..2 {
        number.push(cursor.take(|next| next.is_ascii_digit())?);
    }
    let country: String = number.iter().take(2).collect();
    let (length, _) = LENGTHS.iter().find(|(_, countries)| countries.split(' ').any(|known| known == country))?;
    while number.len() < *length {
        number::space_or_dash(cursor);
        number.push(cursor.take(|next| next.is_ascii_alphanumeric())?.to_ascii_uppercase());
    }
    let end = cursor.at();
    (!cursor.peek().is_some_and(is_word) && is_valid(&number)).then_some(Found { end, label: "[IBAN]" })
}

/// Whether the remainder of the division by 97 is 1, with the first four characters at the end and A as 10 to Z as 35.
fn is_valid(number: &[char]) -> bool {
    let Some((first, account)) = number.split_at_checked(4) else { return false };
    let remainder = account.iter().chain(first).filter_map(|character| character.to_digit(36)).fold(0, |sum, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (sum * shift + digit) % 97
    });
    remainder == 1
}
