//! Generated from `wit/calls.wit`: the world `ferrite:http/adapter`.
#![allow(missing_docs, unreachable_pub, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({ path: "wit", world: "adapter" });
