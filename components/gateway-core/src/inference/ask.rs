//! What the client wants, and whether it may.

use std::rc::Rc;

use super::deliver;
use super::produce::{Job, produce};
use crate::account::charge::Charge;
use crate::account::tenant::Tenant;
use crate::answer::Format;
use crate::api::body;
use crate::call::{Api, Call};
use crate::config::{Model, Price};
use crate::flight::{Denial, Flight};
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::routing;
use crate::usage::{self, Usage};

/// Answers one request; what is not begun yet may still be denied.
pub(crate) async fn answer(
    gateway: &Rc<Gateway>,
    port: &Rc<Port>,
    head: &RequestHead,
    api: Api,
    format: Format,
) -> Result<(), Denial> {
    let tenant = Tenant::of(gateway, port, head)?;
    let (value, bytes) = body::read(port, head, gateway.config.server.max_body_bytes).await?;
    let mut call = Call::new(api, value, bytes)?;
    call.client_key = client_key(gateway, head);
    call.anthropic_headers = ["anthropic-version", "anthropic-beta"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), head.header(name)?.to_owned())))
        .collect();
    let model = gateway.config.model(&call.model).filter(|model| tenant.may_use(&model.name, &call.model));
    let model = model.ok_or_else(|| Refusal::unknown_model(&call.model))?;
    tenant.admit(port)?;
    let charge = reserve(gateway, port, &tenant, &call, model)?;
    let job = Job { charge, gateway: Rc::clone(gateway), port: Rc::clone(port), model: model.name.clone(), call };
    let (flight, writer) = Flight::new(port, 0);
    let reader = flight.join(port).ok_or_else(|| Refusal::unavailable("The answer cannot be read."))?;
    let model = job.model.clone();
    port.spawn(Box::pin(produce(job, flight, writer)));
    deliver::answer(port, reader, &model, format).await
}

/// Reserves what the call may take at the dearest of all deployments that may answer it.
fn reserve(gateway: &Gateway, port: &Rc<Port>, tenant: &Tenant, call: &Call, model: &Model) -> Result<Charge, Refusal> {
    let mut dearest = Price::default();
    for deployment in routing::chain(gateway, model).iter().flat_map(|model| &model.deployments) {
        let price = deployment.price.unwrap_or_default();
        dearest.input = dearest.input.max(price.input);
        dearest.output = dearest.output.max(price.output);
    }
    let most = Usage { input: usage::estimate(call.bytes), output: call.most_output() };
    Charge::reserve(port, tenant, most, dearest)
}

/// The client's own key goes on to upstreams without one, where clients need no key of the gateway's.
fn client_key(gateway: &Gateway, head: &RequestHead) -> Option<String> {
    if gateway.config.requires_key() {
        return None;
    }
    presented_key(head).map(str::to_owned)
}

/// The key that a client presents: as OpenAI's clients do, or as Anthropic's.
pub(crate) fn presented_key(head: &RequestHead) -> Option<&str> {
    let bearer = |value: &'_ str| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().len())
    };
    if let Some(value) = head.header("authorization")
        && let Some(length) = bearer(value)
    {
        return value.get(value.len().saturating_sub(length)..);
    }
    head.header("x-api-key")
}
