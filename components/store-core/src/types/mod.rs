//! Data types: what a value can be and do, without a word about commands.

pub mod lcs;
pub mod string;
