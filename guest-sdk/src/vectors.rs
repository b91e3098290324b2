//! Vector sets of the selected database, elements found by what they are near to: `ferrite:store/vectors`.
//!
//! A set that [`create`] made stays when its last element goes. The commands `VECTOR.*` and `VADD` with its kin work on the
//! same keys.

use crate::collection::slices;
use crate::platform;
use std::fmt;

/// Why a call on vectors failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The key holds another type.
    WrongType,
    /// The key does not exist: [`create`] makes one.
    NoSuchKey,
    /// A vector has another number of dimensions than those of the set.
    WrongDimension,
    /// A number of a vector is infinite, NaN, or too great: the sum of the squares must stay below 1e37.
    NotFinite,
    /// What a set is to be made of is out of its limits, or a search is wider than 1,000,000.
    InvalidOptions,
    /// A filter is no expression.
    InvalidFilter,
    /// The caller may not do this: no WRITE permission, or a read-only call.
    NotPermitted,
    /// The memory limit of the store is reached.
    OutOfMemory,
    /// More than 65,536 elements, names or queries in one call, or 64 MiB of vectors.
    TooManyElements,
    /// A name is longer than 32 KiB, or attributes are longer than 64 KiB.
    ValueTooLong,
    /// More than 1,048,576 elements or 64 MiB would be returned.
    ResultTooLarge,
    /// What it takes to undo the call outgrew its limit.
    UndoTooLarge,
}

/// The line that a client reads.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value",
            Self::NoSuchKey => "ERR no such index",
            Self::WrongDimension => "ERR a vector has another number of dimensions than the index",
            Self::NotFinite => "ERR a vector has a number that is infinite, NaN, or too great to be squared",
            Self::InvalidOptions => "ERR an option of the index or the search is out of its limits",
            Self::InvalidFilter => "ERR syntax error in the filter",
            Self::NotPermitted => crate::error::NOT_PERMITTED,
            Self::OutOfMemory => crate::error::OUT_OF_MEMORY,
            Self::TooManyElements => "ERR too many elements in one call",
            Self::ValueTooLong => "ERR a name or the attributes of an element are too long",
            Self::ResultTooLarge => "ERR the result of one call would be too large",
            Self::UndoTooLarge => "ERR the call wrote more than can be undone",
        })
    }
}

impl std::error::Error for Error {}

/// What is near. Less distance is nearer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// 1 less the cosine of the angle: 0 to 2.
    #[default]
    Cosine,
    /// The square of the Euclidean distance.
    L2,
    /// 1 less the inner product.
    InnerProduct,
}

/// How vectors are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Numbers of 32 bits.
    #[default]
    F32,
    /// A byte a number, with a scale for each vector.
    Int8,
    /// A bit a number: whether it is positive.
    Binary,
}

/// What a set is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Numbers of a vector, 1 to 4,096.
    pub dimension: u32,
    /// What is near.
    pub metric: Metric,
    /// How vectors are kept.
    pub kind: Kind,
    /// Links of an element on a level, 4 to 4,096, twice as many on the lowest; 0 for 16.
    pub links: u32,
    /// How wide the search for the neighbours of a new element is, up to 1,000,000; 0 for 400.
    pub ef_construction: u32,
}

impl Options {
    /// For vectors of so many numbers; everything else as it usually is.
    pub fn new(dimension: u32) -> Options {
        Options { dimension, metric: Metric::Cosine, kind: Kind::F32, links: 0, ef_construction: 0 }
    }
}

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its name.
    pub name: Vec<u8>,
    /// Its vector; one that is returned is as near to what was given as it is kept.
    pub vector: Vec<f32>,
    /// What is said of it: a JSON object, whose fields a filter asks for.
    pub attributes: Option<Vec<u8>>,
}

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What is to be near.
    pub vector: &'a [f32],
    /// How many to find.
    pub count: u32,
    /// How wide to search, up to 1,000,000: wider finds more of the true nearest and takes longer. 0 for 100.
    pub ef: u32,
    /// An expression that holds for the attributes of what is found, such as `.year >= 1980`; empty for none.
    pub filter: &'a str,
}

/// What is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The element's name.
    pub name: Vec<u8>,
    /// How far it is.
    pub distance: f32,
    /// What is said of it.
    pub attributes: Option<Vec<u8>>,
}

/// What a set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// What it is made of.
    pub options: Options,
    /// How many elements there are.
    pub elements: u64,
    /// What it takes of the store's memory, estimated.
    pub memory_bytes: u64,
}

/// Makes an empty set; false when the key holds one.
pub fn create(key: impl AsRef<[u8]>, options: Options) -> Result<bool, Error> {
    platform::vectors::create(key.as_ref(), options)
}

/// Adds an element without attributes, or gives it another vector; true when it is new.
///
/// ```
/// # use ferrite_udf::{prelude::*, testing::Sandbox};
/// /// Remembers the vector of KEYS[1] and answers what is nearest to it of what was there before.
/// fn nearest(keys: Keys, args: Args) -> Result<Option<Vec<u8>>> {
///     vectors::create("places", vectors::Options::new(2))?;
///     let place = [args.parse(0)?, args.parse(1)?];
///     let found = vectors::search("places", &place, 1)?;
///     vectors::add("places", keys.get(0)?, &place)?;
///     Ok(found.into_iter().next().map(|near| near.name))
/// }
/// let sandbox = Sandbox::new();
/// assert_eq!(sandbox.call(nearest, &["home"], &["1", "0.5"]), Ok(Reply::Null));
/// assert_eq!(sandbox.call(nearest, &["work"], &["1", "0.6"]), Ok(Reply::Bytes(b"home".to_vec())));
/// ```
pub fn add(key: impl AsRef<[u8]>, name: impl AsRef<[u8]>, vector: &[f32]) -> Result<bool, Error> {
    let element = Element { name: name.as_ref().to_vec(), vector: vector.to_vec(), attributes: None };
    add_many(key, &[element]).map(|added| added == 1)
}

/// Adds elements, or gives them other vectors and attributes; returns how many are new. All of them or none.
pub fn add_many(key: impl AsRef<[u8]>, elements: &[Element]) -> Result<u64, Error> {
    platform::vectors::add_many(key.as_ref(), elements)
}

/// Removes elements, returns how many there were. <https://redis.io/commands/vrem>
pub fn remove(key: impl AsRef<[u8]>, names: &[impl AsRef<[u8]>]) -> Result<u64, Error> {
    platform::vectors::remove(key.as_ref(), &slices(names))
}

/// Elements by name, each in its place; none for one that is not there. <https://redis.io/commands/vemb>
pub fn get_many(key: impl AsRef<[u8]>, names: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Element>>, Error> {
    platform::vectors::get_many(key.as_ref(), &slices(names))
}

/// The `count` nearest to a vector, nearest first. <https://redis.io/commands/vsim>
pub fn search(key: impl AsRef<[u8]>, vector: &[f32], count: u32) -> Result<Vec<Match>, Error> {
    let found = search_many(key, &[Query { vector, count, ef: 0, filter: "" }])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// What is nearest to each of some vectors, nearest first.
pub fn search_many(key: impl AsRef<[u8]>, queries: &[Query<'_>]) -> Result<Vec<Vec<Match>>, Error> {
    platform::vectors::search_many(key.as_ref(), queries)
}

/// What a set is, none when the key does not exist. <https://redis.io/commands/vinfo>
pub fn describe(key: impl AsRef<[u8]>) -> Result<Option<Figures>, Error> {
    platform::vectors::describe(key.as_ref())
}
