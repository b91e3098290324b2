//! What the macro `policy!` expands to: the export of a component that is a policy.

/// Bindings generated from `wit/gateway`. They import nothing: a policy that calls the store has the imports that every
/// function has.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: "../wit/gateway",
        inline: "
            package ferrite:sdk;
            world policy {
                export ferrite:gateway/policy@0.1.0;
            }
        ",
        world: "ferrite:sdk/policy",
        pub_export_macro: true,
        generate_all,
    });
}

pub use bindings::*;

use crate::{
    Error, Result,
    policy::{self, Policy},
};
use bindings::{exports::ferrite::gateway::policy as wit, ferrite::gateway::verdicts::Held};

pub use wit::{Chunk, ChunkVerdict, Guest, Verdict};

/// `on-request` of the contract.
pub fn on_request(policy: &impl Policy, body: &str) -> Result<Verdict, String> {
    policy.on_request(body).map(verdict).map_err(line)
}

/// `on-response` of the contract.
pub fn on_response(policy: &impl Policy, body: &str) -> Result<Verdict, String> {
    policy.on_response(body).map(verdict).map_err(line)
}

/// `on-chunk` of the contract.
pub fn on_chunk(policy: &impl Policy, chunk: Chunk) -> Result<ChunkVerdict, String> {
    let Chunk { text, window, last } = chunk;
    let verdict = policy.on_chunk(policy::Chunk { text, window, last }).map_err(line)?;
    Ok(match verdict {
        policy::ChunkVerdict::Continue => ChunkVerdict::Continue,
        policy::ChunkVerdict::Hold { send, keep } => ChunkVerdict::Hold(Held { send, keep }),
        policy::ChunkVerdict::Refuse(message) => ChunkVerdict::Refuse(message),
    })
}

/// For the gateway's log, where Redis' code for any error says nothing.
fn line(error: Error) -> String {
    let line = error.into_line();
    line.strip_prefix("ERR ").map(str::to_owned).unwrap_or(line)
}

fn verdict(verdict: policy::Verdict) -> Verdict {
    match verdict {
        policy::Verdict::Continue => Verdict::Continue,
        policy::Verdict::Replace(body) => Verdict::Replace(body),
        policy::Verdict::Refuse { status, message } => Verdict::Refuse((status, message)),
    }
}

/// Makes a type the export `policy` of the component.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_policy {
    ($policy:ty) => {
        const _: () = {
            use $crate::__glue::{self, policy as glue};

            struct Exported;

            ::std::thread_local! {
                static POLICY: $policy = <$policy as ::core::default::Default>::default();
            }

            impl glue::Guest for Exported {
                fn on_request(body: __glue::String) -> ::core::result::Result<glue::Verdict, __glue::String> {
                    POLICY.with(|policy| glue::on_request(policy, &body))
                }

                fn on_response(body: __glue::String) -> ::core::result::Result<glue::Verdict, __glue::String> {
                    POLICY.with(|policy| glue::on_response(policy, &body))
                }

                fn on_chunk(chunk: glue::Chunk) -> ::core::result::Result<glue::ChunkVerdict, __glue::String> {
                    POLICY.with(|policy| glue::on_chunk(policy, chunk))
                }
            }

    glue::export!(Exported with_types_in glue);
        };
    };
}
