//! Keys of the selected database, whatever their type: `ferrite:store/keys`.
//!
//! Keys are any bytes: `&str`, `&[u8]`, `Vec<u8>` and so on.

use crate::{Limit, platform};
use std::fmt;

/// Why a call on keys failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
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
            Self::NotPermitted => crate::error::NOT_PERMITTED,
            Self::OutOfMemory => crate::error::OUT_OF_MEMORY,
            Self::LimitExceeded(limit) => return limit.fmt(f),
        })
    }
}

impl std::error::Error for Error {}

/// The type of a key's value, as TYPE names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A string.
    String,
    /// A hash.
    Hash,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    SortedSet,
    /// A stream.
    Stream,
    /// A vector set.
    VectorSet,
    /// One that came after this SDK.
    Other,
}

/// A key's time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ttl {
    /// The key does not exist.
    Absent,
    /// The key never expires.
    Persistent,
    /// Milliseconds until it expires, at least 1.
    ExpiresInMs(u64),
}

/// A page of key names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Pass it to the next call; 0 when the iteration is complete.
    pub cursor: u64,
    /// Names in no order; a name may come twice.
    pub keys: Vec<Vec<u8>>,
}

/// Whether a key exists. <https://redis.io/commands/exists>
pub fn exists(key: impl AsRef<[u8]>) -> Result<bool, Error> {
    Ok(platform::keys::exists(&[key.as_ref()])? > 0)
}

/// How many of these keys exist; one named twice counts twice. <https://redis.io/commands/exists>
pub fn count<K: AsRef<[u8]>>(keys: &[K]) -> Result<u64, Error> {
    let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
    platform::keys::exists(&keys)
}

/// Removes a key; false when there was none. <https://redis.io/commands/del>
pub fn delete(key: impl AsRef<[u8]>) -> Result<bool, Error> {
    Ok(platform::keys::delete(&[key.as_ref()])? > 0)
}

/// Removes keys in one crossing, returns how many there were. <https://redis.io/commands/del>
pub fn delete_many<K: AsRef<[u8]>>(keys: &[K]) -> Result<u64, Error> {
    let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
    platform::keys::delete(&keys)
}

/// The type of the value, or none when the key does not exist. <https://redis.io/commands/type>
pub fn kind(key: impl AsRef<[u8]>) -> Result<Option<Kind>, Error> {
    platform::keys::kind(key.as_ref())
}

/// How large the value is: bytes of a string; fields, elements, members or entries of anything else; 0 when the key does
/// not exist. Fields whose time has come may count until they are removed.
pub fn size(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::keys::size(key.as_ref())
}

/// The time left to live. <https://redis.io/commands/pttl>
pub fn time_to_live(key: impl AsRef<[u8]>) -> Result<Ttl, Error> {
    platform::keys::time_to_live(key.as_ref())
}

/// Sets the time to live in milliseconds, 0 deletes the key; false when the key does not exist.
/// <https://redis.io/commands/pexpire>
pub fn expire(key: impl AsRef<[u8]>, ttl_ms: u64) -> Result<bool, Error> {
    platform::keys::expire(key.as_ref(), ttl_ms)
}

/// Removes the time to live; false when the key does not exist or has none. <https://redis.io/commands/persist>
pub fn persist(key: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::keys::persist(key.as_ref())
}

/// Renames a key and replaces what has the new name; false when the key does not exist.
/// <https://redis.io/commands/rename>
pub fn rename(key: impl AsRef<[u8]>, new_key: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::keys::rename(key.as_ref(), new_key.as_ref())
}

/// One page of the names that match a glob pattern (`*` for all): start with cursor 0, `count` is a hint for the work
/// of one call, at most 10,000. [`pages`] does the loop. <https://redis.io/commands/scan>
pub fn scan(cursor: u64, pattern: impl AsRef<[u8]>, count: u32) -> Result<Page, Error> {
    platform::keys::scan(cursor, pattern.as_ref(), count)
}

/// All names that match a glob pattern, page by page, about `count` names (at most 10,000) each. A name may come twice
/// when keys are written meanwhile.
pub fn pages(pattern: impl AsRef<[u8]>, count: u32) -> Pages<impl AsRef<[u8]>> {
    Pages { pattern, count, cursor: Some(0) }
}

/// Pages of key names: see [`pages`].
#[derive(Clone, Debug)]
pub struct Pages<P> {
    pattern: P,
    count: u32,
    /// None after the last page.
    cursor: Option<u64>,
}

impl<P: AsRef<[u8]>> Iterator for Pages<P> {
    type Item = Result<Vec<Vec<u8>>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let page = match scan(self.cursor?, &self.pattern, self.count) {
            Ok(page) => page,
            Err(error) => {
                self.cursor = None;
                return Some(Err(error));
            }
        };
        self.cursor = (page.cursor != 0).then_some(page.cursor);
        Some(Ok(page.keys))
    }
}
