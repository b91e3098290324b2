//! The AI gateway's core.

pub mod convert;
