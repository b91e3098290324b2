//! LMOVE and RPOPLPUSH: an element from one list to another.

use super::End;
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::List;

pub(super) fn lmove(cx: &mut Context<'_>) -> Result<(), Error> {
    let ends = (End::parse(cx, 3)?, End::parse(cx, 4)?);
    move_or_null(cx, ends)
}

pub(super) fn rpoplpush(cx: &mut Context<'_>) -> Result<(), Error> {
    move_or_null(cx, (End::Back, End::Front))
}

fn move_or_null(cx: &mut Context<'_>, ends: (End, End)) -> Result<(), Error> {
    let (from, to) = (cx.arg(1), cx.arg(2));
    if !move_element(cx, (from, ends.0), (to, ends.1))? {
        cx.out.null();
    }
    Ok(())
}

/// Replies with the element at an end of a list, which becomes one at an end of another or of the same; false, and no
/// reply, when there is no such key.
pub(crate) fn move_element(cx: &mut Context<'_>, from: (&[u8], End), to: (&[u8], End)) -> Result<bool, Error> {
    let database = cx.database();
    let Some(source) = cx.store.keyspace.existing::<List>(database, from.0)? else { return Ok(false) };
    let position = if from.1.is_front() { 0 } else { -1 };
    let Some(element) = source.get().get(position).map(|element| element.text().to_vec()) else { return Ok(false) };
    drop(source);
    let mut elements = Elements::new(cx.out);
    elements.push(crate::types::Element::Bytes(&element));
    elements.end()?;
    if from.0 == to.0
        && let Some(mut list) = cx.store.keyspace.existing::<List>(database, from.0)?
    {
        list.event(Class::LIST, to.1.pushed());
        list.event(Class::LIST, from.1.popped());
        let (list, mut log) = list.edit();
        list.pop(from.1.is_front(), 1, &mut log);
        list.push(to.1.is_front(), &element, &mut log);
        return Ok(true);
    }
    let mut target = cx.store.keyspace.create::<List>(database, to.0)?;
    let (list, mut log) = target.edit();
    list.push(to.1.is_front(), &element, &mut log);
    target.event(Class::LIST, to.1.pushed());
    drop(target);
    if let Some(mut source) = cx.store.keyspace.existing::<List>(database, from.0)? {
        source.event(Class::LIST, from.1.popped());
        let (list, mut log) = source.edit();
        list.pop(from.1.is_front(), 1, &mut log);
    }
    Ok(true)
}
