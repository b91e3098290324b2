//! Answers that are kept.

/// A number in the store that is part of every entry's key: a higher one clears the cache.
pub(crate) const GENERATION_KEY: &[u8] = b"gateway:cache-generation";
