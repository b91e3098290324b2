//! Streams of the selected database, entries under ascending ids, and groups that share them: `ferrite:store/streams`.
//!
//! A stream stays when its last entry goes.

use crate::collection::pairs;
use crate::platform;
use std::fmt;

pub use crate::collection::{CollectionError as Error, Field, Order};

/// The name of an entry, written `ms-seq`. Those of one stream ascend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// Mostly milliseconds since the Unix epoch.
    pub ms: u64,
    /// Tells entries of the same time apart.
    pub seq: u64,
}

impl Id {
    /// Before all others; no entry has it.
    pub const MIN: Id = Id { ms: 0, seq: 0 };
    /// Behind all others.
    pub const MAX: Id = Id { ms: u64::MAX, seq: u64::MAX };
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: Id,
    /// Its fields in the order in which they were given; a name may come twice.
    pub fields: Vec<Field>,
}

/// What a consumer has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its name.
    pub consumer: Vec<u8>,
    /// How many entries, at least 1.
    pub entries: u64,
}

/// The id that a new entry gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NewId {
    /// The time it is, or the one behind the last entry's: `*`.
    #[default]
    Automatic,
    /// The next one with this time: `ms-*`.
    AtMs(u64),
    /// This one, greater than all there were.
    Explicit(Id),
}

/// Which of the older entries stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Retention {
    /// All of them.
    #[default]
    Everything,
    /// The newest, so many.
    Newest(u64),
    /// Those from this id on.
    Since(Id),
}

/// Adds an entry of at least one field under an id of the time it is; none when there are no fields.
/// <https://redis.io/commands/xadd>
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// use ferrite_udf::streams::Id;
///
/// /// Enqueues a job and hands the oldest one to a worker.
/// fn work(keys: Keys, args: Args) -> Result<usize> {
///     streams::create_group(keys.get(0)?, "workers", Some(Id::MIN))?;
///     streams::append(keys.get(0)?, &[("job", args.get(0)?)])?;
///     let jobs = streams::read_group(keys.get(0)?, "workers", "me", 1)?;
///     Ok(jobs.map_or(0, |jobs| jobs.len()))
/// }
/// assert_eq!(Sandbox::new().call(work, &["jobs"], &["sweep"]), Ok(Reply::Integer(1)));
/// ```
pub fn append(key: impl AsRef<[u8]>, fields: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)]) -> Result<Option<Id>, Error> {
    append_with(key, NewId::Automatic, fields, Retention::Everything)
}

/// Adds an entry of at least one field, and lets old ones go: cheaply, so that some more may stay. Returns its id, none
/// when there are no fields or the id asked for is not behind the last. <https://redis.io/commands/xadd>
pub fn append_with(
    key: impl AsRef<[u8]>,
    id: NewId,
    fields: &[(impl AsRef<[u8]>, impl AsRef<[u8]>)],
    retention: Retention,
) -> Result<Option<Id>, Error> {
    platform::streams::append_with(key.as_ref(), id, &pairs(fields), retention)
}

/// Up to `count` entries from one id to another, both included. <https://redis.io/commands/xrange>
pub fn range(key: impl AsRef<[u8]>, first: Id, last: Id, order: Order, count: u32) -> Result<Vec<Entry>, Error> {
    platform::streams::range(key.as_ref(), first, last, order, count)
}

/// How many entries there are, 0 when the key does not exist. <https://redis.io/commands/xlen>
pub fn length(key: impl AsRef<[u8]>) -> Result<u64, Error> {
    platform::streams::length(key.as_ref())
}

/// The greatest id there has been, or none when the key does not exist. <https://redis.io/commands/xinfo-stream>
pub fn last_id(key: impl AsRef<[u8]>) -> Result<Option<Id>, Error> {
    platform::streams::last_id(key.as_ref())
}

/// Deletes entries, returns how many there were. <https://redis.io/commands/xdel>
pub fn delete(key: impl AsRef<[u8]>, ids: &[Id]) -> Result<u64, Error> {
    platform::streams::delete(key.as_ref(), ids)
}

/// Deletes exactly the entries that are not to stay, returns how many. <https://redis.io/commands/xtrim>
pub fn trim(key: impl AsRef<[u8]>, retention: Retention) -> Result<u64, Error> {
    platform::streams::trim(key.as_ref(), retention)
}

/// Makes a group, and the stream if there is none. It reads what is behind `after`; behind the last entry when that is
/// none. False when there is a group of this name. <https://redis.io/commands/xgroup-create>
pub fn create_group(key: impl AsRef<[u8]>, group: impl AsRef<[u8]>, after: Option<Id>) -> Result<bool, Error> {
    platform::streams::create_group(key.as_ref(), group.as_ref(), after)
}

/// Removes a group and what is pending in it; false when there is none. <https://redis.io/commands/xgroup-destroy>
pub fn destroy_group(key: impl AsRef<[u8]>, group: impl AsRef<[u8]>) -> Result<bool, Error> {
    platform::streams::destroy_group(key.as_ref(), group.as_ref())
}

/// Delivers up to `count` entries that the group has not read to a consumer of it, who is made if need be; they are
/// pending until acknowledged. It never waits. None when there is no such group. <https://redis.io/commands/xreadgroup>
pub fn read_group(
    key: impl AsRef<[u8]>,
    group: impl AsRef<[u8]>,
    consumer: impl AsRef<[u8]>,
    count: u32,
) -> Result<Option<Vec<Entry>>, Error> {
    platform::streams::read_group(key.as_ref(), group.as_ref(), consumer.as_ref(), count)
}

/// Makes up to `count` entries the consumer's that are pending for at least so long, whoever got them, and returns them,
/// oldest first; those that were deleted are pending no longer. None when there is no such group.
/// <https://redis.io/commands/xautoclaim>
pub fn claim(
    key: impl AsRef<[u8]>,
    group: impl AsRef<[u8]>,
    consumer: impl AsRef<[u8]>,
    min_idle_ms: u64,
    count: u32,
) -> Result<Option<Vec<Entry>>, Error> {
    platform::streams::claim(key.as_ref(), group.as_ref(), consumer.as_ref(), min_idle_ms, count)
}

/// Entries are pending no longer; returns how many of them were. <https://redis.io/commands/xack>
pub fn acknowledge(key: impl AsRef<[u8]>, group: impl AsRef<[u8]>, ids: &[Id]) -> Result<u64, Error> {
    platform::streams::acknowledge(key.as_ref(), group.as_ref(), ids)
}

/// The consumers of a group that have something pending, none when there is no such group.
/// <https://redis.io/commands/xpending>
pub fn pending(key: impl AsRef<[u8]>, group: impl AsRef<[u8]>) -> Result<Option<Vec<Pending>>, Error> {
    platform::streams::pending(key.as_ref(), group.as_ref())
}
