//! How much of one command is accepted from a client.

/// The limits of the request parser; the defaults are those of Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest argument of a multibulk command, in bytes: Redis' `proto-max-bulk-len`.
    pub max_bulk_bytes: usize,
    /// Most arguments of one multibulk command, the command's name included.
    pub max_arguments: usize,
    /// Longest inline command and longest line that announces a length, in bytes.
    pub max_inline_bytes: usize,
    /// False while a client still owes its password: such a client gets at most [`Limits::UNAUTHENTICATED_ARGUMENTS`]
    /// of at most [`Limits::UNAUTHENTICATED_BULK_BYTES`], so that strangers cannot make the server buffer much.
    pub authenticated: bool,
}

impl Limits {
    /// Most arguments of a command from a client that has not authenticated.
    pub const UNAUTHENTICATED_ARGUMENTS: usize = 10;
    /// Longest argument from a client that has not authenticated, in bytes.
    pub const UNAUTHENTICATED_BULK_BYTES: usize = 16_384;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bulk_bytes: 512 << 20, max_arguments: 1_048_576, max_inline_bytes: 65_536, authenticated: true }
    }
}
