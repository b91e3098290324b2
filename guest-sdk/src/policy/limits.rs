//! What a gateway gives to a policy and takes from it, at most: the contract's numbers; and one of ours.

/// Bytes of text before a piece of a stream, which the client has seen.
pub const WINDOW_BYTES: usize = 4 << 10;
/// Bytes of a stream's text that a policy may keep back.
pub const KEPT_BYTES: usize = 16 << 10;
/// Bytes of a policy's configuration in the store: it is compared at every call.
pub const CONFIGURATION_BYTES: usize = 1 << 20;
