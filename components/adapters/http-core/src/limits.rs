//! How much one request may hold. The server's document has them in its table.

/// Bytes of a request's body.
pub const BODY_BYTES: usize = 1 << 20;
/// Commands of one pipeline or transaction.
pub const COMMANDS: usize = 10_000;
/// Bytes of all replies of one request, as RESP.
pub const REPLY_BYTES: usize = 64 << 20;
/// Channels of one subscription.
pub const CHANNELS: usize = 64;
