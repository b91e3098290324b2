//! Patterns of BY and GET: a key's name with a `*` in it, and a field of a hash behind `->`.

use super::arena::{Arena, Span};
use crate::error::{Error, c_string};
use crate::keyspace::entry::Content;
use crate::keyspace::{Database, Keyspace};
use crate::types::{Hash, string};

/// Where the element goes.
fn star(pattern: &[u8]) -> Option<usize> {
    c_string(pattern).iter().position(|&byte| byte == b'*')
}

/// Whether the pattern names another key for each element.
pub(super) fn is_variable(pattern: &[u8]) -> bool {
    star(pattern).is_some()
}

/// What the pattern stands for with this element: the element itself for `#`, else the value of a key or of a field.
pub(super) fn look_up(
    keys: &mut Keyspace,
    database: Database,
    pattern: &[u8],
    arena: &mut Arena,
    element: Span,
) -> Result<Option<Span>, Error> {
    if c_string(pattern) == b"#" {
        return Ok(Some(element));
    }
    let Some((before, behind)) = star(pattern).and_then(|star| pattern.split_at_checked(star)) else { return Ok(None) };
    let behind = behind.get(1..).unwrap_or_default();
    let arrow = c_string(behind).windows(2).position(|two| two == b"->");
    let (after, field) = match arrow.and_then(|arrow| behind.split_at_checked(arrow)) {
        Some((after, [_, _, field @ ..])) if !c_string(field).is_empty() => (after, Some(field)),
        _ => (behind, None),
    };
    let key = [before, arena.bytes(element), after].concat();
    match field {
        Some(field) => {
            let now_ms = keys.now_ms();
            match keys.read::<Hash>(database, &key) {
                Ok(Some(hash)) => hash.get(field, now_ms).map(|value| arena.push(&value.text())).transpose(),
                Ok(None) | Err(_) => Ok(None),
            }
        }
        None => match keys.get(database, &key).map(|entry| entry.content()) {
            Some(Content::String(value)) => arena.push(&string::text(value)).map(Some),
            Some(Content::Collection(_)) | None => Ok(None),
        },
    }
}
