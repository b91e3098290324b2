//! Generated: the gateway's policies over one.
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
        package ferrite:one-policy;
        world adapter {
            import ferrite:gateway/policy@0.1.0;
            export ferrite:gateway/policies@0.1.0;
        }
    ",
    world: "ferrite:one-policy/adapter",
    generate_all,
});
