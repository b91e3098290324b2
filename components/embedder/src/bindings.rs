//! Generated from `wit/gateway`: the world `ferrite:gateway/model-engine`.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({ path: "../../wit/gateway", world: "model-engine", generate_all });
