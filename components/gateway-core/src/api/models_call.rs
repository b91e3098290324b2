//! Requests for models: from the client's body to the upstream's answer.

use std::rc::Rc;

use super::{body, json_headers, whole};
use crate::action::UpstreamRequest;
use crate::call::{Api, Call};
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::port::{Failure, Port};
use crate::provider;
use crate::refusal::Refusal;

pub(super) async fn answer(gateway: &Gateway, port: &Rc<Port>, head: &RequestHead, api: Api) -> Result<(), Refusal> {
    let server = &gateway.config.server;
    let call = Call::new(api, body::read(port, head, server.max_body_bytes).await?)?;
    let unknown = || Refusal::unknown_model(&call.model);
    let model = gateway.config.model(&call.model).ok_or_else(unknown)?;
    let deployment = model.deployments.first().ok_or_else(unknown)?;
    let prepared = provider::of(deployment.provider).prepare(&call, deployment)?;
    let mut upstream = port.send(|id| UpstreamRequest {
        id,
        method: "POST",
        scheme: deployment.base_url.scheme,
        authority: deployment.base_url.authority.clone(),
        path: format!("{}{}", deployment.base_url.prefix, prepared.path),
        headers: prepared.headers,
        body: prepared.body,
        connect_timeout_ms: deployment.timeouts.connect_ms,
    });
    let lost = |_: Failure| Refusal::bad_upstream("The upstream gave no answer.");
    let (status, _) = upstream.head().await.map_err(lost)?;
    let mut answer = Vec::new();
    while let Some(piece) = upstream.piece().await.map_err(lost)? {
        if answer.len() + piece.len() > server.max_answer_bytes {
            return Err(Refusal::bad_upstream("The upstream's answer is too large."));
        }
        answer.extend_from_slice(&piece);
    }
    whole(port, status, json_headers(), answer);
    Ok(())
}
