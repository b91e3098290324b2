//! `ferrite:gateway/policies` without any policy: whichever is asked, it is missing.
//!
//! `wac plug` makes a gateway whole with it where nobody wants policies. A configuration that names one all the same
//! has its `on_failure` for it.
//!
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;

use bindings::exports::ferrite::gateway::policies::{Chunk, ChunkVerdict, Failure, Guest, Verdict};

struct NoPolicies;

impl Guest for NoPolicies {
    fn on_request(_: String, _: String) -> Result<Verdict, Failure> {
        Err(Failure::Missing)
    }

    fn on_response(_: String, _: String) -> Result<Verdict, Failure> {
        Err(Failure::Missing)
    }

    fn on_chunk(_: String, _: Chunk) -> Result<ChunkVerdict, Failure> {
        Err(Failure::Missing)
    }
}

bindings::export!(NoPolicies with_types_in bindings);
