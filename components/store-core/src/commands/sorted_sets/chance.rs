//! ZRANDMEMBER: members chosen by chance.

use ferrite_resp::number::parse_i64;

use crate::commands::reply::{Elements, check_count};
use crate::context::Context;
use crate::error::Error;
use crate::random::Random;
use crate::types::SortedSet;

pub(super) fn zrandmember(cx: &mut Context<'_>) -> Result<(), Error> {
    let mut random = Random::new(cx.keys().random.next());
    if cx.args.len() == 2 {
        let (set, out) = cx.read::<SortedSet>(1)?;
        match set {
            Some(set) => set.random(&mut random, &mut |member, _| out.bulk(member)),
            None => out.null(),
        }
        return Ok(());
    }
    let (count, with_scores) = parse(cx)?;
    let (set, out) = cx.read::<SortedSet>(1)?;
    let Some(set) = set else {
        out.array(0);
        return Ok(());
    };
    let chosen = if count < 0 { count.unsigned_abs() } else { (set.len() as u64).min(count as u64) };
    check_count(chosen)?;
    let words = if with_scores && !out.is_resp3() { 2 * chosen } else { chosen };
    out.array(words as usize);
    let mut elements = Elements::new(out);
    let mut show = |member: &[u8], score| elements.push_member(member, with_scores.then_some(score));
    if count >= 0 {
        set.sample(chosen as usize, &mut random, &mut |member, score| {
            show(member, score);
        });
    } else {
        let (mut left, mut goes_on) = (chosen, true);
        while left > 0 && goes_on {
            left -= 1;
            set.random(&mut random, &mut |member, score| goes_on = show(member, score));
        }
    }
    elements.end()
}

/// How many, and whether with their scores.
fn parse(cx: &Context<'_>) -> Result<(i64, bool), Error> {
    let count = parse_i64(cx.arg(2)).ok_or(Error::NotAnInteger)?;
    if count == i64::MIN {
        return Err(Error::fixed(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
        ));
    }
    let with_scores = cx.args.len() > 3;
    if with_scores && (cx.args.len() > 4 || !cx.is(3, "WITHSCORES")) {
        return Err(Error::Syntax);
    }
    if with_scores && count.unsigned_abs() > i64::MAX as u64 / 2 {
        return Err(Error::fixed("ERR value is out of range"));
    }
    Ok((count, with_scores))
}
