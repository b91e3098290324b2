//! The store component: exports `ferrite:store` from `ferrite-store-core`, imports its environment and nothing else.
//!
//! Layout:
//! - `allocator.rs`: its memory; `component.rs`: the one store of an instance, and its environment;
//! - `wire.rs`: sessions and the bytes of RESP;
//! - `keys.rs`, `strings.rs`, `hashes.rs` …: one file for each typed interface; `collections.rs`: what five of them share;
//! - `inline.rs`: few bytes in words; `typed.rs`: commands, transactions, maintenance; `snapshots.rs`: files of Redis';
//! - `reply.rs`: RESP3 bytes to the flat nodes of the contract.
//!
//! The feature `vectors` is on in `ferrite-store` and off in `ferrite-store-without-vectors`, a package of the same sources.
//!
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod allocator;
mod bindings;
mod collections;
mod component;
mod hashes;
mod inline;
mod keys;
mod lists;
mod reply;
mod sets;
mod snapshots;
mod sorted_sets;
mod streams;
mod strings;
mod typed;
#[cfg(feature = "vectors")]
mod vectors;
mod wire;
