//! Sorted sets: members with scores as numbers or as text, or all of them packed.

use ferrite_resp::number;

use super::{BAD_PACK, TWICE, from_ziplist, listpack};
use crate::keyspace::limits::Limits;
use crate::rdb::input::{Input, Read, Stop};
use crate::rdb::types;
use crate::types::SortedSet;

pub(super) fn element(form: u8, set: &mut SortedSet, input: &mut Input<'_>, limits: &Limits) -> Read<()> {
    let pack = match form {
        types::ZSET_LISTPACK => listpack(input)?,
        types::ZSET_ZIPLIST => from_ziplist(input)?,
        _ => {
            let member = input.string()?;
            let score = if form == types::ZSET_2 { input.double()? } else { text(input)? };
            if score.is_nan() {
                return Err(Stop::Corrupt("a score that is no number"));
            }
            if set.score(&member).is_some() {
                return Err(TWICE);
            }
            set.build(&member, score, limits);
            return Ok(());
        }
    };
    if !pack.is_empty() {
        *set = SortedSet::from_listpack(pack, limits).ok_or(BAD_PACK)?;
    }
    Ok(())
}

/// A score in the text of former versions, its length in front of it; three lengths stand for what has no digits.
fn text(input: &mut Input<'_>) -> Read<f64> {
    match input.byte()? {
        253 => Ok(f64::NAN),
        254 => Ok(f64::INFINITY),
        255 => Ok(f64::NEG_INFINITY),
        len => number::strtod(input.take(u64::from(len))?).ok_or(Stop::Corrupt("a score that is no number")),
    }
}
