//! E-mail addresses: RFC 5321's, without quoted local parts and addresses in brackets, and with letters beyond ASCII.

use crate::cursor::Cursor;
use crate::limits;
use crate::scan::{Before, Found, is_word};

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if before[1].is_some_and(|before| matches!(before, '%' | '+' | '-')) || !cursor.peek().is_some_and(is_word) {
        return None;
    }
    local(cursor)?;
    domain(cursor).map(|end| Found { end, label: "[EMAIL]" })
}

/// Goes past the local part and the `@`. Two dots in a row end a sentence.
fn local(cursor: &mut Cursor<'_>) -> Option<()> {
    let from = cursor.at();
    let mut dot = false;
    while cursor.at() - from <= limits::EMAIL_LOCAL {
        let next = cursor.take(|next| is_word(next) || matches!(next, '.' | '%' | '+' | '-' | '\'' | '@'))?;
        if next == '@' {
            return (!dot).then_some(());
        }
        if dot && next == '.' {
            return None;
        }
        dot = next == '.';
    }
    None
}

/// Where the domain ends: behind the last label that may be a top-level domain and is not the first one. What follows
/// it is the end of a sentence, or the next one without a space.
fn domain(cursor: &mut Cursor<'_>) -> Option<usize> {
    let from = cursor.at();
    let mut end = None;
    let mut labels = 0;
    loop {
        let left = (from + limits::EMAIL_DOMAIN).saturating_sub(cursor.at());
        let start = cursor.at();
        if cursor.take_while(left, |next| (is_word(next) && next != '_') || next == '-') == 0 {
            return end;
        }
        labels += 1;
        let label = cursor.since(start);
        let is_top = label.starts_with("xn--") || label.chars().all(|letter| letter.is_alphabetic());
        if labels > 1 && is_top && label.chars().count() > 1 {
            end = Some(cursor.at());
        }
        if cursor.take(|next| next == '.').is_none() {
            return end;
        }
    }
}
