//! Generated: what this component asks of a store. `wasi:http` comes from the crate `wasip2`.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../../wit/store"],
    inline: "
        package ferrite:http;
        world adapter {
            import ferrite:store/wire@0.1.5;
            import ferrite:store/maintenance@0.1.5;
        }
    ",
    world: "ferrite:http/adapter",
    generate_all,
});
