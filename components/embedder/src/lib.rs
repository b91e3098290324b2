//! The model engine: exports `ferrite:gateway/embedder` from `ferrite-embedder`, imports its weights and nothing else.
//!
//! Layout: `engine.rs`: the one model of an instance; `weights.rs`: where its files come from.
//!
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod engine;
mod weights;
