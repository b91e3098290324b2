//! Hashes: fields with values, and times, or all of them packed.

use super::{BAD_PACK, TWICE, from_ziplist, from_zipmap, listpack};
use crate::keyspace::limits::Limits;
use crate::rdb::input::{Input, Read, Stop};
use crate::rdb::types;
use crate::types::Hash;

pub(super) fn element(form: u8, first_ms: i64, hash: &mut Hash, input: &mut Input<'_>, limits: &Limits) -> Read<()> {
    let (pack, has_times) = match form {
        types::HASH_LISTPACK => (listpack(input)?, false),
        types::HASH_ZIPLIST => (from_ziplist(input)?, false),
        types::HASH_ZIPMAP => (from_zipmap(input)?, false),
        types::HASH_LISTPACK_EX => {
            // When the first field expires: the times themselves say it again.
            input.number()?;
            (listpack(input)?, true)
        }
        _ => {
            let expire_ms = if form == types::HASH_METADATA { time(first_ms, input.length()?)? } else { None };
            let (name, value) = (input.string()?, input.string()?);
            return if hash.build(&name, &value, expire_ms, limits) { Ok(()) } else { Err(TWICE) };
        }
    };
    *hash = Hash::of_listpack(pack, has_times, limits).ok_or(BAD_PACK)?;
    Ok(())
}

/// A time that is counted from one millisecond before the first; 0 for none.
fn time(first_ms: i64, after: u64) -> Read<Option<i64>> {
    let Some(after) = after.checked_sub(1) else { return Ok(None) };
    let time = first_ms.checked_add_unsigned(after).filter(|&time| time > 0);
    time.map(Some).ok_or(Stop::Corrupt("a time that is none"))
}
