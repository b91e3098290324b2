//! The store's vectors in WebAssembly: every call goes to the component's imports.

use super::store::vectors as core;
use crate::vectors::{Element, Error, Figures, Kind, Match, Metric, Options, Query};

fn error(error: core::Error) -> Error {
    match error {
        core::Error::WrongType => Error::WrongType,
        core::Error::NoSuchKey => Error::NoSuchKey,
        core::Error::WrongDimension => Error::WrongDimension,
        core::Error::NotFinite => Error::NotFinite,
        core::Error::InvalidOptions => Error::InvalidOptions,
        core::Error::InvalidFilter => Error::InvalidFilter,
        core::Error::NotPermitted => Error::NotPermitted,
        core::Error::OutOfMemory => Error::OutOfMemory,
        core::Error::TooManyElements => Error::TooManyElements,
        core::Error::ValueTooLong => Error::ValueTooLong,
        core::Error::ResultTooLarge => Error::ResultTooLarge,
        core::Error::UndoTooLarge => Error::UndoTooLarge,
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

fn given(element: &Element) -> core::Element {
    let Element { name, vector, attributes } = element.clone();
    core::Element { name, vector, attributes }
}

pub(crate) fn create(key: &[u8], options: Options) -> Result<bool, Error> {
    core::create(key, own(options)).map_err(error)
}

pub(crate) fn add_many(key: &[u8], elements: &[Element]) -> Result<u64, Error> {
    let elements: Vec<core::Element> = elements.iter().map(given).collect();
    core::add(key, &elements.iter().collect::<Vec<_>>()).map_err(error)
}

pub(crate) fn remove(key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
    core::remove(key, names).map_err(error)
}

pub(crate) fn get_many(key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Element>>, Error> {
    let shown = |core::Element { name, vector, attributes }| Element { name, vector, attributes };
    let found = core::get(key, names).map_err(error)?;
    Ok(found.into_iter().map(|element| element.map(shown)).collect())
}

pub(crate) fn search_many(key: &[u8], queries: &[Query<'_>]) -> Result<Vec<Vec<Match>>, Error> {
    let given = |query: &Query<'_>| core::Query {
        vector: query.vector.to_vec(),
        count: query.count,
        ef: query.ef,
        filter: query.filter.to_owned(),
    };
    let queries: Vec<core::Query> = queries.iter().map(given).collect();
    let shown = |core::Match { name, distance, attributes }| Match { name, distance, attributes };
    let found = core::search(key, &queries.iter().collect::<Vec<_>>()).map_err(error)?;
    Ok(found.into_iter().map(|near| near.into_iter().map(shown).collect()).collect())
}

pub(crate) fn describe(key: &[u8]) -> Result<Option<Figures>, Error> {
    let figures = core::describe(key).map_err(error)?;
    Ok(figures.map(|core::Figures { options, elements, memory_bytes }| Figures {
        options: shown(options),
        elements,
        memory_bytes,
    }))
}
