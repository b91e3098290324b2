//! LPUSH, RPUSH and their forms for lists that exist.

use ferrite_resp::Args;

use super::End;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::Writing;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::List;

pub(super) fn lpush(cx: &mut Context<'_>) -> Result<(), Error> {
    push(cx, End::Front, true)
}

pub(super) fn rpush(cx: &mut Context<'_>) -> Result<(), Error> {
    push(cx, End::Back, true)
}

pub(super) fn lpushx(cx: &mut Context<'_>) -> Result<(), Error> {
    push(cx, End::Front, false)
}

pub(super) fn rpushx(cx: &mut Context<'_>) -> Result<(), Error> {
    push(cx, End::Back, false)
}

fn push(cx: &mut Context<'_>, end: End, creates: bool) -> Result<(), Error> {
    let elements = cx.args.skip(2);
    if !memory::has_room(elements.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    let len = if creates {
        add(cx.create::<List>(1)?, elements, end)
    } else {
        cx.existing::<List>(1)?.map_or(0, |writing| add(writing, elements, end))
    };
    cx.reply_integer(len as i64)
}

/// Adds elements at an end; how many there are then.
#[inline(never)]
fn add(mut writing: Writing<'_, List>, elements: Args<'_>, end: End) -> usize {
    let (list, mut log) = writing.edit();
    elements.iter().for_each(|element| list.push(end.is_front(), element, &mut log));
    let len = list.len();
    writing.event(Class::LIST, end.pushed());
    len
}
