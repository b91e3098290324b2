//! Generated: a component that exports the gateway's policies.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]

wit_bindgen::generate!({
    path: ["../../../wit/gateway"],
    inline: "
        package ferrite:no-policies;
        world adapter {
            export ferrite:gateway/policies@0.1.0;
        }
    ",
    world: "ferrite:no-policies/adapter",
    generate_all,
});
