//! Bindings generated from `wit/udf`. They are converted in `wasm.rs` and appear nowhere else.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated code")]

wit_bindgen::generate!({
    path: "../wit/udf",
    world: "packed-function",
    pub_export_macro: true,
    ownership: Borrowing { duplicate_if_necessary: false },
    generate_all,
});

/// Another world of the same package: what it imports is what every function imports.
macro_rules! beside {
    ($world:literal) => {
        wit_bindgen::generate!({
            path: "../wit/udf",
            world: $world,
            pub_export_macro: true,
            ownership: Borrowing { duplicate_if_necessary: false },
            with: {
                "ferrite:store/types@0.1.5": super::ferrite::store::types,
                "ferrite:store/keys@0.1.5": super::ferrite::store::keys,
                "ferrite:store/strings@0.1.5": super::ferrite::store::strings,
                "ferrite:store/hashes@0.1.5": super::ferrite::store::hashes,
                "ferrite:store/lists@0.1.5": super::ferrite::store::lists,
                "ferrite:store/sets@0.1.5": super::ferrite::store::sets,
                "ferrite:store/sorted-sets@0.1.5": super::ferrite::store::sorted_sets,
                "ferrite:store/streams@0.1.5": super::ferrite::store::streams,
                "ferrite:store/vectors@0.1.5": super::ferrite::store::vectors,
                "ferrite:store/commands@0.1.5": super::ferrite::store::commands,
                "ferrite:udf/log@0.1.5": super::ferrite::udf::log,
            },
            generate_all,
        });
    };
}

/// The world of a function that gets values.
pub mod with_values {
    beside!("function-with-values");
}

/// The world of a component that adds commands.
pub mod command {
    beside!("command");
}
