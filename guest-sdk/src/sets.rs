//! Sets of the selected database, different members in no order: `ferrite:store/sets`.
//!
//! A set goes with its last member.

use crate::collection::slices;
use crate::platform;

pub use crate::collection::CollectionError as Error;

/// How to make one set of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What all of them have.
    Intersection,
    /// What any of them has.
    Union,
    /// What the first has and none of the others.
    Difference,
}

/// A page of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Pass it to the next call; 0 when the iteration is complete.
    pub cursor: u64,
    /// Members in no order; one may come twice.
    pub members: Vec<Vec<u8>>,
}

/// Whether this is a member. <https://redis.io/commands/sismember>
pub fn contains(key: impl AsRef<[u8]>, member: impl AsRef<[u8]>) -> Result<bool, Error> {
    Ok(contains_many(key, &[member])?.first() == Some(&true))
}

/// Adds members, returns how many are new. <https://redis.io/commands/sadd>
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// /// How many of KEYS[2]'s members KEYS[1] lacks.
/// fn missing(keys: Keys, _: Args) -> Result<usize> {
///     sets::add("wanted", &["a", "b"])?;
///     Ok(sets::combine(sets::Operation::Difference, &["wanted", "had"])?.len())
/// }
/// assert_eq!(Sandbox::new().call(missing, &[], &[]), Ok(Reply::Integer(2)));
/// ```
pub fn add(key: impl AsRef<[u8]>, members: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::sets::add(key.as_ref(), &slices(members))
}

/// Removes members, returns how many there were. <https://redis.io/commands/srem>
pub fn remove(key: impl AsRef<[u8]>, members: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::sets::remove(key.as_ref(), &slices(members))
}

/// Moves a member to another set; false when it is not there. <https://redis.io/commands/smove>
pub fn move_member(key: impl AsRef<[u8]>, to_key: impl AsRef<[u8]>, member: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::sets::move_member(key.as_ref(), to_key.as_ref(), member.as_ref())
}

/// Whether each of these is a member, in one crossing. <https://redis.io/commands/smismember>
pub fn contains_many(key: impl AsRef<[u8]>, members: &[impl AsRef<[u8]>]) -> Result<Vec<bool>, Error> {
    platform::sets::contains_many(key.as_ref(), &slices(members))
}

/// How many members there are, 0 when the key does not exist. <https://redis.io/commands/scard>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::sets::length(key.as_ref())
}

/// All members; [`scan`] is for large sets. <https://redis.io/commands/smembers>
pub fn members(key: impl AsRef<[u8]>) -> Result<Vec<Vec<u8>>, Error> {
    platform::sets::members(key.as_ref())
}

/// Up to `count` different members chosen by chance. <https://redis.io/commands/srandmember>
pub fn random(key: impl AsRef<[u8]>, count: u32) -> Result<Vec<Vec<u8>>, Error> {
    platform::sets::random(key.as_ref(), count)
}

/// Removes up to `count` members chosen by chance and returns them. <https://redis.io/commands/spop>
pub fn pop(key: impl AsRef<[u8]>, count: u32) -> Result<Vec<Vec<u8>>, Error> {
    platform::sets::pop(key.as_ref(), count)
}

/// The members that several sets make together. <https://redis.io/commands/sinter>
pub fn combine(operation: Operation, keys: &[impl AsRef<[u8]>]) -> Result<Vec<Vec<u8>>, Error> {
    platform::sets::combine(operation, &slices(keys))
}

/// Stores what several sets make together under a key, whatever it held; returns how many members that are.
/// <https://redis.io/commands/sinterstore>
pub fn combine_into(key: impl AsRef<[u8]>, operation: Operation, keys: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::sets::combine_into(key.as_ref(), operation, &slices(keys))
}

/// A page of the members that match a glob pattern (`*` for all): start with cursor 0, `count` is a hint for the work of
/// one call, at most 10,000. A member that is there throughout is returned at least once. <https://redis.io/commands/sscan>
pub fn scan(key: impl AsRef<[u8]>, cursor: u64, pattern: impl AsRef<[u8]>, count: u32) -> Result<Page, Error> {
    platform::sets::scan(key.as_ref(), cursor, pattern.as_ref(), count)
}
