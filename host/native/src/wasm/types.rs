//! The types of `ferrite:store` that functions see, in Rust: read from the store's memory by `abi`, handed on to
//! functions by wasmtime.

use wasmtime::component::{ComponentType, Lift, Lower, WasmList};

use super::abi::{list_of, record, variant};

/// `types.limit`.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Limit {
    #[component(name = "name")]
    pub(crate) name: String,
    #[component(name = "allowed")]
    pub(crate) allowed: u64,
    #[component(name = "requested")]
    pub(crate) requested: u64,
}
record!(Limit { name: String, allowed: u64, requested: u64 });

/// `types.node`.
#[derive(Debug, Clone, PartialEq, ComponentType, Lift, Lower)]
#[component(variant)]
pub(crate) enum Node {
    #[component(name = "null")]
    Null,
    #[component(name = "boolean")]
    Boolean(bool),
    #[component(name = "integer")]
    Integer(i64),
    #[component(name = "double")]
    Double(f64),
    #[component(name = "bytes")]
    Bytes(Vec<u8>),
    #[component(name = "status")]
    Status(String),
    #[component(name = "failure")]
    Failure(String),
    #[component(name = "array")]
    Array(u32),
    #[component(name = "set")]
    Set(u32),
    #[component(name = "map")]
    Map(u32),
}
variant!(Node {
    0 => Null,
    1 => Boolean(bool),
    2 => Integer(i64),
    3 => Double(f64),
    4 => Bytes(Vec<u8>),
    5 => Status(String),
    6 => Failure(String),
    7 => Array(u32),
    8 => Set(u32),
    9 => Map(u32),
});
list_of!(Node);

/// The types of `ferrite:store/strings`.
pub(crate) mod strings {
    use super::*;

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Error {
        #[component(name = "wrong-type")]
        WrongType,
        #[component(name = "not-an-integer")]
        NotAnInteger,
        #[component(name = "overflow")]
        Overflow,
        #[component(name = "not-permitted")]
        NotPermitted,
        #[component(name = "out-of-memory")]
        OutOfMemory,
        #[component(name = "limit-exceeded")]
        LimitExceeded(Limit),
    }
    variant!(Error {
        0 => WrongType,
        1 => NotAnInteger,
        2 => Overflow,
        3 => NotPermitted,
        4 => OutOfMemory,
        5 => LimitExceeded(Limit),
    });

    /// Keys one behind the other, still in the memory of whoever sent them.
    #[derive(ComponentType, Lift)]
    #[component(record)]
    pub(crate) struct PackedKeys {
        #[component(name = "lengths")]
        pub(crate) lengths: WasmList<u32>,
        #[component(name = "bytes")]
        pub(crate) bytes: WasmList<u8>,
    }

    /// Values one behind the other; a length of none is a key that is absent or not a string.
    #[derive(Debug, Clone, ComponentType, Lower)]
    #[component(record)]
    pub(crate) struct PackedValues {
        #[component(name = "lengths")]
        pub(crate) lengths: Vec<Option<u32>>,
        #[component(name = "bytes")]
        pub(crate) bytes: Vec<u8>,
    }
    record!(PackedValues { lengths: Vec<Option<u32>>, bytes: Vec<u8> });

    /// At most 32 bytes, in words.
    #[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
    #[component(record)]
    pub(crate) struct InlineBytes {
        #[component(name = "length")]
        pub(crate) length: u32,
        #[component(name = "words")]
        pub(crate) words: (u64, u64, u64, u64),
    }
    record!(InlineBytes { length: u32, words: (u64, u64, u64, u64) });

    impl InlineBytes {
        /// All the room there is.
        #[inline]
        pub(crate) fn room(&self) -> [u8; 32] {
            let (a, b, c, d) = self.words;
            let mut room = [0; 32];
            for (place, word) in room.as_chunks_mut::<8>().0.iter_mut().zip([a, b, c, d]) {
                *place = word.to_le_bytes();
            }
            room
        }
    }

    /// A value, in words if it is short.
    #[derive(Debug, Clone, ComponentType, Lower)]
    #[component(variant)]
    pub(crate) enum ShortValue {
        #[component(name = "inline")]
        Inline(InlineBytes),
        #[component(name = "whole")]
        Whole(Vec<u8>),
    }
    variant!(ShortValue { 0 => Inline(InlineBytes), 1 => Whole(Vec<u8>) });

    impl ShortValue {
        /// How many bytes it has.
        #[inline]
        pub(crate) fn len(&self) -> usize {
            match self {
                ShortValue::Inline(bytes) => bytes.length as usize,
                ShortValue::Whole(bytes) => bytes.len(),
            }
        }
    }

    #[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
    #[component(variant)]
    #[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
    pub(crate) enum Expiry {
        #[component(name = "clear")]
        Clear,
        #[component(name = "keep")]
        Keep,
        #[component(name = "after-ms")]
        AfterMs(u64),
        #[component(name = "at-ms")]
        AtMs(u64),
    }

    impl Expiry {
        /// The number of its case, and what it holds.
        pub(crate) fn flat(self) -> (u32, u64) {
            match self {
                Expiry::Clear => (0, 0),
                Expiry::Keep => (1, 0),
                Expiry::AfterMs(ms) => (2, ms),
                Expiry::AtMs(ms) => (3, ms),
            }
        }
    }

    #[derive(Debug, Clone, Copy, ComponentType, Lift, Lower)]
    #[component(enum)]
    #[repr(u8)]
    #[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
    pub(crate) enum Condition {
        #[component(name = "always")]
        Always,
        #[component(name = "if-absent")]
        IfAbsent,
        #[component(name = "if-present")]
        IfPresent,
    }
}

/// The types of `ferrite:store/commands`.
pub(crate) mod commands {
    use super::*;

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Error {
        #[component(name = "command")]
        Command(String),
        #[component(name = "not-permitted")]
        NotPermitted(String),
        #[component(name = "limit-exceeded")]
        LimitExceeded(Limit),
    }
    variant!(Error { 0 => Command(String), 1 => NotPermitted(String), 2 => LimitExceeded(Limit) });
}

/// The types of `ferrite:store/keys`.
pub(crate) mod keys {
    use super::*;

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Error {
        #[component(name = "not-permitted")]
        NotPermitted,
        #[component(name = "out-of-memory")]
        OutOfMemory,
        #[component(name = "limit-exceeded")]
        LimitExceeded(Limit),
    }
    variant!(Error { 0 => NotPermitted, 1 => OutOfMemory, 2 => LimitExceeded(Limit) });

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
    #[component(enum)]
    #[repr(u8)]
    pub(crate) enum Kind {
        #[component(name = "string")]
        String,
        #[component(name = "hash")]
        Hash,
        #[component(name = "list")]
        List,
        #[component(name = "set")]
        Set,
        #[component(name = "sorted-set")]
        SortedSet,
        #[component(name = "stream")]
        Stream,
    }
    variant!(Kind { 0 => String, 1 => Hash, 2 => List, 3 => Set, 4 => SortedSet, 5 => Stream });

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
    #[component(variant)]
    pub(crate) enum Ttl {
        #[component(name = "absent")]
        Absent,
        #[component(name = "persistent")]
        Persistent,
        #[component(name = "expires-in-ms")]
        ExpiresInMs(u64),
    }
    variant!(Ttl { 0 => Absent, 1 => Persistent, 2 => ExpiresInMs(u64) });

    #[derive(Debug, Clone, ComponentType, Lift, Lower)]
    #[component(record)]
    pub(crate) struct Page {
        #[component(name = "cursor")]
        pub(crate) cursor: u64,
        #[component(name = "keys")]
        pub(crate) keys: Vec<Vec<u8>>,
    }
    record!(Page { cursor: u64, keys: Vec<Vec<u8>> });
}

/// The types of `ferrite:store/transactions`.
pub(crate) mod transactions {
    use super::*;

    /// `access`: the number is that of its case.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Access {
        ReadWrite = 0,
        ReadOnly = 1,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum Error {
        NotOpen,
        LimitExceeded(Limit),
    }
    variant!(Error { 0 => NotOpen, 1 => LimitExceeded(Limit) });
}
