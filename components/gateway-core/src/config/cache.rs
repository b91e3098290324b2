//! What is kept of answers, and who finds texts that mean the same.

use crate::guard;
use crate::limits;

/// `[cache]`, and the keys of a model that begin with `cache`.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheRules {
    /// Which requests are answered from the cache.
    pub mode: CacheMode,
    /// How long answers are kept, in milliseconds.
    pub ttl_ms: u64,
    /// The largest answer that is kept, in bytes.
    pub max_entry_bytes: usize,
    /// Who shares answers.
    pub share: Share,
    /// The least cosine of two texts that mean the same.
    pub threshold: f64,
}

impl Default for CacheRules {
    fn default() -> Self {
        Self {
            mode: CacheMode::Off,
            ttl_ms: limits::CACHE_TTL_MS,
            max_entry_bytes: limits::CACHE_ENTRY_BYTES,
            share: Share::Team,
            threshold: guard::DEFAULT_THRESHOLD,
        }
    }
}

/// Which requests are answered from the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMode {
    /// None.
    Off,
    /// Those that were made before with the same fields.
    Exact,
    /// Also those whose last message means the same.
    Semantic,
}

/// Who shares the answers in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Each virtual key has its own.
    Key,
    /// Each team has its own, and each key without a team.
    Team,
    /// Everybody.
    All,
}

/// `[embedder]`: who turns texts into vectors for the semantic cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Embedder {
    /// The driver, by `Action::Embed`.
    Local,
    /// The embeddings of one of `[[models]]`.
    Model(String),
}
