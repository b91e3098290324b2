//! Generated: the gateway's world. `wasi:http` comes from the crate `wasip2`.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

wit_bindgen::generate!({
    path: "../../wit/gateway",
    world: "ferrite:gateway/gateway",
    generate_all,
});
