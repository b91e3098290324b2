//! Addresses of machines: IPv4, and IPv6 (RFC 4291) with or without an IPv4 address at its end.

use std::net::Ipv6Addr;

use crate::cursor::Cursor;
use crate::limits;
use crate::number;
use crate::scan::{Before, Found, is_word};

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    let from = cursor.at();
    let end = ipv6(cursor, before).or_else(|| {
        cursor.go_to(from);
        ipv4(cursor, before)
    });
    end.map(|end| Found { end, label: "[IP]" })
}

fn ipv4(cursor: &mut Cursor<'_>, before: Before) -> Option<usize> {
    if !number::begins(before) {
        return None;
    }
    for index in 0..4 {
        if index > 0 {
            cursor.take(|next| next == '.')?;
        }
        let from = cursor.at();
        cursor.take_while(3, |next| next.is_ascii_digit());
        cursor.since(from).parse::<u8>().ok()?;
    }
    let end = cursor.at();
    match cursor.peek() {
        Some(next) if is_word(next) => None,
        // Five numbers are a version, or a phone number in France.
        Some('.') if cursor.peek_second().is_some_and(|next| next.is_ascii_digit()) => None,
        _ => Some(end),
    }
}

/// Code is full of `::`: an address here has a digit too.
fn ipv6(cursor: &mut Cursor<'_>, before: Before) -> Option<usize> {
    if before[1] == Some(':') {
        return None;
    }
    let from = cursor.at();
    // A word has no colon, which is seen at its first character that is no hexadecimal digit.
    let first = cursor.take_while(5, |next| next.is_ascii_hexdigit());
    if first > 4 || cursor.peek() != Some(':') {
        return None;
    }
    cursor.take_while(limits::IPV6, |next| next.is_ascii_hexdigit() || matches!(next, ':' | '.'));
    if cursor.peek().is_some_and(|next| is_word(next) || next == ':') {
        return None;
    }
    let run = cursor.since(from);
    let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit());
    // What ends a sentence is no part of it.
    let ends = [run, run.trim_end_matches(['.', ':'])];
    ends.into_iter().find(|text| is_address(text)).map(|text| from + text.len())
}
