//! `ferrite:store/vectors`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::abi::{list_of, record, variant};
use super::collections::{Flat, Give, interface};
use super::core::Result;

/// `vectors.error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Error {
    #[component(name = "wrong-type")]
    WrongType,
    #[component(name = "no-such-key")]
    NoSuchKey,
    #[component(name = "wrong-dimension")]
    WrongDimension,
    #[component(name = "not-finite")]
    NotFinite,
    #[component(name = "invalid-options")]
    InvalidOptions,
    #[component(name = "invalid-filter")]
    InvalidFilter,
    #[component(name = "not-permitted")]
    NotPermitted,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "too-many-elements")]
    TooManyElements,
    #[component(name = "value-too-long")]
    ValueTooLong,
    #[component(name = "result-too-large")]
    ResultTooLarge,
    #[component(name = "undo-too-large")]
    UndoTooLarge,
}
variant!(Error {
    0 => WrongType,
    1 => NoSuchKey,
    2 => WrongDimension,
    3 => NotFinite,
    4 => InvalidOptions,
    5 => InvalidFilter,
    6 => NotPermitted,
    7 => OutOfMemory,
    8 => TooManyElements,
    9 => ValueTooLong,
    10 => ResultTooLarge,
    11 => UndoTooLarge,
});

/// `vectors.metric`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Metric {
    #[component(name = "cosine")]
    Cosine,
    #[component(name = "l2")]
    L2,
    #[component(name = "inner-product")]
    InnerProduct,
}
variant!(Metric { 0 => Cosine, 1 => L2, 2 => InnerProduct });

/// `vectors.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Kind {
    #[component(name = "f32")]
    F32,
    #[component(name = "int8")]
    Int8,
    #[component(name = "binary")]
    Binary,
}
variant!(Kind { 0 => F32, 1 => Int8, 2 => Binary });

/// `vectors.options`.
#[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Options {
    #[component(name = "dimension")]
    pub(crate) dimension: u32,
    #[component(name = "metric")]
    pub(crate) metric: Metric,
    #[component(name = "kind")]
    pub(crate) kind: Kind,
    #[component(name = "links")]
    pub(crate) links: u32,
    #[component(name = "ef-construction")]
    pub(crate) ef_construction: u32,
}
record!(Options { dimension: u32, metric: Metric, kind: Kind, links: u32, ef_construction: u32 });

/// `vectors.element`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Element {
    #[component(name = "name")]
    pub(crate) name: Vec<u8>,
    #[component(name = "vector")]
    pub(crate) vector: Vec<f32>,
    #[component(name = "attributes")]
    pub(crate) attributes: Option<Vec<u8>>,
}
record!(Element { name: Vec<u8>, vector: Vec<f32>, attributes: Option<Vec<u8>> });

/// `vectors.match`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Match {
    #[component(name = "name")]
    pub(crate) name: Vec<u8>,
    #[component(name = "distance")]
    pub(crate) distance: f32,
    #[component(name = "attributes")]
    pub(crate) attributes: Option<Vec<u8>>,
}
record!(Match { name: Vec<u8>, distance: f32, attributes: Option<Vec<u8>> });

/// `vectors.figures`.
#[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Figures {
    #[component(name = "options")]
    pub(crate) options: Options,
    #[component(name = "elements")]
    pub(crate) elements: u64,
    #[component(name = "memory-bytes")]
    pub(crate) memory_bytes: u64,
}
record!(Figures { options: Options, elements: u64, memory_bytes: u64 });
list_of!(f32, Option<Element>, Match, Vec<Match>);

/// `vectors.element`, borrowed from whoever gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ElementGiven<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) vector: &'a [f32],
    pub(crate) attributes: Option<&'a [u8]>,
}

/// `vectors.query`, borrowed from whoever gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueryGiven<'a> {
    pub(crate) vector: &'a [f32],
    pub(crate) count: u32,
    pub(crate) ef: u32,
    pub(crate) filter: &'a str,
}

impl Give for Options {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u32(self.dimension);
        flat.u32(self.metric as u32);
        flat.u32(self.kind as u32);
        flat.u32(self.links);
        flat.u32(self.ef_construction);
        Ok(())
    }
}

/// Fields of records on their way into a list, each of which has 32 bits.
struct Fields<'a, 'b> {
    flat: &'a mut Flat<'b>,
    bytes: Vec<u8>,
}

impl Fields<'_, '_> {
    fn number(&mut self, number: u32) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) -> Result<()> {
        let (at, length) = self.flat.core.give(text)?;
        self.number(at);
        self.number(length);
        Ok(())
    }

    fn vector(&mut self, vector: &[f32]) -> Result<()> {
        let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        let at = self.flat.core.give_aligned(&bytes)?;
        self.number(at);
        self.number(vector.len() as u32);
        Ok(())
    }

    fn end(self, count: usize) -> Result<()> {
        let at = self.flat.core.give_aligned(&self.bytes)?;
        self.flat.u32(at);
        self.flat.u32(count as u32);
        Ok(())
    }
}

impl Give for &[ElementGiven<'_>] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let mut fields = Fields { flat, bytes: Vec::with_capacity(28 * self.len()) };
        for element in *self {
            fields.text(element.name)?;
            fields.vector(element.vector)?;
            fields.number(u32::from(element.attributes.is_some()));
            fields.text(element.attributes.unwrap_or_default())?;
        }
        fields.end(self.len())
    }
}

impl Give for &[QueryGiven<'_>] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let mut fields = Fields { flat, bytes: Vec::with_capacity(24 * self.len()) };
        for query in *self {
            fields.vector(query.vector)?;
            fields.number(query.count);
            fields.number(query.ef);
            fields.text(query.filter.as_bytes())?;
        }
        fields.end(self.len())
    }
}

interface!(Vectors, VectorsOf, "vectors", crate::wasm::vectors::Error {
    create = "create"(key: &[u8], options: Options) -> bool;
    add = "add"(key: &[u8], elements: &[ElementGiven<'_>]) -> u64;
    remove = "remove"(key: &[u8], names: &[&[u8]]) -> u64;
    get = "get"(key: &[u8], names: &[&[u8]]) -> Vec<Option<Element>>;
    search = "search"(key: &[u8], queries: &[QueryGiven<'_>]) -> Vec<Vec<Match>>;
    describe = "describe"(key: &[u8]) -> Option<Figures>;
});
