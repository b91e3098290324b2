//! Generated: `wasi:keyvalue` and what this component asks of a store.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

wit_bindgen::generate!({
    path: "../../../wit/keyvalue",
    world: "ferrite:keyvalue/adapter",
    generate_all,
});
