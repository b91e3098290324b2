//! The store's vectors outside of WebAssembly: every call goes to the store of the sandbox.

use super::with_store;
use crate::vectors::{Element, Error, Figures, Kind, Match, Metric, Options, Query};
use ferrite_store_core::typed::CollectionError;
use ferrite_store_core::typed::vectors as core;

fn error(error: core::Error) -> Error {
    match error {
        core::Error::NoSuchKey => Error::NoSuchKey,
        core::Error::WrongDimension => Error::WrongDimension,
        core::Error::NotFinite => Error::NotFinite,
        core::Error::InvalidOptions => Error::InvalidOptions,
        core::Error::InvalidFilter => Error::InvalidFilter,
        core::Error::Collection(error) => match error {
            CollectionError::WrongType => Error::WrongType,
            CollectionError::NotPermitted => Error::NotPermitted,
            CollectionError::OutOfMemory => Error::OutOfMemory,
            CollectionError::TooManyElements => Error::TooManyElements,
            CollectionError::ValueTooLong => Error::ValueTooLong,
            CollectionError::ResultTooLarge => Error::ResultTooLarge,
            CollectionError::UndoTooLarge => Error::UndoTooLarge,
            // Of numbers that are none, and of sums: there are no such here.
            CollectionError::NotANumber | CollectionError::Overflow => Error::NotFinite,
        },
    }
}

fn metric(metric: Metric) -> core::Metric {
    match metric {
        Metric::Cosine => core::Metric::Cosine,
        Metric::L2 => core::Metric::L2,
        Metric::InnerProduct => core::Metric::InnerProduct,
    }
}

fn kind(kind: Kind) -> core::Kind {
    match kind {
        Kind::F32 => core::Kind::F32,
        Kind::Int8 => core::Kind::Int8,
        Kind::Binary => core::Kind::Binary,
    }
}

fn own(options: Options) -> core::Options {
    let Options { dimension, links, ef_construction, .. } = options;
    core::Options { dimension, metric: metric(options.metric), kind: kind(options.kind), links, ef_construction }
}

fn shown(options: core::Options) -> Options {
    let core::Options { dimension, links, ef_construction, .. } = options;
    let metric = match options.metric {
        core::Metric::Cosine => Metric::Cosine,
        core::Metric::L2 => Metric::L2,
        core::Metric::InnerProduct => Metric::InnerProduct,
    };
    let kind = match options.kind {
        core::Kind::F32 => Kind::F32,
        core::Kind::Int8 => Kind::Int8,
        core::Kind::Binary => Kind::Binary,
    };
    Options { dimension, metric, kind, links, ef_construction }
}

fn given(element: &Element) -> core::ElementGiven<'_> {
    let Element { name, vector, attributes } = element;
    core::ElementGiven { name, vector, attributes: attributes.as_deref() }
}

fn asked<'a>(query: &Query<'a>) -> core::QueryGiven<'a> {
    let Query { vector, count, ef, filter } = *query;
    core::QueryGiven { vector, count, ef, filter }
}

pub(crate) fn create(key: &[u8], options: Options) -> Result<bool, Error> {
    with_store(|store| core::create(store, key, own(options))).map_err(error)
}

pub(crate) fn add_many(key: &[u8], elements: &[Element]) -> Result<u64, Error> {
    let elements: Vec<core::ElementGiven<'_>> = elements.iter().map(given).collect();
    with_store(|store| core::add(store, key, &elements)).map_err(error)
}

pub(crate) fn remove(key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
    with_store(|store| core::remove(store, key, names)).map_err(error)
}

pub(crate) fn get_many(key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Element>>, Error> {
    let shown = |core::Element { name, vector, attributes }| Element { name, vector, attributes };
    let found = with_store(|store| core::get(store, key, names)).map_err(error)?;
    Ok(found.into_iter().map(|element| element.map(shown)).collect())
}

pub(crate) fn search_many(key: &[u8], queries: &[Query<'_>]) -> Result<Vec<Vec<Match>>, Error> {
    let queries: Vec<core::QueryGiven<'_>> = queries.iter().map(asked).collect();
    let shown = |core::Match { name, distance, attributes }| Match { name, distance, attributes };
    let found = with_store(|store| core::search(store, key, &queries)).map_err(error)?;
    Ok(found.into_iter().map(|near| near.into_iter().map(shown).collect()).collect())
}

pub(crate) fn describe(key: &[u8]) -> Result<Option<Figures>, Error> {
    let figures = with_store(|store| core::describe(store, key)).map_err(error)?;
    Ok(figures.map(|core::Figures { options, elements, memory_bytes }| Figures {
        options: shown(options),
        elements,
        memory_bytes,
    }))
}
