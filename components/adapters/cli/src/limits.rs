//! How much one client and all of them may hold. `docs/limits.md` has them in its table.

/// Clients at a time; who comes later is told so and let go.
pub(crate) const CLIENTS: usize = 1000;
/// Bytes that are read at once.
pub(crate) const READ_BYTES: u64 = 64 << 10;
/// Bytes that are written at once, when what is written cannot wait.
pub(crate) const WRITE_BYTES: usize = 4096;
/// Bytes of a command that is not complete, as on the server: a client that sends more is let go.
pub(crate) const COMMAND_BYTES: usize = 1 << 30;
/// Bytes of replies that a client has not read; no more commands of its are run while there are as many.
pub(crate) const REPLY_BYTES: usize = 1 << 20;
/// Bytes of messages that a client has not read: it is let go.
pub(crate) const UNREAD_BYTES: usize = 32 << 20;
/// Microseconds that the store may spend at once on what nobody asks for.
pub(crate) const TICK_US: u32 = 1000;
/// The longest time in microseconds between two such times.
pub(crate) const LONGEST_TICK_US: u64 = 100_000;
