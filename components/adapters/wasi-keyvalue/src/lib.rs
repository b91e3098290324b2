//! `wasi:keyvalue` over a store: any component that was written for the standard finds its buckets here, and Redis clients
//! find the same keys.
//!
//! The bucket of the name `default`, or of none, is the whole store; each other bucket is the keys that begin with its name
//! and a colon. Times to live, which the standard has not, are in `ferrite:keyvalue/expiry`.
//!
//! Layout: `bucket.rs` is a bucket; `interfaces.rs` the exported functions. Natively the crate is empty: there is nothing to
//! export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod bucket;
mod interfaces;

use bucket::Prefix;

struct Adapter;

bindings::export!(Adapter with_types_in bindings);
