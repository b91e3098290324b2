//! The limits of the guard, beyond which two prompts do not agree, and the similarity that goes with it.

/// The least cosine of two prompts' embeddings by all-MiniLM-L6-v2 at which [`agree`](super::agree) is worth asking.
/// With the guard, precision hardly depends on it (`benches/semantic/measure.py` prints the table); it keeps out what
/// has all its words in common and yet little meaning.
pub const DEFAULT_THRESHOLD: f64 = 0.82;

/// Bytes of one prompt. A longer one is hardly a question that somebody else asked too.
pub const MAX_PROMPT_BYTES: usize = 4 * 1024;

/// Words of one prompt. Each is compared with each of the other prompt, so work is at most this squared.
pub const MAX_PROMPT_WORDS: usize = 256;

/// Words without a match up to which opposites are looked for; with more, two prompts are not paraphrases.
pub const MAX_UNMATCHED_WORDS: usize = 32;

/// Content words up to which the order of words is compared; that takes their number cubed.
pub const MAX_ORDERED_WORDS: usize = 48;

/// Characters of a word that a verdict repeats, for a log line.
pub const MAX_QUOTED_CHARS: usize = 48;
