//! What wasmtime generates from `ferrite:store/engine`; converted in `wire.rs` and in no public signature.

#![allow(missing_docs, unreachable_pub, reason = "generated from WIT, which documents it")]

// The world is `ferrite:store/engine` without `keys`: wasmtime's generator does not escape `type`, the name of one of
// its functions. Functions reach `keys` through typed functions of the instance.
wasmtime::component::bindgen!({
    path: "../../wit/store",
    inline: "
        package ferrite:host;
        world engine {
            import ferrite:store/environment@0.1.0;
            export ferrite:store/types@0.1.0;
            export ferrite:store/wire@0.1.0;
            export ferrite:store/strings@0.1.0;
            export ferrite:store/commands@0.1.0;
            export ferrite:store/transactions@0.1.0;
            export ferrite:store/maintenance@0.1.0;
        }
    ",
    world: "ferrite:host/engine",
});
