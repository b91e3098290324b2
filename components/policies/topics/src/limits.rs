//! How much there may be. What is held back of a stream is never longer than a phrase can be in a text: 128 bytes, each
//! of them a character of 4 bytes with 16 of 4 bytes that count as nothing or as a space before it, are 9 KiB. The
//! contract allows 16,384 bytes.

/// Bytes of a phrase, with one space between words.
pub(crate) const PHRASE_BYTES: usize = 128;
/// Characters between two words of a phrase, and characters within it that nobody sees: more are an end.
pub(crate) const BETWEEN: usize = 16;
/// Phrases of a list.
pub(crate) const PHRASES: usize = 10_000;
