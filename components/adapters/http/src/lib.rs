//! `wasi:http` in front of a store: plugged onto the store component it is a server of REST calls for any host of
//! `wasi:http`, such as `wasmtime serve`.
//!
//! Layout: `handler.rs` is one request; `session.rs` its session with the store; `body.rs` reads and writes bodies. What a
//! request means is `ferrite_http`'s. Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod body;
mod handler;
mod session;
