//! What happened, for `/metrics`: one hash in the store, `gateway:metrics`, so that all gateways over it count
//! together.
//!
//! Its fields are `name{labels}` as Prometheus writes them. Labels have names from the configuration only, so that
//! nobody makes fields by asking for models that do not exist.

use crate::config::Deployment;
use crate::port::Port;
use crate::usage::Usage;
use crate::world::World;

const KEY: &[u8] = b"gateway:metrics";

fn add(world: &dyn World, field: &str, amount: u64) {
    let amount = i64::try_from(amount).unwrap_or(i64::MAX).to_string();
    // Requests are answered whether they are counted or not.
    world.store_later(&[b"HINCRBY", KEY, field.as_bytes(), amount.as_bytes()]);
}

/// One attempt to get an answer from a deployment.
pub(crate) fn attempt(port: &Port, deployment: &Deployment, result: &str) {
    let field = format!("attempts{{deployment=\"{}\",result=\"{result}\"}}", escape(&deployment.id));
    add(&*port.world, &field, 1);
}

/// How long an answer, or the first content of a stream, took.
pub(crate) fn answered(port: &Port, deployment: &Deployment, took_ms: u64) {
    add(&*port.world, &format!("answer_milliseconds{{deployment=\"{}\"}}", escape(&deployment.id)), took_ms);
}

/// One request of a client, when its answer begins.
pub(crate) fn request(port: &Port, model: &str, status: u16) {
    add(&*port.world, &format!("requests{{model=\"{}\",status=\"{status}\"}}", escape(model)), 1);
}

/// How a request that may be cached was answered: `hit`, `semantic` or `miss`.
pub(crate) fn cache(port: &Port, model: &str, result: &str) {
    add(&*port.world, &format!("cache{{model=\"{}\",result=\"{result}\"}}", escape(model)), 1);
}

/// What an answer took.
pub(crate) fn used(port: &Port, model: &str, usage: Usage, micros: u64) {
    let model = escape(model);
    for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
        if tokens > 0 {
            add(&*port.world, &format!("tokens{{model=\"{model}\",kind=\"{kind}\"}}"), tokens);
        }
    }
    if micros > 0 {
        add(&*port.world, &format!("micro_dollars{{model=\"{model}\"}}"), micros);
    }
}

/// All counters as Prometheus reads them; text exposition format 0.0.4.
pub(crate) fn page(world: &dyn World) -> Option<String> {
    const FAMILIES: [(&str, &str); 6] = [
        ("answer_milliseconds", "Time to answers, and to the first content of streams, in sum; attempts counts them."),
        ("attempts", "Requests to deployments, by result."),
        ("cache", "Requests that may be cached, by where their answer came from."),
        ("micro_dollars", "Millionths of a dollar that answers cost, by the price table."),
        ("requests", "Requests of clients, by the status of their answer."),
        ("tokens", "Tokens of answers, by kind."),
    ];
    let reply = world.store(&[b"HGETALL", KEY]).ok()?;
    let mut counters: Vec<(&str, i64)> = reply
        .items()
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?.text()?, pair.get(1)?.integer()?)))
        .collect();
    counters.sort_unstable();
    let mut page = String::new();
    for (family, help) in FAMILIES {
        let name = format!("ferrite_gateway_{family}_total");
        page.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n"));
        for (field, value) in &counters {
            if let Some(labels) = field.strip_prefix(family).filter(|labels| labels.starts_with('{')) {
                page.push_str(&format!("{name}{labels} {value}\n"));
            }
        }
    }
    Some(page)
}

fn escape(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
