//! Bindings generated from `wit/udf`. They are converted in `wasm.rs` and appear nowhere else.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated code")]

wit_bindgen::generate!({
    path: "../wit/udf",
    world: "function",
    pub_export_macro: true,
    ownership: Borrowing { duplicate_if_necessary: false },
    generate_all,
});
