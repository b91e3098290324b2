//! `/v1/models`: what can be asked for.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::account::tenant::Tenant;
use crate::action::UpstreamRequest;
use crate::answer::{self, Format};
use crate::config::{Backend, Model, ProviderKind};
use crate::convert;
use crate::gateway::Gateway;
use crate::head::{Headers, RequestHead};
use crate::inference::presented_key;
use crate::limits;
use crate::port::Port;
use crate::refusal::{Dialect, Refusal};

/// All names, aliases too, and those that the upstream behind `*` has.
pub(super) async fn list(gateway: &Gateway, port: &Rc<Port>, head: &RequestHead, format: Format, tenant: &Tenant) {
    let models = gateway.config.models.iter().filter(|model| model.name != "*");
    let names = models.flat_map(|model| {
        let all = std::iter::once(&model.name).chain(&model.aliases);
        all.filter(|name| tenant.may_use(&model.name, name))
    });
    let mut data: Vec<Value> = names.map(|name| entry(name)).collect();
    let everything = gateway.config.models.iter().find(|model| model.name == "*");
    if let Some(model) = everything.filter(|model| tenant.may_use("*", &model.name))
        && let Some(Value::Array(others)) =
            upstream(gateway, port, head, model, "").await.map(|mut it| it["data"].take())
    {
        data.extend(others);
    }
    let list = json!({"object": "list", "data": data});
    let list = match dialect(head) {
        Dialect::OpenAi => list,
        Dialect::Anthropic => convert::models::to_messages(&list).unwrap_or(list),
    };
    answer::value(port, format, 200, Headers::new(), &list);
}

pub(super) async fn one(
    gateway: &Gateway,
    port: &Rc<Port>,
    head: &RequestHead,
    format: Format,
    tenant: &Tenant,
    name: &str,
) {
    let found = match gateway.config.model(name).filter(|model| tenant.may_use(&model.name, name)) {
        Some(model) if model.name == "*" && !is_local(model) => upstream(gateway, port, head, model, name).await,
        Some(_) => Some(entry(name)),
        None => None,
    };
    match found {
        Some(entry) => answer::value(port, format, 200, Headers::new(), &entry),
        None => answer::refuse(port, dialect(head), format, &Refusal::unknown_model(name)),
    }
}

/// Whether there is nobody to ask: the model engine does not mind what it is called.
fn is_local(model: &Model) -> bool {
    model.deployments.iter().all(|deployment| deployment.backend == Backend::Local)
}

/// What the upstream behind `*` says of its models, or of one of them. Nothing when it does not say it soon.
async fn upstream(gateway: &Gateway, port: &Rc<Port>, head: &RequestHead, model: &Model, name: &str) -> Option<Value> {
    // The name goes into a path that is asked for with the gateway's key.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@".contains(&byte);
    if name.len() > limits::MODEL_NAME_BYTES || !name.bytes().all(plain) || name.contains("..") {
        return None;
    }
    let (deployment, base_url) = model.deployments.iter().find_map(|deployment| match &deployment.backend {
        Backend::Upstream { provider: ProviderKind::OpenAi, base_url } => Some((deployment, base_url)),
        _ => None,
    })?;
    let client_key = presented_key(head).filter(|_| !gateway.config.requires_key());
    let key = deployment.api_key.as_deref().or(client_key);
    let headers = key.map(|key| ("authorization".to_owned(), format!("Bearer {key}"))).into_iter().collect();
    let separator = if name.is_empty() { "" } else { "/" };
    let mut upstream = port.send(|id| UpstreamRequest {
        id,
        method: "GET",
        scheme: base_url.scheme,
        authority: base_url.authority.clone(),
        path: format!("{}/models{separator}{name}", base_url.prefix),
        headers,
        body: Vec::new(),
        connect_timeout_ms: deployment.timeouts.connect_ms,
    });
    let read = async {
        let (200, _) = upstream.head().await.ok()? else { return None };
        let mut body = Vec::new();
        while let Some(piece) = upstream.piece().await.ok()? {
            if body.len() + piece.len() > limits::MODEL_LIST_BYTES {
                return None;
            }
            body.extend_from_slice(&piece);
        }
        crate::json::read(&body).ok()
    };
    let until = port.now().saturating_add(limits::MODEL_LIST_TIMEOUT_MS);
    port.before(until, read).await.ok().flatten()
}

/// Anthropic's clients say which version of its API they speak.
pub(super) fn dialect(head: &RequestHead) -> Dialect {
    if head.header("anthropic-version").is_some() { Dialect::Anthropic } else { Dialect::OpenAi }
}

fn entry(name: &str) -> Value {
    json!({"id": name, "object": "model", "created": 0, "owned_by": "ferrite"})
}
