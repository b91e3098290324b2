//! Strings of the selected database: `ferrite:store/strings`.
//!
//! Keys and values are any bytes: `&str`, `&[u8]`, `Vec<u8>` and so on.

pub use crate::packed::Values;
use crate::{Limit, platform};
use std::fmt;

/// Why a call on a string failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The key holds another type.
    WrongType,
    /// The value is no 64-bit signed decimal integer.
    NotAnInteger,
    /// The result would not fit 64 bits.
    Overflow,
    /// The caller may not do this: no WRITE permission, or a read-only call.
    NotPermitted,
    /// The memory limit of the store is reached.
    OutOfMemory,
    /// A limit on what one call may ask.
    LimitExceeded(Limit),
}

/// The line that a client reads, in Redis' words where Redis has the error.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::NotAnInteger => "ERR value is not an integer or out of range",
            Self::Overflow => "ERR increment or decrement would overflow",
            Self::NotPermitted => crate::error::NOT_PERMITTED,
            Self::OutOfMemory => crate::error::OUT_OF_MEMORY,
            Self::LimitExceeded(limit) => return limit.fmt(f),
        })
    }
}

impl std::error::Error for Error {}

/// What [`set_with`] does with the key's time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Expiry {
    /// The key never expires.
    #[default]
    Clear,
    /// What it was before.
    Keep,
    /// Milliseconds from now, at least 1.
    AfterMs(u64),
    /// Milliseconds since the Unix epoch.
    AtMs(u64),
}

/// When [`set_with`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Condition {
    /// In any case.
    #[default]
    Always,
    /// Only if the key does not exist.
    IfAbsent,
    /// Only if the key exists.
    IfPresent,
}

/// The value, or none when the key does not exist. <https://redis.io/commands/get>
#[inline]
pub fn get(key: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, Error> {
    platform::strings::get(key.as_ref())
}

/// The values of many keys in one crossing, at most 65,536; none where the key is absent or not a string.
/// <https://redis.io/commands/mget>
pub fn get_many<K: AsRef<[u8]>>(keys: &[K]) -> Result<Values, Error> {
    let lengths: Vec<u32> = keys.iter().map(|key| key.as_ref().len() as u32).collect();
    let mut bytes = Vec::with_capacity(keys.iter().map(|key| key.as_ref().len()).sum());
    keys.iter().for_each(|key| bytes.extend_from_slice(key.as_ref()));
    platform::strings::get_packed(lengths, bytes)
}

/// Sets the values of many keys in one crossing, all or none of them, and clears their times to live; at most 65,536.
/// <https://redis.io/commands/mset>
pub fn set_many<K: AsRef<[u8]>, V: AsRef<[u8]>>(entries: &[(K, V)]) -> Result<(), Error> {
    let entries: Vec<(&[u8], &[u8])> = entries.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
    platform::strings::set_many(&entries)
}

/// Sets a value of any earlier type, and clears its time to live. <https://redis.io/commands/set>
pub fn set(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<(), Error> {
    set_with(key, value, Expiry::Clear, Condition::Always).map(|_| ())
}

/// Sets a value of any earlier type; false when the condition did not hold. <https://redis.io/commands/set>
pub fn set_with(
    key: impl AsRef<[u8]>,
    value: impl AsRef<[u8]>,
    expiry: Expiry,
    condition: Condition,
) -> Result<bool, Error> {
    platform::strings::set(key.as_ref(), value.as_ref(), expiry, condition)
}

/// Adds to the integer in the string (0 when absent), returns the sum. <https://redis.io/commands/incrby>
pub fn increment(key: impl AsRef<[u8]>, by: i64) -> Result<i64, Error> {
    platform::strings::increment(key.as_ref(), by)
}

/// Appends bytes, returns the new length. <https://redis.io/commands/append>
pub fn append(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::strings::append(key.as_ref(), value.as_ref())
}

/// The length in bytes, 0 when absent. <https://redis.io/commands/strlen>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::strings::length(key.as_ref())
}
