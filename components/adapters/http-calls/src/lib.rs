//! The REST calls of `@upstash/redis` without I/O, for hosts that have HTTP and a store already, such as the npm package in a
//! Worker. `components/adapters/http` is the other shell around the same core, for hosts of `wasi:http`.
//!
//! Layout: `access.rs` is who may ask; `request.rs` one request. What it means is `ferrite_http`'s. Natively the crate is
//! empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod access;
mod bindings;
mod request;
