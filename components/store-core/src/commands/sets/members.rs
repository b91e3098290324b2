//! Members by their names: added, removed, asked for, moved.

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::Set;

pub(super) fn sadd(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    if !memory::has_room(members.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    let mut writing = cx.create::<Set>(1)?;
    let (set, mut log) = writing.edit();
    let added = members.iter().filter(|member| set.add(member, &mut log)).count();
    writing.event(Class::SET, "sadd");
    drop(writing);
    cx.reply_integer(added as i64)
}

pub(super) fn srem(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let Some(mut writing) = cx.existing::<Set>(1)? else { return cx.reply_integer(0) };
    let (set, mut log) = writing.edit();
    let removed = members.iter().filter(|member| set.remove(member, &mut log)).count();
    writing.event(Class::SET, "srem");
    drop(writing);
    cx.reply_integer(removed as i64)
}

pub(super) fn scard(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<Set>(1)?;
    out.integer(set.map_or(0, Set::len) as i64);
    Ok(())
}

pub(super) fn sismember(cx: &mut Context<'_>) -> Result<(), Error> {
    let member = cx.arg(2);
    let (set, out) = cx.read::<Set>(1)?;
    out.integer(i64::from(set.is_some_and(|set| set.contains(member))));
    Ok(())
}

pub(super) fn smismember(cx: &mut Context<'_>) -> Result<(), Error> {
    let members = cx.args.skip(2);
    let (set, out) = cx.read::<Set>(1)?;
    out.array(members.len());
    for member in members.iter() {
        out.integer(i64::from(set.is_some_and(|set| set.contains(member))));
    }
    Ok(())
}

pub(super) fn smembers(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<Set>(1)?;
    out.set(set.map_or(0, Set::len));
    let mut elements = Elements::new(out);
    if let Some(set) = set {
        set.each(&mut |member| elements.push(member));
    }
    elements.end()
}

pub(super) fn smove(cx: &mut Context<'_>) -> Result<(), Error> {
    let (from, to, member) = (cx.arg(1), cx.arg(2), cx.arg(3));
    let database = cx.database();
    let keys = cx.keys();
    let Some(source) = keys.existing::<Set>(database, from)? else { return cx.reply_integer(0) };
    let is_there = source.get().contains(member);
    drop(source);
    let target = keys.existing::<Set>(database, to)?;
    drop(target);
    if !is_there || from == to {
        return cx.reply_integer(i64::from(is_there));
    }
    if let Some(mut source) = keys.existing::<Set>(database, from)? {
        let (set, mut log) = source.edit();
        set.remove(member, &mut log);
        source.event(Class::SET, "srem");
    }
    let mut target = keys.create::<Set>(database, to)?;
    let (set, mut log) = target.edit();
    set.add(member, &mut log);
    target.event(Class::SET, "sadd");
    drop(target);
    cx.reply_integer(1)
}
