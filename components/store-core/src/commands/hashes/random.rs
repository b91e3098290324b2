//! HRANDFIELD: fields chosen by chance. <https://redis.io/docs/latest/commands/hrandfield/>

use crate::commands::reply::{self, Elements, check_count};
use crate::context::Context;
use crate::error::Error;
use crate::types::Hash;
use crate::types::hash::Field;

pub(super) fn hrandfield(cx: &mut Context<'_>) -> Result<(), Error> {
    let (args, now_ms, database) = (cx.args, cx.keys().now_ms(), cx.database());
    let count = if args.len() > 2 { Some(count(cx)?) } else { None };
    // The source of randomness is needed beside the hash that is borrowed from the keyspace.
    let mut random = cx.keys().random.fork();
    let hash = cx.store.keyspace.read::<Hash>(database, args.at(1))?;
    let Some((count, with_values)) = count else {
        let field = hash.and_then(|hash| hash.random(now_ms, &mut random));
        return reply::optional(cx.out, field.map(|field| field.name));
    };
    let Some(hash) = hash else {
        cx.out.array(0);
        return Ok(());
    };
    let mut elements = Elements::new(cx.out);
    if count >= 0 {
        let wanted = usize::try_from(count).unwrap_or(usize::MAX).min(hash.living(now_ms));
        header(&mut elements, wanted, with_values);
        hash.sample(wanted, now_ms, &mut random, &mut |field| {
            write(&mut elements, &field, with_values);
        });
    } else {
        let wanted = if hash.living(now_ms) == 0 { 0 } else { count.unsigned_abs() };
        check_count(wanted)?;
        header(&mut elements, wanted as usize, with_values);
        let mut field = || hash.random(now_ms, &mut random);
        (0..wanted).all(|_| field().is_some_and(|field| write(&mut elements, &field, with_values)));
    }
    elements.end()
}

/// The number of fields, negative when one may come more than once, and whether values are asked for.
fn count(cx: &Context<'_>) -> Result<(i64, bool), Error> {
    const LINE: &str = "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";
    let count = cx.integer(2)?;
    if count == i64::MIN {
        return Err(Error::fixed(LINE));
    }
    match cx.args.len() {
        3 => Ok((count, false)),
        4 if cx.is(3, "WITHVALUES") => {
            let doubled = count.unsigned_abs() <= i64::MAX as u64 / 2;
            if doubled { Ok((count, true)) } else { Err(Error::fixed("ERR value is out of range")) }
        }
        _ => Err(Error::Syntax),
    }
}

/// RESP2 has names and values in turn, RESP3 pairs.
fn header(elements: &mut Elements<'_>, fields: usize, with_values: bool) {
    let flat = with_values && !elements.out.is_resp3();
    elements.out.array(if flat { 2 * fields } else { fields });
}

/// Whether there is room for more.
fn write(elements: &mut Elements<'_>, field: &Field<'_>, with_values: bool) -> bool {
    if with_values && elements.out.is_resp3() {
        elements.out.array(2);
    }
    elements.push(field.name) && (!with_values || elements.push(field.value))
}
