//! Lists of the selected database, elements by position: `ferrite:store/lists`.
//!
//! Positions count from 0 at the front, or from -1 backwards at the back. A list goes with its last element.

use crate::collection::slices;
use crate::platform;

pub use crate::collection::CollectionError as Error;

/// One of the two ends of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where position 0 is: LPUSH, LPOP.
    Front,
    /// Where position -1 is: RPUSH, RPOP.
    Back,
}

/// On which side of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Towards the front.
    Before,
    /// Towards the back.
    After,
}

/// Adds elements one after the other at an end, returns the new length. <https://redis.io/commands/rpush>
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// use ferrite_udf::lists::End;
///
/// /// Keeps the last ten of what it is given.
/// fn remember(keys: Keys, args: Args) -> Result<u64> {
///     lists::push(keys.get(0)?, End::Back, &[args.get(0)?])?;
///     Ok(lists::trim(keys.get(0)?, -10, -1)?)
/// }
/// assert_eq!(Sandbox::new().call(remember, &["last"], &["x"]), Ok(Reply::Integer(1)));
/// ```
pub fn push(key: impl AsRef<[u8]>, end: End, elements: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::lists::push(key.as_ref(), end, &slices(elements))
}

/// Removes up to `count` elements from an end and returns them, the outermost first. <https://redis.io/commands/lpop>
pub fn pop(key: impl AsRef<[u8]>, end: End, count: u32) -> Result<Vec<Vec<u8>>, Error> {
    platform::lists::pop(key.as_ref(), end, count)
}

/// Removes the element at an end and adds it at an end of another list or the same; none when there is nothing to move.
/// <https://redis.io/commands/lmove>
pub fn move_element(
    key: impl AsRef<[u8]>,
    end: End,
    to_key: impl AsRef<[u8]>,
    to_end: End,
) -> Result<Option<Vec<u8>>, Error> {
    platform::lists::move_element(key.as_ref(), end, to_key.as_ref(), to_end)
}

/// How many elements there are, 0 when the key does not exist. <https://redis.io/commands/llen>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::lists::length(key.as_ref())
}

/// The element at a position, or none. <https://redis.io/commands/lindex>
pub fn get(key: impl AsRef<[u8]>, position: i64) -> Result<Option<Vec<u8>>, Error> {
    platform::lists::get(key.as_ref(), position)
}

/// The elements from one position to another, both included. <https://redis.io/commands/lrange>
pub fn range(key: impl AsRef<[u8]>, first: i64, last: i64) -> Result<Vec<Vec<u8>>, Error> {
    platform::lists::range(key.as_ref(), first, last)
}

/// The position of the first element with these bytes, or none. It takes as long as the list. <https://redis.io/commands/lpos>
pub fn find(key: impl AsRef<[u8]>, element: impl AsRef<[u8]>) -> Result<Option<u64>, Error> {
    platform::lists::find(key.as_ref(), element.as_ref())
}

/// Replaces the element at a position; false when there is none. <https://redis.io/commands/lset>
pub fn set(key: impl AsRef<[u8]>, position: i64, element: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::lists::set(key.as_ref(), position, element.as_ref())
}

/// Adds an element next to the first one that has the bytes of `pivot`; the new length, or none when there is no such
/// one. <https://redis.io/commands/linsert>
pub fn insert(
    key: impl AsRef<[u8]>,
    side: Side,
    pivot: impl AsRef<[u8]>,
    element: impl AsRef<[u8]>,
) -> Result<Option<u64>, Error> {
    platform::lists::insert(key.as_ref(), side, pivot.as_ref(), element.as_ref())
}

/// Removes up to `count` elements with these bytes, those nearest to an end first; returns how many there were.
/// <https://redis.io/commands/lrem>
pub fn remove(key: impl AsRef<[u8]>, end: End, count: u32, element: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::lists::remove(key.as_ref(), end, count, element.as_ref())
}

/// Keeps the elements from one position to another, both included; returns how many are left. <https://redis.io/commands/ltrim>
pub fn trim(key: impl AsRef<[u8]>, first: i64, last: i64) -> Result<u64, Error> {
    platform::lists::trim(key.as_ref(), first, last)
}
