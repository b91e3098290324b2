//! `ferrite:store/vectors`.

use super::collection::{
    Absent, Change, CollectionError, Room, Then, change, check_elements, check_given, read, reduce,
};
use crate::keyspace::notices::Class;
use crate::memory;
use crate::store::Store;
use crate::types::vector_set::{
    Found, LINKS, MOST_ATTRIBUTE_BYTES, MOST_DIMENSIONS, MOST_EF, MOST_NAME_BYTES, MOST_SQUARE, Query, USUAL_EF,
    USUAL_EF_CONSTRUCTION, USUAL_LINKS, usual,
};
use crate::types::vectors::filter::Expression;
use crate::types::vectors::{Search, kernels};
use crate::types::{Typed, VectorSet};

pub use crate::types::vectors::{Kind, Metric};

/// How many vectors a filtered search looks at for each that it keeps on the way, before it ends with what it has.
const EFFORT: usize = 100;
/// Of how many names the memory of all is estimated.
const SAMPLES: usize = 100;
/// So much is asked for before an element is added: memory comes in pieces for many.
const PIECES: usize = 1 << 20;

/// Why a call on vectors failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// As for every collection.
    Collection(CollectionError),
    /// The key does not exist.
    NoSuchKey,
    /// A vector has another number of dimensions than those of the set.
    WrongDimension,
    /// A number of a vector is infinite, NaN, or too great to be squared.
    NotFinite,
    /// What a set is to be made of is out of its limits.
    InvalidOptions,
    /// A filter is no expression.
    InvalidFilter,
}

impl From<CollectionError> for Error {
    fn from(error: CollectionError) -> Error {
        Error::Collection(error)
    }
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

/// An element, borrowed from whoever gives it.
#[derive(Clone, Copy, Debug)]
pub struct ElementGiven<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its vector.
    pub vector: &'a [f32],
    /// What is said of it, a JSON object.
    pub attributes: Option<&'a [u8]>,
}

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its name.
    pub name: Vec<u8>,
    /// Its vector, as near to what was given as it is kept.
    pub vector: Vec<f32>,
    /// What is said of it.
    pub attributes: Option<Vec<u8>>,
}

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct QueryGiven<'a> {
    /// What is to be near.
    pub vector: &'a [f32],
    /// How many to find.
    pub count: u32,
    /// How wide to search, up to 1,000,000; 0 for 100.
    pub ef: u32,
    /// An expression that holds for the attributes of what is found; empty for none.
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
pub fn create(store: &mut Store, key: &[u8], options: Options) -> Result<bool, Error> {
    check_given(store, 1, &mut std::iter::empty())?;
    let or = |number: u32, usual: usize| if number == 0 { usual } else { number as usize };
    let (links, ef_construction) = (or(options.links, USUAL_LINKS), or(options.ef_construction, USUAL_EF_CONSTRUCTION));
    let dimension = options.dimension as usize;
    if !(1..=MOST_DIMENSIONS).contains(&dimension) || !LINKS.contains(&links) || ef_construction > MOST_EF {
        return Err(Error::InvalidOptions);
    }
    if read::<VectorSet>(store, key)?.0.is_some() {
        return Ok(false);
    }
    let made = crate::types::vectors::Options {
        metric: options.metric,
        kind: options.kind,
        links,
        ef_construction,
        ..usual(dimension)
    };
    let seed = store.keyspace.limits.seed;
    change::<VectorSet>(store, key, Absent::Create, (Class::MODULE, "vector.create"), &mut |set, log| {
        *set = VectorSet::new(made, None, true, seed);
        log.note(1);
        Ok(Then::Keep)
    })?;
    Ok(true)
}

/// Adds elements, or gives them other vectors and attributes; returns how many are new. All of them or none.
pub fn add(store: &mut Store, key: &[u8], elements: &[ElementGiven<'_>]) -> Result<u64, Error> {
    let bytes =
        |given: &ElementGiven<'_>| given.name.len() + 4 * given.vector.len() + given.attributes.map_or(0, <[u8]>::len);
    check_given(store, elements.len(), &mut elements.iter().map(bytes))?;
    let set = read::<VectorSet>(store, key)?.0.ok_or(Error::NoSuchKey)?;
    let (dimension, links) = (set.given_dimension(), set.options().links);
    for given in elements {
        check_vector(given.vector, dimension)?;
        if given.name.len() > MOST_NAME_BYTES || given.attributes.is_some_and(|text| text.len() > MOST_ATTRIBUTE_BYTES)
        {
            return Err(CollectionError::ValueTooLong.into());
        }
    }
    let each = 8 * (links + 1) + 64;
    if !memory::has_room(PIECES + elements.iter().map(|given| bytes(given) + each).sum::<usize>()) {
        return Err(CollectionError::OutOfMemory.into());
    }
    let mut added = 0;
    change::<VectorSet>(store, key, Absent::Leave, (Class::MODULE, "vector.add"), &mut |set, log| {
        for given in elements {
            let projected = set.projection().map(|projection| projection.apply(given.vector));
            added += u64::from(set.put(given.name, projected.as_deref().unwrap_or(given.vector), None, log));
            set.set_attributes(given.name, given.attributes.filter(|text| !text.is_empty()), log);
        }
        Ok(Then::Keep)
    })?;
    Ok(added)
}

fn check_vector(vector: &[f32], dimension: usize) -> Result<(), Error> {
    match () {
        () if vector.len() != dimension => Err(Error::WrongDimension),
        // False also for what is no number.
        () if kernels::dot(vector, vector) < MOST_SQUARE => Ok(()),
        () => Err(Error::NotFinite),
    }
}

/// Removes elements, returns how many there were.
pub fn remove(store: &mut Store, key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
    check_elements(names.len())?;
    let mut removed = 0;
    let remove: Change<'_, VectorSet> = &mut |set, log| {
        removed = names.iter().filter(|name| set.remove(name, log)).count();
        Ok(Then::Keep)
    };
    reduce::<VectorSet>(store, key, (Class::MODULE, "vector.del"), remove)?;
    Ok(removed as u64)
}

/// Elements by name, each in its place; none for one that is not there.
pub fn get(store: &mut Store, key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Element>>, Error> {
    check_elements(names.len())?;
    let (mut room, mut found) = (Room::new(), Vec::with_capacity(names.len()));
    let set = read::<VectorSet>(store, key)?.0;
    for name in names {
        let element = set.and_then(|set| {
            let slot = set.slot(name)?;
            let (vector, attributes) = (set.index().vector(slot)?, set.attributes(slot).map(<[u8]>::to_vec));
            Some(Element { name: name.to_vec(), vector, attributes })
        });
        let bytes = |element: &Element| 4 * element.vector.len() + element.attributes.as_ref().map_or(0, Vec::len);
        if !room.take(name.len() + element.as_ref().map_or(0, bytes)) {
            break;
        }
        found.push(element);
    }
    room.end()?;
    Ok(found)
}

/// What is nearest to each of some vectors, nearest first.
pub fn search(store: &mut Store, key: &[u8], queries: &[QueryGiven<'_>]) -> Result<Vec<Vec<Match>>, Error> {
    check_elements(queries.len())?;
    let set = read::<VectorSet>(store, key)?.0.ok_or(Error::NoSuchKey)?;
    let mut filters = Vec::with_capacity(queries.len());
    for query in queries {
        check_vector(query.vector, set.given_dimension())?;
        if query.ef as usize > MOST_EF {
            return Err(Error::InvalidOptions);
        }
        let filter = Some(query.filter).filter(|text| !text.is_empty()).map(Expression::parse);
        filters.push(filter.transpose().map_err(|_| Error::InvalidFilter)?);
    }
    let (mut room, mut found) = (Room::new(), Vec::with_capacity(queries.len()));
    for (query, filter) in queries.iter().zip(&filters) {
        let projected = set.projection().map(|projection| projection.apply(query.vector));
        let numbers = Query::Numbers(projected.as_deref().unwrap_or(query.vector));
        let count = (query.count as usize).min(set.len());
        let ef = (if query.ef == 0 { USUAL_EF } else { query.ef as usize }).max(count);
        let effort = if filter.is_some() { EFFORT.saturating_mul(ef) } else { usize::MAX };
        let mut near = Vec::new();
        let mut show = |Found { name, distance, attributes }: Found<'_>| {
            if room.take(name.len() + attributes.map_or(0, <[u8]>::len)) {
                near.push(Match { name: name.to_vec(), distance, attributes: attributes.map(<[u8]>::to_vec) });
            }
        };
        if count > 0 {
            set.search(numbers, Search { count, ef, effort }, false, filter.as_ref(), &mut show);
        }
        found.push(near);
    }
    room.end()?;
    Ok(found)
}

/// What a set is, none when the key does not exist.
pub fn describe(store: &mut Store, key: &[u8]) -> Result<Option<Figures>, Error> {
    Ok(read::<VectorSet>(store, key)?.0.map(|set| {
        let made = set.options();
        let options = Options {
            dimension: set.given_dimension() as u32,
            metric: made.metric,
            kind: made.kind,
            links: made.links as u32,
            ef_construction: made.ef_construction as u32,
        };
        Figures { options, elements: set.len() as u64, memory_bytes: set.memory(SAMPLES) as u64 }
    }))
}
