//! How much there may be of everything. `docs/limits.md` has them in its table.

/// Bytes of a request's body: what Ferrite's REST takes. Beyond, the command is refused before it is sent.
pub const REQUEST_BYTES: usize = 1 << 20;
/// Bytes of a request's path and query, percent-encoded: the header of a request may have 16 KiB with all else in it, and
/// proxies take as little as 8 KiB.
pub const TARGET_BYTES: usize = 7 << 10;
/// Bytes of a word above which it is sent as it is, because JSON would make it longer, up to six times.
pub const RAW_BYTES: usize = 16 << 10;
/// Bytes of an answer: the largest entry of the gateway's cache twice. All of it is in memory at once, as bytes and as a tree.
pub const REPLY_BYTES: usize = 32 << 20;
/// Values of one reply: that of `ferrite:store/types`.
pub const REPLY_VALUES: usize = 1 << 20;
/// Levels of nesting in a reply: that of `ferrite:store/types`.
pub const REPLY_LEVELS: usize = 32;
/// Bytes of what a server says besides replies that are quoted in a message.
pub const QUOTED_BYTES: usize = 200;
/// How long a connection may take, in milliseconds: the store is near, or it is no use as a cache.
pub const CONNECT_TIMEOUT_MS: u64 = 2_000;
/// How long a command may take with its connection, in milliseconds: whoever asked is waiting meanwhile.
pub const TOTAL_TIMEOUT_MS: u64 = 5_000;
/// How long a store that failed is left alone, in milliseconds: one request has some ten commands, and would wait for each.
pub const OUTAGE_MS: u64 = 1_000;
