//! `ferrite:store/vectors`.

use ferrite_store_core::typed::CollectionError;
use ferrite_store_core::typed::vectors as core;

use crate::bindings::exports::ferrite::store::vectors::{
    Element, Error, Figures, Guest, Kind, Match, Metric, Options, Query,
};
use crate::collections::slices;
use crate::component::{Component, with_store};

type Answer<T> = Result<T, Error>;

fn call<T>(work: impl FnOnce(&mut ferrite_store_core::Store) -> Result<T, core::Error>) -> Answer<T> {
    with_store(work).map_err(error)
}

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

impl Guest for Component {
    fn create(key: Vec<u8>, options: Options) -> Answer<bool> {
        call(|store| core::create(store, &key, own(options)))
    }

    fn add(key: Vec<u8>, elements: Vec<Element>) -> Answer<u64> {
        let elements: Vec<core::ElementGiven<'_>> = elements.iter().map(given).collect();
        call(|store| core::add(store, &key, &elements))
    }

    fn remove(key: Vec<u8>, names: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::remove(store, &key, &slices(&names)))
    }

    fn get(key: Vec<u8>, names: Vec<Vec<u8>>) -> Answer<Vec<Option<Element>>> {
        let shown = |core::Element { name, vector, attributes }| Element { name, vector, attributes };
        let elements = call(|store| core::get(store, &key, &slices(&names)))?;
        Ok(elements.into_iter().map(|element| element.map(shown)).collect())
    }

    fn search(key: Vec<u8>, queries: Vec<Query>) -> Answer<Vec<Vec<Match>>> {
        let queries: Vec<core::QueryGiven<'_>> = queries.iter().map(asked).collect();
        let shown = |core::Match { name, distance, attributes }| Match { name, distance, attributes };
        let found = call(|store| core::search(store, &key, &queries))?;
        Ok(found.into_iter().map(|near| near.into_iter().map(shown).collect()).collect())
    }

    fn describe(key: Vec<u8>) -> Answer<Option<Figures>> {
        let shown = |core::Figures { options, elements, memory_bytes }| Figures {
            options: self::shown(options),
            elements,
            memory_bytes,
        };
        call(|store| core::describe(store, &key)).map(|figures| figures.map(shown))
    }
}

fn given(element: &Element) -> core::ElementGiven<'_> {
    let Element { name, vector, attributes } = element;
    core::ElementGiven { name, vector, attributes: attributes.as_deref() }
}

fn asked(query: &Query) -> core::QueryGiven<'_> {
    let Query { vector, count, ef, filter } = query;
    core::QueryGiven { vector, count: *count, ef: *ef, filter }
}

fn own(options: Options) -> core::Options {
    core::Options {
        dimension: options.dimension,
        metric: match options.metric {
            Metric::Cosine => core::Metric::Cosine,
            Metric::L2 => core::Metric::L2,
            Metric::InnerProduct => core::Metric::InnerProduct,
        },
        kind: match options.kind {
            Kind::F32 => core::Kind::F32,
            Kind::Int8 => core::Kind::Int8,
            Kind::Binary => core::Kind::Binary,
        },
        links: options.links,
        ef_construction: options.ef_construction,
    }
}

fn shown(options: core::Options) -> Options {
    Options {
        dimension: options.dimension,
        metric: match options.metric {
            core::Metric::Cosine => Metric::Cosine,
            core::Metric::L2 => Metric::L2,
            core::Metric::InnerProduct => Metric::InnerProduct,
        },
        kind: match options.kind {
            core::Kind::F32 => Kind::F32,
            core::Kind::Int8 => Kind::Int8,
            core::Kind::Binary => Kind::Binary,
        },
        links: options.links,
        ef_construction: options.ef_construction,
    }
}
