//! LPOP, RPOP and LMPOP: elements at an end, removed.

use ferrite_resp::{Args, Writer, number};

use super::End;
use crate::commands::reply::{Elements, optional, reserve};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::types::List;

pub(super) fn lpop(cx: &mut Context<'_>) -> Result<(), Error> {
    pop(cx, End::Front)
}

pub(super) fn rpop(cx: &mut Context<'_>) -> Result<(), Error> {
    pop(cx, End::Back)
}

fn pop(cx: &mut Context<'_>, end: End) -> Result<(), Error> {
    const NEGATIVE: Error = Error::fixed("ERR value is out of range, must be positive");
    let key = cx.arg(1);
    match cx.args.len() {
        2 => {
            if !pop_one(cx, key, end, &mut |_| {})? {
                cx.out.null();
            }
        }
        3 => {
            let count = cx.integer(2).ok().filter(|&count| count >= 0).ok_or(NEGATIVE)?;
            if !pop_some(cx, key, end, usize::try_from(count).unwrap_or(usize::MAX), &mut |_| {})? {
                cx.out.null_array();
            }
        }
        _ => return Err(Error::Arity(cx.command.name.into())),
    }
    Ok(())
}

/// Replies with the element at an end of a list and removes it; false, and no reply, when there is no such key. `head`
/// writes what comes in front.
pub(crate) fn pop_one(
    cx: &mut Context<'_>,
    key: &[u8],
    end: End,
    head: &mut dyn FnMut(&mut Writer),
) -> Result<bool, Error> {
    let database = cx.database();
    let Some(mut writing) = cx.store.keyspace.existing::<List>(database, key)? else { return Ok(false) };
    let (list, mut log) = writing.edit();
    let is_taken = list.take(end.is_front(), &mut log, |element| {
        head(cx.out);
        optional(cx.out, Some(element))
    })?;
    if is_taken {
        writing.event(Class::LIST, end.popped());
    }
    Ok(is_taken)
}

/// As [`pop_one`], an array of up to `count` elements.
pub(crate) fn pop_some(
    cx: &mut Context<'_>,
    key: &[u8],
    end: End,
    count: usize,
    head: &mut dyn FnMut(&mut Writer),
) -> Result<bool, Error> {
    let database = cx.database();
    let Some(mut writing) = cx.store.keyspace.existing::<List>(database, key)? else { return Ok(false) };
    let (list, mut log) = writing.edit();
    let count = count.min(list.len());
    head(cx.out);
    cx.out.array(count);
    if count == 0 {
        return Ok(true);
    }
    let mut elements = Elements::new(cx.out);
    let start = if end.is_front() { 0 } else { list.len() - 1 };
    list.iter(start, !end.is_front()).take(count).all(|element| elements.push(element));
    elements.end()?;
    list.pop(end.is_front(), count, &mut log);
    writing.event(Class::LIST, end.popped());
    Ok(true)
}

/// What LMPOP and its blocking form ask for.
pub(crate) struct Many<'a> {
    /// The keys, of which the first that exists is taken from.
    pub(crate) keys: Args<'a>,
    /// From which end.
    pub(crate) end: End,
    /// How many at most.
    pub(crate) count: usize,
}

impl<'a> Many<'a> {
    /// Reads the arguments from the number of keys at index `first` on.
    pub(crate) fn parse(cx: &Context<'a>, first: usize) -> Result<Many<'a>, Error> {
        let positive = |index, otherwise: &'static str| {
            let number =
                number::parse_i64(cx.arg(index)).filter(|&number| number > 0).ok_or(Error::fixed(otherwise))?;
            Ok(usize::try_from(number).unwrap_or(usize::MAX))
        };
        let keys = positive(first, "ERR numkeys should be greater than 0")?;
        let at = keys.checked_add(first + 1).filter(|&at| at < cx.args.len()).ok_or(Error::Syntax)?;
        let end = End::parse(cx, at)?;
        let (mut count, mut option) = (None, at + 1);
        while option < cx.args.len() {
            if count.is_some() || !cx.is(option, "COUNT") || option + 1 == cx.args.len() {
                return Err(Error::Syntax);
            }
            count = Some(positive(option + 1, "ERR count should be greater than 0")?);
            option += 2;
        }
        Ok(Many { keys: cx.args.slice(first + 1, keys), end, count: count.unwrap_or(1) })
    }

    /// Replies with the elements of the first key that exists and removes them; false, and no reply, when none does.
    pub(crate) fn pop(&self, cx: &mut Context<'_>) -> Result<bool, Error> {
        for key in self.keys.iter() {
            reserve(cx.out, key.len())?;
            let popped = pop_some(cx, key, self.end, self.count, &mut |out| {
                out.array(2);
                out.bulk(key);
            })?;
            if popped {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(super) fn lmpop(cx: &mut Context<'_>) -> Result<(), Error> {
    if !Many::parse(cx, 1)?.pop(cx)? {
        cx.out.null_array();
    }
    Ok(())
}
