//! Policies of the AI gateway: what a component has that exports `ferrite:gateway/policy`.

use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower};

use super::super::failure::Failure;
use super::super::guest::Guest;
use super::super::limits::Limits;
use crate::gateway::bindings::exports::ferrite::gateway::exchanges::{Hook, PolicyAnswer};
use crate::gateway::bindings::ferrite::gateway::verdicts::{ChunkVerdict, Verdict};

/// The interface, in any patch version: those only add.
const INTERFACE: &str = "ferrite:gateway/policy@0.1.";

/// The functions of the interface.
#[derive(Debug)]
pub(crate) struct PolicyEntry {
    on_request: ComponentExportIndex,
    on_response: ComponentExportIndex,
    on_chunk: ComponentExportIndex,
}

impl PolicyEntry {
    pub(super) fn find(component: &Component) -> Option<PolicyEntry> {
        let ty = component.component_type();
        let (name, _) = ty.exports(component.engine()).find(|(name, _)| name.starts_with(INTERFACE))?;
        let interface = component.get_export_index(None, name)?;
        let function = |name| component.get_export_index(Some(&interface), name);
        Some(PolicyEntry {
            on_request: function("on-request")?,
            on_response: function("on-response")?,
            on_chunk: function("on-chunk")?,
        })
    }

    /// Asks. What it says is no longer than the limits allow a reply to be.
    pub(crate) fn ask(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
        hook: &Hook,
        limits: Limits,
    ) -> wasmtime::Result<Result<PolicyAnswer, Failure>> {
        let answer = match hook {
            Hook::OnRequest(body) => {
                call::<_, Verdict>(store, instance, self.on_request, (body.as_str(),))?.map(PolicyAnswer::Verdict)
            }
            Hook::OnResponse(body) => {
                call::<_, Verdict>(store, instance, self.on_response, (body.as_str(),))?.map(PolicyAnswer::Verdict)
            }
            Hook::OnChunk(chunk) => {
                call::<_, ChunkVerdict>(store, instance, self.on_chunk, (chunk,))?.map(PolicyAnswer::Chunk)
            }
        };
        let limit = limits.reply_bytes;
        Ok(answer.map_err(Failure::Returned).and_then(|answer| match bytes(&answer) {
            size if size > limit => Err(Failure::ReplySize { limit, size }),
            _ => Ok(answer),
        }))
    }
}

fn call<P, V>(
    store: &mut Store<Guest>,
    instance: &Instance,
    function: ComponentExportIndex,
    params: P,
) -> wasmtime::Result<Result<V, String>>
where
    P: ComponentNamedList + Lower,
    V: Lift + 'static,
{
    let function = instance.get_typed_func::<P, (Result<V, String>,)>(&mut *store, function)?;
    let (verdict,) = function.call(&mut *store, params)?;
    Ok(verdict)
}

/// Bytes of text in an answer.
fn bytes(answer: &PolicyAnswer) -> u64 {
    let length = match answer {
        PolicyAnswer::Verdict(Verdict::Replace(text) | Verdict::Refuse((_, text)))
        | PolicyAnswer::Chunk(ChunkVerdict::Refuse(text)) => text.len(),
        PolicyAnswer::Chunk(ChunkVerdict::Hold(held)) => held.send.len() + held.keep.len(),
        PolicyAnswer::Verdict(Verdict::Continue) | PolicyAnswer::Chunk(ChunkVerdict::Continue) => 0,
    };
    length as u64
}
