//! Which deployments are left alone: kept in the store, so that all gateways over it know.
//!
//! `gateway:route:<id>` is a hash of `fails` (failures in a row), `until` (left alone until then, in milliseconds since
//! the epoch) and `latency` (an average of milliseconds to the first byte). `gateway:probe:<id>` belongs to the one
//! request that tries a deployment after that time. A store that does not answer means that all are well.

use crate::config::{Deployment, Routing};
use crate::port::Port;
use crate::world::{Level, Reply, World};

/// How long what is known of a deployment outlives the last failure, in milliseconds.
const KEPT_MS: u64 = 86_400_000;

/// What is known of a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    pub(crate) fails: u64,
    pub(crate) until: u64,
    pub(crate) latency: u64,
}

/// May it be asked?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permit {
    Yes,
    /// It was left alone, and this request finds out whether it is well.
    Probe,
    /// Not before this time.
    NotBefore(u64),
}

pub(crate) fn route_key(id: &str) -> String {
    format!("gateway:route:{id}")
}

fn probe_key(id: &str) -> String {
    format!("gateway:probe:{id}")
}

pub(crate) fn read(world: &dyn World, id: &str) -> Health {
    let reply = world.store(&[b"HMGET", route_key(id).as_bytes(), b"fails", b"until", b"latency"]);
    let number = |at: usize| {
        let item = reply.as_ref().ok()?.items().get(at)?.integer()?;
        u64::try_from(item).ok()
    };
    Health {
        fails: number(0).unwrap_or_default(),
        until: number(1).unwrap_or_default(),
        latency: number(2).unwrap_or_default(),
    }
}

pub(crate) fn permit(port: &Port, deployment: &Deployment, health: Health) -> Permit {
    let now = port.now();
    if health.until == 0 {
        return Permit::Yes;
    }
    if health.until > now {
        return Permit::NotBefore(health.until);
    }
    let lifetime = deployment.timeouts.connect_ms.saturating_add(deployment.timeouts.first_byte_ms).to_string();
    let key = probe_key(&deployment.id);
    match port.world.store(&[b"SET", key.as_bytes(), b"1", b"NX", b"PX", lifetime.as_bytes()]) {
        Ok(Reply::Nil) => Permit::NotBefore(now + 1000),
        _ => Permit::Probe,
    }
}

/// A probe ended, whatever it found.
pub(crate) fn end_probe(port: &Port, id: &str) {
    write(port, &[b"DEL", probe_key(id).as_bytes()]);
}

pub(crate) fn succeeded(port: &Port, deployment: &Deployment, before: Health) {
    if before.fails > 0 || before.until > 0 {
        write(port, &[b"HDEL", route_key(&deployment.id).as_bytes(), b"fails", b"until"]);
    }
}

pub(crate) fn failed(port: &Port, deployment: &Deployment, rules: &Routing, probe: bool, retry_after_ms: Option<u64>) {
    let key = route_key(&deployment.id);
    let fails = port.world.store(&[b"HINCRBY", key.as_bytes(), b"fails", b"1"]);
    let fails = fails.ok().and_then(|reply| reply.integer()).and_then(|fails| u64::try_from(fails).ok()).unwrap_or(1);
    let asked = retry_after_ms.filter(|ms| *ms > rules.backoff_most_ms);
    if probe || fails >= rules.cooldown_failures || asked.is_some() {
        let pause = asked.unwrap_or(rules.cooldown_ms).min(KEPT_MS);
        let until = port.now().saturating_add(pause).to_string();
        write(port, &[b"HSET", key.as_bytes(), b"until", until.as_bytes()]);
        port.world.log(Level::Warning, &format!("the deployment {} is left alone for {pause} ms", deployment.id));
    }
    write(port, &[b"PEXPIRE", key.as_bytes(), KEPT_MS.to_string().as_bytes()]);
}

/// Notes how long the first byte took: one part in eight of the average.
pub(crate) fn measured(port: &Port, deployment: &Deployment, before: Health, took_ms: u64) {
    let average = if before.latency == 0 { took_ms } else { (before.latency * 7 + took_ms) / 8 };
    let key = route_key(&deployment.id);
    write(port, &[b"HSET", key.as_bytes(), b"latency", average.max(1).to_string().as_bytes()]);
}

fn write(port: &Port, argv: &[&[u8]]) {
    if let Err(error) = port.world.store(argv) {
        port.world.log(Level::Warning, &format!("the state of a deployment is not kept: {error}"));
    }
}
