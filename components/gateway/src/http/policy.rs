//! A question to a policy that is composed with the gateway, or that the host has.

use ferrite_gateway::{Hook, PolicyAnswer, PolicyCall, PolicyFailure};

use crate::bindings::ferrite::gateway::policies;
use crate::bindings::ferrite::gateway::verdicts::Chunk;
use crate::convert;

pub(crate) fn ask(call: PolicyCall) -> Result<PolicyAnswer, PolicyFailure> {
    let PolicyCall { name, hook, payload, window, last } = call;
    let answer = match hook {
        Hook::OnRequest => policies::on_request(&name, &payload).map(convert::verdict_of),
        Hook::OnResponse => policies::on_response(&name, &payload).map(convert::verdict_of),
        Hook::OnChunk => {
            policies::on_chunk(&name, &Chunk { text: payload, window, last }).map(convert::chunk_verdict_of)
        }
    };
    answer.map_err(convert::failure)
}
