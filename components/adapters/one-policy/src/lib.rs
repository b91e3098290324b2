//! `ferrite:gateway/policies` over one `ferrite:gateway/policy`: every name means that one.
//!
//! `wac plug` puts a policy into it, and both into a gateway. An error that the policy returns is the gateway's to
//! handle, by its `on_failure`; a trap is not, as in a composed component nobody is left to say so: it ends the
//! request.
//!
//! Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;

use bindings::exports::ferrite::gateway::policies::{Chunk, ChunkVerdict, Failure, Guest, Verdict};
use bindings::ferrite::gateway::policy;

struct OnePolicy;

impl Guest for OnePolicy {
    fn on_request(_: String, body: String) -> Result<Verdict, Failure> {
        policy::on_request(&body).map_err(Failure::Error)
    }

    fn on_response(_: String, body: String) -> Result<Verdict, Failure> {
        policy::on_response(&body).map_err(Failure::Error)
    }

    fn on_chunk(_: String, chunk: Chunk) -> Result<ChunkVerdict, Failure> {
        policy::on_chunk(&chunk).map_err(Failure::Error)
    }
}

bindings::export!(OnePolicy with_types_in bindings);
