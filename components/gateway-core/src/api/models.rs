//! `/v1/models`: what can be asked for.

use serde_json::{Value, json};

use crate::account::tenant::Tenant;
use crate::answer::{self, Format};
use crate::convert;
use crate::gateway::Gateway;
use crate::head::{Headers, RequestHead};
use crate::port::Port;
use crate::refusal::{Dialect, Refusal};

/// All names, aliases too. A model that stands for every name has none to show.
pub(super) fn list(gateway: &Gateway, port: &Port, head: &RequestHead, format: Format, tenant: &Tenant) {
    let models = gateway.config.models.iter().filter(|model| model.name != "*");
    let names = models.flat_map(|model| {
        let all = std::iter::once(&model.name).chain(&model.aliases);
        all.filter(|name| tenant.may_use(&model.name, name))
    });
    let list = json!({"object": "list", "data": names.map(|name| entry(name)).collect::<Vec<Value>>()});
    let list = match dialect(head) {
        Dialect::OpenAi => list,
        Dialect::Anthropic => convert::models::to_messages(&list).unwrap_or(list),
    };
    answer::value(port, format, 200, Headers::new(), &list);
}

pub(super) fn one(gateway: &Gateway, port: &Port, head: &RequestHead, format: Format, tenant: &Tenant, name: &str) {
    match gateway.config.model(name).filter(|model| tenant.may_use(&model.name, name)) {
        Some(_) => answer::value(port, format, 200, Headers::new(), &entry(name)),
        None => answer::refuse(port, dialect(head), format, &Refusal::unknown_model(name)),
    }
}

/// Anthropic's clients say which version of its API they speak.
pub(super) fn dialect(head: &RequestHead) -> Dialect {
    if head.header("anthropic-version").is_some() { Dialect::Anthropic } else { Dialect::OpenAi }
}

fn entry(name: &str) -> Value {
    json!({"id": name, "object": "model", "created": 0, "owned_by": "ferrite"})
}
