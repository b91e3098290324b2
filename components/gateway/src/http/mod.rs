//! The shell of `wasi:http`: one request at a time, in an instance that the host keeps or makes anew.
//!
//! Layout: `client.rs` is who asks, `upstream.rs` one call to an upstream, `policy.rs` one to a policy; this file the loop
//! between them and the exchange.

mod client;
mod policy;
mod upstream;

use std::collections::BTreeMap;
use std::rc::Rc;

use client::Client;
use ferrite_gateway::{Action, CallId, Event, Exchange, FailureKind, Level, UpstreamEvent, World};
use upstream::Upstream;
use wasip2::clocks::monotonic_clock;
use wasip2::exports::http::incoming_handler::Guest;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};
use wasip2::io::poll::{Pollable, poll};

use crate::configuration;
use crate::world::{Shell, Sink};

struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let world = Shell::new(0, Sink::StandardError);
        let head = client::head(&request);
        let mut client = Client::new(request, out);
        match configuration::from_host() {
            Ok(gateway) => {
                let exchange = Exchange::new(gateway, Rc::clone(&world) as Rc<dyn World>, head);
                Loop { exchange, client, upstreams: BTreeMap::new(), wake_at: None, body_wanted: false, world }.run();
            }
            Err(reason) => {
                world.log(Level::Error, &reason);
                client.head(503, &[("content-type".to_owned(), "application/json".to_owned())]);
                let body = r#"{"error":{"message":"the gateway is not configured: its log says why","type":"server_error","param":null,"code":"not_configured"}}"#;
                client.write(body.as_bytes());
                client.finish();
            }
        }
    }
}

/// One exchange and what it waits for.
struct Loop {
    exchange: Exchange,
    client: Client,
    upstreams: BTreeMap<CallId, Upstream>,
    /// Milliseconds since the Unix epoch.
    wake_at: Option<u64>,
    body_wanted: bool,
    world: Rc<Shell>,
}

/// Whom the answer of `poll` is about.
enum Ready {
    Timer,
    Body,
    Upstream(CallId),
}

impl Loop {
    fn run(mut self) {
        loop {
            while let Some(action) = self.exchange.next() {
                if self.obey(action) {
                    return;
                }
            }
            match self.wait() {
                Some(event) => self.exchange.handle(event),
                // It waits for nothing that could come: the core has no such state.
                None => return self.client.abort(),
            }
        }
    }

    /// Does one thing; true when it was the last one.
    fn obey(&mut self, action: Action) -> bool {
        match action {
            Action::ReadBody => self.body_wanted = true,
            Action::Send(request) => {
                let id = request.id;
                self.upstreams.insert(id, Upstream::send(request));
            }
            Action::Read(id) => {
                if let Some(upstream) = self.upstreams.get_mut(&id) {
                    upstream.wanted = true;
                }
            }
            Action::Cancel(id) => {
                self.upstreams.remove(&id);
            }
            Action::Embed(id, _) => {
                let reason = "no embedder is composed with this gateway".to_owned();
                self.exchange.handle(Event::Embedded(id, Err(reason)));
            }
            Action::Policy(id, call) => {
                let answer = policy::ask(call);
                self.exchange.handle(Event::Policy(id, answer));
            }
            Action::Head { status, headers } => self.client.head(status, &headers),
            Action::Write(bytes) => self.client.write(&bytes),
            Action::Finish => {
                self.client.finish();
                return true;
            }
            Action::Abort => {
                self.client.abort();
                return true;
            }
            Action::WakeAt(time) => self.wake_at = Some(time),
        }
        if self.client.has_left() {
            self.client.leave();
            self.exchange.handle(Event::ClientGone);
        }
        false
    }

    /// Waits for the next event.
    fn wait(&mut self) -> Option<Event> {
        loop {
            let timer = self.wake_at.map(|time| {
                let pause_ms = time.saturating_sub(self.world.now_ms());
                monotonic_clock::subscribe_duration(pause_ms.saturating_mul(1_000_000))
            });
            let mut watched: Vec<(&Pollable, Ready)> = Vec::new();
            if let Some(timer) = &timer {
                watched.push((timer, Ready::Timer));
            }
            if let (true, Some(readable)) = (self.body_wanted, self.client.readable()) {
                watched.push((readable, Ready::Body));
            }
            for (id, upstream) in &self.upstreams {
                if let Some(pollable) = upstream.pollable() {
                    watched.push((pollable, Ready::Upstream(*id)));
                }
            }
            if self.body_wanted && self.client.readable().is_none() {
                self.body_wanted = false;
                return Some(Event::BodyFailed);
            }
            if watched.is_empty() {
                return None;
            }
            let pollables: Vec<&Pollable> = watched.iter().map(|(pollable, _)| *pollable).collect();
            let first = poll(&pollables).first().copied().unwrap_or_default();
            let ready = watched.into_iter().nth(first as usize).map(|(_, ready)| ready);
            drop(timer);
            match ready? {
                Ready::Timer => {
                    self.wake_at = None;
                    return Some(Event::Woken);
                }
                Ready::Body => {
                    if let Some(event) = self.client.read() {
                        self.body_wanted = false;
                        return Some(event);
                    }
                }
                Ready::Upstream(id) => {
                    if let Some(event) = self.advance(id) {
                        return Some(Event::Upstream(id, event));
                    }
                }
            }
        }
    }

    fn advance(&mut self, id: CallId) -> Option<UpstreamEvent> {
        let event = self.upstreams.get_mut(&id)?.advance()?;
        if matches!(event, UpstreamEvent::End | UpstreamEvent::Failed { .. }) {
            self.upstreams.remove(&id);
        }
        Some(event)
    }
}

/// A failure in the core's words.
fn failed(kind: FailureKind, text: impl Into<String>) -> UpstreamEvent {
    UpstreamEvent::Failed { kind, text: text.into() }
}

wasip2::http::proxy::export!(Handler);
