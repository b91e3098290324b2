//! Generated from `wit/store`: the world `ferrite:store/engine`, or `engine-without-vectors`.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

#[cfg(feature = "vectors")]
wit_bindgen::generate!({ path: "../../wit/store", world: "engine", generate_all });
#[cfg(not(feature = "vectors"))]
wit_bindgen::generate!({ path: "../../wit/store", world: "engine-without-vectors", generate_all });
