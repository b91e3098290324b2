//! Generated: a component that exports commands of a store. `wasi:http` comes from the crate `wasip2`.
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
        package ferrite:store-remote;
        world adapter {
            import wasi:config/store@0.2.0-rc.1;
            export ferrite:store/types@0.1.5;
            export ferrite:store/commands@0.1.5;
        }
    ",
    world: "ferrite:store-remote/adapter",
    generate_all,
});
