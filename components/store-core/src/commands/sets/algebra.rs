//! What sets have in common, together, or apart.

use ferrite_resp::Args;
use ferrite_resp::number::parse_i64;

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::keyspace::{Database, Keyspace};
use crate::types::set::{Operation, build, visit};
use crate::types::{Kind, Set};

pub(super) fn sinter(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Intersection)
}

pub(super) fn sunion(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Union)
}

pub(super) fn sdiff(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Difference)
}

pub(super) fn sinterstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Intersection, "sinterstore")
}

pub(super) fn sunionstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Union, "sunionstore")
}

pub(super) fn sdiffstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Difference, "sdiffstore")
}

fn reply(cx: &mut Context<'_>, operation: Operation) -> Result<(), Error> {
    let names = cx.args.skip(1);
    check(cx, names)?;
    let sets = sets(&cx.store.keyspace, cx.session.database, names);
    let union;
    let mut members = Vec::new();
    let mut add = |member| {
        members.push(member);
        true
    };
    match operation {
        // A union is built, so that no member comes twice.
        Operation::Union => {
            union = build(&sets, operation, &cx.store.keyspace.limits)?;
            union.each(&mut add);
        }
        _ => visit(&sets, operation, &mut add),
    }
    cx.out.set(members.len());
    let mut elements = Elements::new(cx.out);
    members.iter().all(|member| elements.push(*member));
    elements.end()
}

fn store(cx: &mut Context<'_>, operation: Operation, event: &'static str) -> Result<(), Error> {
    let names = cx.args.skip(2);
    check(cx, names)?;
    let sets = sets(&cx.store.keyspace, cx.session.database, names);
    let result = build(&sets, operation, &cx.store.keyspace.limits)?;
    let len = result.len();
    cx.store.keyspace.store(cx.session.database, cx.arg(1), result.into_collection(), None);
    if len > 0 {
        cx.notify(Class::SET, event, cx.arg(1));
    }
    cx.reply_integer(len as i64)
}

pub(super) fn sintercard(cx: &mut Context<'_>) -> Result<(), Error> {
    // A number beyond the addresses of a machine of 32 bits is no error, only a great one.
    let positive = |index| {
        let number = parse_i64(cx.arg(index)).filter(|&number| number >= 0);
        number.map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let count = positive(1).filter(|&count| count > 0).ok_or(Error::fixed("ERR numkeys should be greater than 0"))?;
    if count > cx.args.len() - 2 {
        return Err(Error::fixed("ERR Number of keys can't be greater than number of args"));
    }
    let mut limit = 0;
    let mut at = 2 + count;
    while at < cx.args.len() {
        if !cx.is(at, "LIMIT") || at + 1 == cx.args.len() {
            return Err(Error::Syntax);
        }
        limit = positive(at + 1).ok_or(Error::fixed("ERR LIMIT can't be negative"))?;
        at += 2;
    }
    let names = cx.args.slice(2, count);
    check(cx, names)?;
    let sets = sets(&cx.store.keyspace, cx.session.database, names);
    let mut found = 0;
    visit(&sets, Operation::Intersection, &mut |_| {
        found += 1;
        found != limit
    });
    cx.reply_integer(found as i64)
}

/// Reads each of these keys: none may hold anything else than a set.
fn check(cx: &mut Context<'_>, names: Args<'_>) -> Result<(), Error> {
    let database = cx.database();
    names.iter().try_for_each(|name| cx.keys().read::<Set>(database, name).map(drop))
}

/// The sets of these keys, none for those that do not exist.
fn sets<'a>(keys: &'a Keyspace, database: Database, names: Args<'_>) -> Vec<Option<&'a Set>> {
    names.iter().map(|name| keys.view(database, name).and_then(Set::of)).collect()
}
