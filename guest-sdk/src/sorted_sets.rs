//! Sorted sets of the selected database, members in the order of their scores: `ferrite:store/sorted-sets`.
//!
//! Where scores are equal, the order is that of bytes. A sorted set goes with its last member.

use crate::collection::{scored, slices};
use crate::platform;

pub use crate::collection::{CollectionError as Error, Order};

/// A member with its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Any bytes.
    pub member: Vec<u8>,
    /// Not NaN; infinities are scores.
    pub score: f64,
}

/// When [`add_with`] gives a member its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Condition {
    /// In any case.
    #[default]
    Always,
    /// Only if it is new.
    IfAbsent,
    /// Only if it is there.
    IfPresent,
    /// Only if it is new or the score is greater than the one there.
    IfGreater,
    /// Only if it is new or the score is less than the one there.
    IfLess,
}

/// What [`add`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many members are new.
    pub added: u32,
    /// How many got another score.
    pub updated: u32,
}

/// One end of a range of scores or of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound<T> {
    /// No bound.
    Open,
    /// From here on, or up to here.
    Inclusive(T),
    /// Without this itself.
    Exclusive(T),
}

/// Which members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Selection<'a> {
    /// From one rank to another, both included. Ranks count from 0, or from -1 backwards.
    Ranks(i64, i64),
    /// By their scores.
    Scores(Bound<f64>, Bound<f64>),
    /// By their bytes, where all scores are equal; if they are not, which members these are is not defined.
    Members(Bound<&'a [u8]>, Bound<&'a [u8]>),
}

impl Selection<'_> {
    /// All members.
    pub const ALL: Selection<'static> = Selection::Ranks(0, -1);
}

/// Gives members scores. <https://redis.io/commands/zadd>
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// use ferrite_udf::sorted_sets::{Order, Selection};
///
/// /// The name of the best of all.
/// fn best(keys: Keys, _: Args) -> Result<Vec<Vec<u8>>> {
///     sorted_sets::add(keys.get(0)?, &[("ann", 3.0), ("bob", 7.5)])?;
///     let best = sorted_sets::range(keys.get(0)?, &Selection::ALL, Order::Descending, 0, 1)?;
///     Ok(best.into_iter().map(|scored| scored.member).collect())
/// }
/// assert_eq!(Sandbox::new().call(best, &["scores"], &[]), Ok(Reply::from(["bob"])));
/// ```
pub fn add(key: impl AsRef<[u8]>, members: &[(impl AsRef<[u8]>, f64)]) -> Result<Changes, Error> {
    add_with(key, members, Condition::Always)
}

/// The score of a member, none when it is not there. <https://redis.io/commands/zscore>
pub fn score(key: impl AsRef<[u8]>, member: impl AsRef<[u8]>) -> Result<Option<f64>, Error> {
    Ok(scores(key, &[member])?.first().copied().flatten())
}

/// Gives members scores where the condition holds. <https://redis.io/commands/zadd>
pub fn add_with(
    key: impl AsRef<[u8]>,
    members: &[(impl AsRef<[u8]>, f64)],
    condition: Condition,
) -> Result<Changes, Error> {
    platform::sorted_sets::add_with(key.as_ref(), &scored(members), condition)
}

/// Adds to the score of a member (0 when absent), returns the sum. <https://redis.io/commands/zincrby>
pub fn increment(key: impl AsRef<[u8]>, member: impl AsRef<[u8]>, by: f64) -> Result<f64, Error> {
    platform::sorted_sets::increment(key.as_ref(), member.as_ref(), by)
}

/// Removes members, returns how many there were. <https://redis.io/commands/zrem>
pub fn remove(key: impl AsRef<[u8]>, members: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::sorted_sets::remove(key.as_ref(), &slices(members))
}

/// Removes a selection of members, returns how many they were. <https://redis.io/commands/zremrangebyscore>
pub fn remove_range(key: impl AsRef<[u8]>, selection: &Selection<'_>) -> Result<u64, Error> {
    platform::sorted_sets::remove_range(key.as_ref(), selection)
}

/// Removes up to `count` members from the beginning of the order, or from its end when descending, and returns them.
/// <https://redis.io/commands/zpopmin>
pub fn pop(key: impl AsRef<[u8]>, order: Order, count: u32) -> Result<Vec<Scored>, Error> {
    platform::sorted_sets::pop(key.as_ref(), order, count)
}

/// The scores of members, none for those that are not there. <https://redis.io/commands/zmscore>
pub fn scores(key: impl AsRef<[u8]>, members: &[impl AsRef<[u8]>]) -> Result<Vec<Option<f64>>, Error> {
    platform::sorted_sets::scores(key.as_ref(), &slices(members))
}

/// How many members are in front of this one, or behind it when descending; none when it is not there.
/// <https://redis.io/commands/zrank>
pub fn rank(key: impl AsRef<[u8]>, member: impl AsRef<[u8]>, order: Order) -> Result<Option<u64>, Error> {
    platform::sorted_sets::rank(key.as_ref(), member.as_ref(), order)
}

/// How many members there are, 0 when the key does not exist. <https://redis.io/commands/zcard>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::sorted_sets::length(key.as_ref())
}

/// How many members a selection has. <https://redis.io/commands/zcount>
pub fn count(key: impl AsRef<[u8]>, selection: &Selection<'_>) -> Result<u64, Error> {
    platform::sorted_sets::count(key.as_ref(), selection)
}

/// Up to `count` members of a selection without its first `offset`. Descending, ranks are counted from the greatest
/// member, and scores and bytes are still given from the lesser to the greater. <https://redis.io/commands/zrange>
pub fn range(
    key: impl AsRef<[u8]>,
    selection: &Selection<'_>,
    order: Order,
    offset: u32,
    count: u32,
) -> Result<Vec<Scored>, Error> {
    platform::sorted_sets::range(key.as_ref(), selection, order, offset, count)
}
