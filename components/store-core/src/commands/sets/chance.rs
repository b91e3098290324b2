//! SPOP and SRANDMEMBER: members chosen by chance.

use ferrite_resp::number::parse_i64;

use crate::commands::reply::{Elements, check_count};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::random::Random;
use crate::types::{Kind, Set};

/// A generator for one command, as unpredictable as the store's own.
fn random(cx: &mut Context<'_>) -> Random {
    Random::new(cx.keys().random.next())
}

pub(super) fn spop(cx: &mut Context<'_>) -> Result<(), Error> {
    match cx.args.len() {
        2 => pop_one(cx),
        3 => pop_many(cx),
        _ => Err(Error::Syntax),
    }
}

fn pop_one(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut random = random(cx);
    let (database, key) = (cx.database(), cx.arg(1));
    let Some(mut writing) = cx.store.keyspace.existing::<Set>(database, key)? else {
        cx.out.null();
        return Ok(());
    };
    writing.event(Class::SET, "spop");
    let (set, mut log) = writing.edit();
    set.pop(&mut random, &mut log, &mut |member| {
        member.write(cx.out);
        true
    });
    Ok(())
}

fn pop_many(cx: &mut Context<'_>) -> Result<(), Error> {
    const NEGATIVE: Error = Error::fixed("ERR value is out of range, must be positive");
    let count = parse_i64(cx.arg(2)).filter(|&count| count >= 0).ok_or(NEGATIVE)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut random = random(cx);
    let (database, key) = (cx.database(), cx.arg(1));
    let Some(mut writing) = cx.store.keyspace.existing::<Set>(database, key)? else {
        cx.out.set(0);
        return Ok(());
    };
    writing.event(Class::SET, "spop");
    let (set, mut log) = writing.edit();
    let len = set.len();
    if count >= len {
        // The whole set goes, as DEL would remove it; no member is removed by itself.
        log.note(len as u64 - 1);
        drop(writing);
        cx.out.set(len);
        let mut elements = Elements::new(cx.out);
        if let Some(set) = cx.store.keyspace.view(database, key).and_then(Set::of) {
            set.each(&mut |member| elements.push(member));
        }
        elements.end()?;
        cx.store.keyspace.delete(database, key);
        return Ok(());
    }
    cx.out.set(count);
    let mut elements = Elements::new(cx.out);
    for _ in 0..count {
        set.pop(&mut random, &mut log, &mut |member| elements.push(member));
    }
    /// Redis moves what is left to a new set when it is less than one part in so many of what is taken.
    const MOVES: usize = 5;
    if count > 0 && (len - count).saturating_mul(MOVES) <= count {
        set.rebuild(&mut log);
    }
    elements.end()
}

pub(super) fn srandmember(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut random = random(cx);
    if cx.args.len() == 2 {
        let (set, out) = cx.read::<Set>(1)?;
        match set.and_then(|set| set.random(&mut random)) {
            Some(member) => member.write(out),
            None => out.null(),
        }
        return Ok(());
    }
    if cx.args.len() > 3 {
        return Err(Error::Syntax);
    }
    let count = parse_i64(cx.arg(2)).ok_or(Error::NotAnInteger)?;
    if count == i64::MIN {
        return Err(Error::fixed(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        ));
    }
    let (set, out) = cx.read::<Set>(1)?;
    let Some(set) = set else {
        out.array(0);
        return Ok(());
    };
    let mut elements = Elements::new(out);
    if count >= 0 {
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(set.len());
        elements.out.array(count);
        set.sample(count, &mut random, &mut |member| {
            elements.push(member);
        });
    } else {
        check_count(count.unsigned_abs())?;
        elements.out.array(count.unsigned_abs() as usize);
        let mut goes_on = true;
        let mut left = count.unsigned_abs();
        while left > 0 && goes_on {
            left -= 1;
            goes_on = set.random(&mut random).is_some_and(|member| elements.push(member));
        }
    }
    elements.end()
}
