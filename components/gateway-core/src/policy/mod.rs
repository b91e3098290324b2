//! Policies: what is asked about requests and answers, and what follows.
//!
//! - here: whole bodies; [`chunks`]: streams, text by text.

pub(crate) mod chunks;

use std::rc::Rc;

use serde_json::Value;

use crate::action::{Hook, PolicyCall};
use crate::call::{Api, Call};
use crate::config::{Config, Policy};
use crate::event::{PolicyAnswer, PolicyFailure};
use crate::json;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::world::Level;

/// The policies of a model that have a hook, in the order of the configuration.
pub(crate) fn of<'a>(config: &'a Config, model: &str, hook: Hook) -> Vec<&'a Policy> {
    let concerns = |policy: &&Policy| policy.models.as_ref().is_none_or(|names| names.iter().any(|name| name == model));
    config.policies.iter().filter(concerns).filter(|policy| policy.hooks.contains(&hook)).collect()
}

/// Asks about a request; what policies put in its place is returned.
pub(crate) async fn on_request(config: &Config, port: &Rc<Port>, mut call: Call, model: &str) -> Result<Call, Refusal> {
    for policy in of(config, model, Hook::OnRequest) {
        let Some(text) = whole(port, policy, Hook::OnRequest, || Value::Object(call.body.clone()).to_string()).await?
        else {
            continue;
        };
        match json::read(&text)
            .map_err(|error| error.to_string())
            .and_then(|body| Call::new(call.api, body, text.len()).map_err(|refusal| refusal.message))
        {
            Ok(replaced) => {
                let (client_key, anthropic_headers) = (call.client_key, call.anthropic_headers);
                call = Call { client_key, anthropic_headers, ..replaced };
            }
            Err(error) => failed(port, policy, &format!("its request is none: {error}"))?,
        }
    }
    Ok(call)
}

/// Asks about a whole answer; JSON text in the client's language.
pub(crate) async fn on_response(
    config: &Config,
    port: &Rc<Port>,
    mut body: Vec<u8>,
    model: &str,
) -> Result<Vec<u8>, Refusal> {
    for policy in of(config, model, Hook::OnResponse) {
        let payload = || String::from_utf8_lossy(&body).into_owned();
        let Some(text) = whole(port, policy, Hook::OnResponse, payload).await? else { continue };
        match json::read::<serde::de::IgnoredAny>(&text) {
            Ok(_) => body = text.into_bytes(),
            Err(error) => failed(port, policy, &format!("its answer is no JSON: {error}"))?,
        }
    }
    Ok(body)
}

/// Refuses a stream that a policy could not look into: nothing goes past one that is closed.
pub(crate) fn sees_streams(config: &Config, call: &Call, model: &str) -> Result<(), Refusal> {
    if !call.stream {
        return Ok(());
    }
    let blind = |policy: &&&Policy| {
        let sees_whole = policy.hooks.contains(&Hook::OnResponse) && !policy.hooks.contains(&Hook::OnChunk);
        // The events of this API repeat the whole text at the end.
        let sees_pieces = policy.hooks.contains(&Hook::OnChunk) && call.api == Api::Responses;
        !policy.open && (sees_whole || sees_pieces)
    };
    let all = of(config, model, Hook::OnResponse).into_iter().chain(of(config, model, Hook::OnChunk));
    match all.collect::<Vec<_>>().iter().find(blind) {
        None => Ok(()),
        Some(policy) => {
            let message =
                format!("The policy {} does not see these streams; without `stream` it is possible.", policy.name);
            Err(Refusal::invalid_field("stream", message))
        }
    }
}

/// Another text for a whole body, if the policy gives one.
async fn whole(
    port: &Rc<Port>,
    policy: &Policy,
    hook: Hook,
    payload: impl FnOnce() -> String,
) -> Result<Option<String>, Refusal> {
    let question =
        PolicyCall { name: policy.name.clone(), hook, payload: payload(), window: String::new(), last: true };
    match ask(port, question).await {
        Ok(PolicyAnswer::Continue) => Ok(None),
        Ok(PolicyAnswer::Replace(text)) => Ok(Some(text)),
        Ok(PolicyAnswer::Refuse { status, message }) => Err(refused(status, message)),
        Ok(PolicyAnswer::Hold { .. }) => failed(port, policy, "it holds back what is whole").map(|()| None),
        Err(error) => failed(port, policy, &error).map(|()| None),
    }
}

async fn ask(port: &Rc<Port>, question: PolicyCall) -> Result<PolicyAnswer, String> {
    let until = port.now().saturating_add(limits::POLICY_TIMEOUT_MS);
    match port.before(until, port.ask(question)).await {
        Err(_) => Err("it took too long".to_owned()),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(PolicyFailure::Missing)) => Err("it is not installed".to_owned()),
        Ok(Err(PolicyFailure::Failed(text) | PolicyFailure::Error(text))) => Err(text),
    }
}

fn refused(status: u16, message: String) -> Refusal {
    let mut refusal = Refusal::forbidden("policy_refused", message);
    if (400..500).contains(&status) {
        refusal.status = status;
    }
    refusal
}

/// What follows from a failure: nothing where the policy is open.
fn failed(port: &Port, policy: &Policy, why: &str) -> Result<(), Refusal> {
    port.world.log(Level::Error, &format!("the policy {} failed: {why}", policy.name));
    if policy.open {
        return Ok(());
    }
    Err(Refusal::unavailable(format!("The policy {} failed, and nothing goes past it.", policy.name)))
}
