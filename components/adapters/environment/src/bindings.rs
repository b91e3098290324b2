//! Generated: a component that exports the store's environment.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../../wit/store"],
    inline: "
        package ferrite:environment;
        world adapter {
            export ferrite:store/environment@0.1.5;
        }
    ",
    world: "ferrite:environment/adapter",
    generate_all,
});
