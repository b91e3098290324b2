//! Lists read by position.

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::types::List;
use crate::types::positions::between;

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
    list.visit(start, count, |element| elements.push(element));
    elements.end()
}
