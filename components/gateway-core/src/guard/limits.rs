//! The limits of the guard: beyond them two prompts do not agree, which costs an upstream call and nothing else.

/// Bytes of one prompt. A longer one is hardly a question that somebody else asked too.
pub const MAX_PROMPT_BYTES: usize = 8 * 1024;

/// Words of one prompt. Each is compared with each of the other prompt, so work is at most this squared.
pub const MAX_PROMPT_WORDS: usize = 512;

/// Content words up to which the order of words is compared; that takes their number cubed.
pub const MAX_ORDERED_WORDS: usize = 48;

/// Characters of a word that a verdict repeats, for a log line.
pub const MAX_QUOTED_CHARS: usize = 48;
