//! Generated: the gateway's world.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

wasmtime::component::bindgen!({
    path: "../../wit/gateway",
    world: "ferrite:gateway/gateway",
});
