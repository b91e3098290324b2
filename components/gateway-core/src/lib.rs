//! The AI gateway as plain Rust.

pub mod guard;
