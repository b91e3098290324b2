//! Lists read by position.

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::types::List;

pub(super) fn llen(cx: &mut Context<'_>) -> Result<(), Error> {
    let (list, out) = cx.read::<List>(1)?;
    out.integer(list.map_or(0, List::len) as i64);
    Ok(())
}

pub(super) fn lindex(cx: &mut Context<'_>) -> Result<(), Error> {
    let position = cx.integer(2);
    let (list, out) = cx.read::<List>(1)?;
    let Some(list) = list else {
        out.null();
        return Ok(());
    };
    match list.get(position?) {
        Some(element) => {
            let mut elements = Elements::new(out);
            elements.push(element);
            elements.end()
        }
        None => {
            out.null();
            Ok(())
        }
    }
}

pub(super) fn lrange(cx: &mut Context<'_>) -> Result<(), Error> {
    let (start, end) = (cx.integer(2)?, cx.integer(3)?);
    let (list, out) = cx.read::<List>(1)?;
    let between = list.and_then(|list| Some((list, between(list.len(), start, end)?)));
    let Some((list, (start, count))) = between else {
        out.array(0);
        return Ok(());
    };
    out.array(count);
    let mut elements = Elements::new(out);
    list.iter(start, false).take(count).all(|element| elements.push(element));
    elements.end()
}

/// The index of the first element between two positions, which may count from the end, and how many there are; none for
/// none.
pub(super) fn between(len: usize, start: i64, end: i64) -> Option<(usize, usize)> {
    let len = len as i64;
    let from_front = |position: i64| if position < 0 { len.saturating_add(position) } else { position };
    let (start, end) = (from_front(start).max(0), from_front(end).min(len - 1));
    (start <= end).then(|| (start as usize, (end - start + 1) as usize))
}
