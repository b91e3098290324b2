//! How much there may be.

/// Bytes of a text with its variables: some models take no more, and each request carries it.
pub(crate) const TEXT_BYTES: usize = 256 << 10;
/// Bytes of one value of a request's metadata: a client shall not write the system's text. OpenAI takes 512 letters.
pub(crate) const METADATA_BYTES: usize = 512;
