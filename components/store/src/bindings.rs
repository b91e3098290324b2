//! Generated from `wit/store`: the world `ferrite:store/engine`.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({ path: "../../wit/store", world: "engine", generate_all });
