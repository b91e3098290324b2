//! The loop between the platform and the core: one request, from its head to the end of its answer.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use ferrite_gateway::{Action, CallId, Event, Exchange, Gateway, Level, PolicyFailure, UpstreamEvent, World};

use crate::backends::Backends;
use crate::client::{self, Client};
use crate::configuration::Configuration;
use crate::readiness::{self, Handle};
use crate::store::Remote;
use crate::upstream::Upstream;
use crate::world::{self, Platform};

/// Answers this instance's request.
pub(crate) fn serve() {
    fastly::init();
    let (head, mut client) = client::accept();
    match Configuration::read() {
        Ok(Configuration { gateway, store, backends }) => {
            let world = Rc::new(Platform { store: store.map(|store| Remote::new(store, backends.clone())) });
            let exchange = Exchange::new(Gateway::new(gateway), Rc::clone(&world) as Rc<dyn World>, head);
            let upstreams = BTreeMap::new();
            let shell = Rc::clone(&world);
            Loop { exchange, client, upstreams, wake_at: None, body_wanted: false, backends, world }.run();
            // The answer is given, and the exchange with all that it says at its end is dropped.
            shell.end();
        }
        Err(reason) => {
            world::log(Level::Error, &reason);
            client.head(503, &[("content-type".to_owned(), "application/json".to_owned())]);
            let body = r#"{"error":{"message":"the gateway is not configured: its log says why","type":"server_error","param":null,"code":"not_configured"}}"#;
            client.write(body.as_bytes());
            client.finish();
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
    backends: Backends,
    world: Rc<Platform>,
}

/// Whom the platform's answer is about.
enum Ready {
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
                self.upstreams.insert(id, Upstream::send(request, &self.backends));
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
                let reason = "there is no embedder at Fastly".to_owned();
                self.exchange.handle(Event::Embedded(id, Err(reason)));
            }
            // A module has nothing plugged into it.
            Action::Policy(id, _) => self.exchange.handle(Event::Policy(id, Err(PolicyFailure::Missing))),
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

    /// Waits for the next event; none when nothing can come.
    fn wait(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.failure() {
                return Some(event);
            }
            let mut watched: Vec<(Handle, Ready)> = Vec::new();
            if self.body_wanted {
                let Some(readable) = self.client.readable() else {
                    self.body_wanted = false;
                    return Some(Event::BodyFailed);
                };
                watched.push((readable, Ready::Body));
            }
            for (id, upstream) in &self.upstreams {
                watched.extend(upstream.readable().map(|handle| (handle, Ready::Upstream(*id))));
            }
            let pause = self.wake_at.map(|time| Duration::from_millis(time.saturating_sub(self.world.now_ms())));
            if watched.is_empty() && pause.is_none() {
                return None;
            }
            let handles: Vec<Handle> = watched.iter().map(|(handle, _)| *handle).collect();
            let Some(first) = readiness::first(&handles, pause) else {
                self.wake_at = None;
                return Some(Event::Woken);
            };
            match watched.into_iter().nth(first)?.1 {
                Ready::Body => {
                    self.body_wanted = false;
                    return Some(self.client.read());
                }
                Ready::Upstream(id) => {
                    if let Some(event) = self.advance(id) {
                        return Some(event);
                    }
                }
            }
        }
    }

    /// A call that could not begin.
    fn failure(&mut self) -> Option<Event> {
        let (id, event) = self.upstreams.iter_mut().find_map(|(id, upstream)| Some((*id, upstream.failure()?)))?;
        self.upstreams.remove(&id);
        Some(Event::Upstream(id, event))
    }

    fn advance(&mut self, id: CallId) -> Option<Event> {
        let event = self.upstreams.get_mut(&id)?.advance()?;
        if matches!(event, UpstreamEvent::End | UpstreamEvent::Failed { .. }) {
            self.upstreams.remove(&id);
        }
        Some(Event::Upstream(id, event))
    }
}
