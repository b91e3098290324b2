//! Hashes of the selected database, fields with values under a key: `ferrite:store/hashes`.
//!
//! Keys, names and values are any bytes: `&str`, `&[u8]`, `Vec<u8>` and so on. A hash goes with its last field.

use crate::collection::{pairs, slices};
use crate::platform;

pub use crate::collection::{CollectionError as Error, Field};
pub use crate::keys::Ttl;

/// A page of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Pass it to the next call; 0 when the iteration is complete.
    pub cursor: u64,
    /// Fields in no order; one may come twice.
    pub fields: Vec<Field>,
}

/// The value of a field, or none when there is no such field. <https://redis.io/commands/hget>
pub fn get(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, Error> {
    platform::hashes::get(key.as_ref(), name.as_ref())
}

/// The values of many fields in one crossing, at most 65,536. <https://redis.io/commands/hmget>
pub fn get_many(key: impl AsRef<[u8]>, names: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    platform::hashes::get_many(key.as_ref(), &slices(names))
}

/// All fields in no order; [`scan`] is for large hashes. <https://redis.io/commands/hgetall>
pub fn get_all(key: impl AsRef<[u8]>) -> Result<Vec<Field>, Error> {
    platform::hashes::get_all(key.as_ref())
}

/// Sets fields, which live for good then; returns how many are new. <https://redis.io/commands/hset>
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// fn visit(keys: Keys, _: Args) -> Result<i64> {
///     hashes::set(keys.get(0)?, &[("seen", "now"), ("by", "me")])?;
///     Ok(hashes::increment(keys.get(0)?, "visits", 1)?)
/// }
/// assert_eq!(Sandbox::new().call(visit, &["page"], &[]), Ok(Reply::Integer(1)));
/// ```
pub fn set(key: impl AsRef<[u8]>, fields: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)]) -> Result<u64, Error> {
    platform::hashes::set(key.as_ref(), &pairs(fields))
}

/// Sets a field unless there is one of this name; false when there is. <https://redis.io/commands/hsetnx>
pub fn set_if_absent(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::hashes::set_if_absent(key.as_ref(), name.as_ref(), value.as_ref())
}

/// Removes fields, returns how many there were. <https://redis.io/commands/hdel>
pub fn delete(key: impl AsRef<[u8]>, names: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::hashes::delete(key.as_ref(), &slices(names))
}

/// Whether there is a field of this name. <https://redis.io/commands/hexists>
pub fn contains(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::hashes::contains(key.as_ref(), name.as_ref())
}

/// How many fields there are, 0 when the key does not exist. <https://redis.io/commands/hlen>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::hashes::length(key.as_ref())
}

/// Adds to the integer in a field (0 when absent), returns the sum. <https://redis.io/commands/hincrby>
pub fn increment(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>, by: i64) -> Result<i64, Error> {
    platform::hashes::increment(key.as_ref(), name.as_ref(), by)
}

/// Adds to the decimal number in a field (0 when absent), returns the sum. <https://redis.io/commands/hincrbyfloat>
pub fn increment_float(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>, by: f64) -> Result<f64, Error> {
    platform::hashes::increment_float(key.as_ref(), name.as_ref(), by)
}

/// Sets the time to live of fields in milliseconds, 0 removes them; returns how many of them there were.
/// <https://redis.io/commands/hpexpire>
pub fn expire(key: impl AsRef<[u8]>, names: &[impl AsRef<[u8]>], ttl_ms: u64) -> Result<u64, Error> {
    platform::hashes::expire(key.as_ref(), &slices(names), ttl_ms)
}

/// The time that a field has left to live. <https://redis.io/commands/hpttl>
pub fn time_to_live(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> Result<Ttl, Error> {
    platform::hashes::time_to_live(key.as_ref(), name.as_ref())
}

/// A page of the fields whose names match a glob pattern (`*` for all): start with cursor 0, `count` is a hint for the
/// work of one call, at most 10,000. A field that is there throughout is returned at least once.
/// <https://redis.io/commands/hscan>
pub fn scan(key: impl AsRef<[u8]>, cursor: u64, pattern: impl AsRef<[u8]>, count: u32) -> Result<Page, Error> {
    platform::hashes::scan(key.as_ref(), cursor, pattern.as_ref(), count)
}
