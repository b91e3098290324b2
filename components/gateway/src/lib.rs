//! The AI gateway as a component, in two shells over one core: `wasi:http` for any host that has it, and `exchanges`, which
//! leaves the I/O to the host. Requests, routes and answers are `ferrite_gateway`'s.
//!
//! Layout: `world.rs` is what both give to the core: time, chance, the store; `configuration.rs` where it is configured from;
//! `exchanges.rs` the shell without I/O; `http/` the one of `wasi:http`; `convert/` between WIT's types and the core's.
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod configuration;
mod convert;
mod exchanges;
mod http;
mod world;
