//! What the client wants, and whether it may.

use std::rc::Rc;

use super::deliver::{self, Undelivered};
use super::embed;
use super::produce::{Job, produce};
use crate::account::charge::Charge;
use crate::account::tenant::Tenant;
use crate::answer::Format;
use crate::api::body;
use crate::cache::{self, Plan, entry::Entry};
use crate::call::{Api, Call};
use crate::config::{Model, Price};
use crate::flight::{Denial, Flight, Reader};
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::limits;
use crate::metrics;
use crate::policy;
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
    let mut name = String::new();
    let answered = try_to_answer(gateway, port, head, api, format, &mut name).await;
    if let Err(denial) = &answered {
        metrics::request(port, &name, denial.status());
    }
    answered
}

/// `name` becomes the model's name when it is known.
async fn try_to_answer(
    gateway: &Rc<Gateway>,
    port: &Rc<Port>,
    head: &RequestHead,
    api: Api,
    format: Format,
    name: &mut String,
) -> Result<(), Denial> {
    let tenant = Tenant::of(gateway, port, head)?;
    let (value, bytes) = body::read(port, head, gateway.config.server.max_body_bytes).await?;
    let mut call = Call::new(api, value, bytes)?;
    call.client_key = client_key(gateway, &tenant, head);
    call.anthropic_headers = ["anthropic-version", "anthropic-beta"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), head.header(name)?.to_owned())))
        .collect();
    let model = find_model(gateway, &tenant, &call.model)?;
    // Requests are counted before anybody works for them.
    tenant.admit(port)?;
    let call = policy::on_request(&gateway.config, port, call, &model.name).await?;
    // A policy may have chosen another model.
    let model = find_model(gateway, &tenant, &call.model)?;
    name.clone_from(&model.name);
    port.access.borrow_mut().model = Some(model.name.clone());
    policy::sees_streams(&gateway.config, &call, &model.name)?;
    let share = tenant.shares(model.cache.share);
    let mut plan = Plan::new(&gateway.config, port, head, &call, model, &share);
    // Each time round, somebody whose answer was waited for has gone away.
    for _ in 0..limits::FLIGHTS_JOINED {
        let label = match find(gateway, port, &call, model, plan.as_mut()).await {
            Found::Kept(entry, label) => {
                deliver::kept(port, entry, &model.name, label, format);
                return Ok(());
            }
            Found::Underway(reader) => match deliver::answer(port, reader, &model.name, Some("hit"), format).await {
                Err(Undelivered::Denied(denial)) => return Err(denial),
                Err(Undelivered::Abandoned) => continue,
                Ok(()) => return Ok(()),
            },
            Found::Nothing(label) => label,
        };
        let charge = reserve(gateway, port, &tenant, &call, model)?;
        let (keep, announced) = match plan.as_ref().filter(|plan| plan.write && plan.read && port.world.can_wake()) {
            Some(plan) => (plan.max_bytes, Some(&plan.key)),
            None => (0, None),
        };
        let (flight, writer) = Flight::new(port, keep);
        let announced = announced.map(|key| Gateway::announce(gateway, key, &flight));
        let reader = flight.join(port).ok_or_else(|| Refusal::unavailable("The answer cannot be read."))?;
        let (gateway, port) = (Rc::clone(gateway), Rc::clone(port));
        let job = Job {
            gateway,
            port: Rc::clone(&port),
            model: model.name.clone(),
            call,
            charge,
            plan,
            _announced: announced,
        };
        port.spawn(Box::pin(produce(job, flight, writer)));
        return match deliver::answer(&port, reader, &model.name, label, format).await {
            Ok(()) => Ok(()),
            Err(Undelivered::Denied(denial)) => Err(denial),
            Err(Undelivered::Abandoned) => Err(Refusal::unavailable("The answer was given up.").into()),
        };
    }
    Err(Refusal::unavailable("The answer was given up by those who had asked for it.").into())
}

/// A model by its name, if the tenant may use it.
fn find_model<'a>(gateway: &'a Gateway, tenant: &Tenant, name: &str) -> Result<&'a Model, Refusal> {
    let model = gateway.config.model(name).filter(|model| tenant.may_use(&model.name, name));
    model.ok_or_else(|| Refusal::unknown_model(name))
}

/// Where an answer is.
enum Found {
    /// In the cache, with the value of `x-ferrite-cache`.
    Kept(Entry, &'static str),
    /// Somebody else has asked for it.
    Underway(Reader),
    /// Nowhere.
    Nothing(Option<&'static str>),
}

async fn find(gateway: &Rc<Gateway>, port: &Rc<Port>, call: &Call, model: &Model, plan: Option<&mut Plan>) -> Found {
    let Some(plan) = plan else { return Found::Nothing(None) };
    if !plan.read {
        return Found::Nothing(Some("bypass"));
    }
    let underway = |plan: &Plan| gateway.flight(&plan.key).filter(|_| port.world.can_wake())?.join(port);
    if let Some(entry) = cache::entry::read(port, &plan.key) {
        return Found::Kept(entry, "hit");
    }
    if let Some(reader) = underway(plan) {
        return Found::Underway(reader);
    }
    if let Some(question) = &plan.semantic
        && plan.vector.is_none()
    {
        plan.vector = embed::vector(gateway, port, call, &question.text).await;
        if let Some(vector) = &plan.vector
            && let Some(key) = cache::semantic::find(port, question, vector, model.cache.threshold)
        {
            match cache::entry::read(port, &key) {
                Some(entry) => return Found::Kept(entry, "semantic"),
                None => cache::semantic::forget(port, question, &key),
            }
        }
        // Others did not wait for the vector.
        if let Some(reader) = underway(plan) {
            return Found::Underway(reader);
        }
    }
    Found::Nothing(Some("miss"))
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
fn client_key(gateway: &Gateway, tenant: &Tenant, head: &RequestHead) -> Option<String> {
    if tenant.key.is_some() || gateway.config.requires_key() {
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
