//! Answers that come piece by piece.

pub(crate) mod chunk;
pub(crate) mod sse;
