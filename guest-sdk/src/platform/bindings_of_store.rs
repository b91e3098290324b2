//! Bindings generated from `wit/store`, for components that are no functions. They are converted in `wasm.rs` and appear
//! nowhere else.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated code")]

wit_bindgen::generate!({
    path: "../wit/store",
    world: "imports",
    ownership: Borrowing { duplicate_if_necessary: false },
    generate_all,
});
