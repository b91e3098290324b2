//! Redis' snapshot format: values and whole databases as bytes, and back.
//!
//! What is written is what Redis 7.0 writes (version 10), but for hashes some of whose fields expire: Redis 7.0 has no form
//! for those, and they get that of Redis 7.4, which a 7.0 refuses to load rather than to lose the times. What is read is
//! every form that a redis-server has ever written of its own types. Everything read comes from outside: it is checked as
//! with `sanitize-dump-payload yes`, and nothing is allocated for what a length only announces.
//!
//! # Layout
//! - [`types`]: the numbers of types and opcodes; [`crc64`] and [`lzf`]: checksum and compression;
//! - [`output`] and [`input`]: lengths, strings and numbers; [`ziplist`] and [`zipmap`]: packed forms of former versions;
//! - [`write`] and [`read`]: values, one file a type, in steps;
//! - [`load`]: whole files; they are written by [`crate::keyspace::saving`];
//! - [`payload`]: one value as DUMP gives it and RESTORE takes it.
//!
//! The format: <https://github.com/redis/redis/blob/7.0/src/rdb.h>, <https://rdb.fnordig.de/file_format.html>.

pub mod crc64;
pub mod input;
pub mod load;
pub mod lzf;
pub mod output;
pub mod payload;
pub mod read;
pub mod types;
#[cfg(feature = "vectors")]
mod vector_set;
pub mod write;
pub mod ziplist;
pub mod zipmap;

#[cfg(test)]
mod tests;

/// The version that is written: Redis 7.0's.
pub const VERSION: u16 = 10;
/// The latest version that is read: Redis 7.4's, whose types are all known.
pub const LATEST: u16 = 12;
/// The longest string that is read in bytes, Redis' limit of a value.
pub const STRING_MAX: u64 = 512 << 20;
