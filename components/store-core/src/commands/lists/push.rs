//! LPUSH, RPUSH and their forms for lists that exist.

use super::End;
use crate::context::Context;
use crate::error::Error;
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
    let writing = if creates { Some(cx.create::<List>(1)?) } else { cx.existing::<List>(1)? };
    let len = writing.map_or(0, |mut writing| {
        let (list, mut log) = writing.edit();
        elements.iter().for_each(|element| list.push(end.is_front(), element, &mut log));
        let len = list.len();
        writing.event(Class::LIST, end.pushed());
        len
    });
    cx.reply_integer(len as i64)
}
