//! The loop that serves all clients of one store, on one thread.

use ferrite_resp::{Protocol, Value};
use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{InputStream, OutputStream};
use wasip2::sockets::tcp::TcpSocket;

use crate::bindings::ferrite::store::maintenance;
use crate::bindings::ferrite::store::wire::{Event, Session, take_events, take_outbox};
use crate::client::{Client, Left};
use crate::limits;
use crate::listener::Listener;

/// Who is served, and whether it goes on.
#[derive(Default)]
pub(crate) struct Server {
    clients: Vec<Client>,
    listener: Option<Listener>,
    /// SHUTDOWN was said.
    stopped: bool,
}

/// Whom the answer of `poll` is about.
enum Ready {
    Timer,
    Listener,
    Readable(usize),
    Writable(usize),
}

impl Server {
    /// `CONFIG SET name value`; the error is Redis'.
    pub(crate) fn configure(&mut self, name: &str, value: &str) -> Result<(), String> {
        let words = ["CONFIG", "SET", name, value].map(|word| Value::bulk(word.as_bytes()));
        let command = Value::Array(words.into()).to_bytes(Protocol::Resp2);
        let replies = Session::new("", "").exchange(&command).replies;
        take_events();
        let reply = String::from_utf8_lossy(&replies);
        match reply.strip_prefix("-ERR ") {
            None => Ok(()),
            Some(reason) => Err(reason.trim_end().to_owned()),
        }
    }

    /// Adds a client.
    pub(crate) fn admit(&mut self, input: InputStream, output: OutputStream, socket: Option<(TcpSocket, String)>) {
        let (socket, address) = match socket {
            Some((socket, address)) => (Some(socket), address),
            None => (None, String::new()),
        };
        let full = self.clients.len() >= limits::CLIENTS;
        let mut client = Client::new(input, output, socket, &address);
        if full {
            client.deliver(b"-ERR max number of clients reached\r\n");
            client.close();
            client.write();
        } else {
            self.clients.push(client);
        }
    }

    /// Accepts clients from now on.
    pub(crate) fn listen(&mut self, listener: Listener) {
        self.listener = Some(listener);
    }

    /// Serves until there is nobody left to serve, or until SHUTDOWN.
    pub(crate) fn run(mut self) {
        let mut next_tick = now_us();
        while !self.stopped && (self.listener.is_some() || !self.clients.is_empty()) {
            let now = now_us();
            if now >= next_tick {
                next_tick = now + maintenance::tick(limits::TICK_US).min(limits::LONGEST_TICK_US);
                self.deliver();
            }
            let wake = self.clients.iter().filter_map(Client::parked_until).fold(next_tick, u64::min);
            for ready in self.wait(wake.saturating_sub(now)) {
                self.serve(ready);
            }
            self.clients.retain(|client| !client.is_over());
        }
        // What SHUTDOWN and the commands before it answered.
        for client in &mut self.clients {
            client.write();
        }
    }

    /// Waits until a client or the time wants something.
    fn wait(&self, pause_us: u64) -> Vec<Ready> {
        let timer = monotonic_clock::subscribe_duration(pause_us.saturating_mul(1000));
        let mut watched: Vec<(&Pollable, Ready)> = vec![(&timer, Ready::Timer)];
        if let Some(listener) = &self.listener {
            watched.push((&listener.ready, Ready::Listener));
        }
        for (index, client) in self.clients.iter().enumerate() {
            if client.reads() {
                watched.push((&client.readable, Ready::Readable(index)));
            }
            if client.writes() {
                watched.push((&client.writable, Ready::Writable(index)));
            }
        }
        let pollables: Vec<&Pollable> = watched.iter().map(|(pollable, _)| *pollable).collect();
        let mut ready = poll(&pollables).into_iter().map(|index| index as usize).collect::<Vec<_>>();
        ready.sort_unstable();
        let mut ready = ready.into_iter().peekable();
        let all = watched.into_iter().enumerate();
        all.filter_map(|(index, (_, what))| ready.next_if_eq(&index).map(|_| what)).collect()
    }

    fn serve(&mut self, ready: Ready) {
        match ready {
            Ready::Timer => {
                let now = now_us();
                for index in 0..self.clients.len() {
                    if self.clients.get(index).and_then(Client::parked_until).is_some_and(|until| until <= now) {
                        self.with(index, Client::run);
                    }
                }
            }
            Ready::Listener => {
                if let Some((input, output, socket, address)) = self.listener.as_ref().and_then(Listener::accept) {
                    self.admit(input, output, Some((socket, address)));
                }
            }
            Ready::Readable(index) => self.with(index, Client::read),
            Ready::Writable(index) => self.with(index, Client::write),
        }
    }

    /// Serves one client, then those for whom that left something. Its replies are written at once: it waits for them.
    fn with(&mut self, index: usize, serve: impl FnOnce(&mut Client) -> Left) {
        let Some(client) = self.clients.get_mut(index) else { return };
        let left = serve(client);
        if client.writes() {
            client.write();
        }
        if left.outbox {
            self.deliver();
        }
        if left.events {
            self.obey();
        }
    }

    /// Hands out messages and replies to those that waited; who was parked goes on.
    fn deliver(&mut self) {
        loop {
            let deliveries = take_outbox();
            if deliveries.is_empty() {
                return;
            }
            for delivery in deliveries {
                for id in delivery.sessions {
                    let Some(client) = self.clients.iter_mut().find(|client| client.id == id) else { continue };
                    client.deliver(&delivery.bytes);
                    // What this leaves for others is taken by the next turn of the loop.
                    if client.is_parked() && client.run().events {
                        self.obey();
                    }
                }
            }
        }
    }

    fn obey(&mut self) {
        for event in take_events() {
            match event {
                Event::CloseSession(id) => {
                    if let Some(client) = self.clients.iter_mut().find(|client| client.id == id) {
                        client.close();
                    }
                }
                Event::ShutDown(_) => self.stopped = true,
                // No setting of ours can be changed while it runs.
                Event::Setting(_) => {}
            }
        }
    }
}

fn now_us() -> u64 {
    let now = wall_clock::now();
    now.seconds * 1_000_000 + u64::from(now.nanoseconds / 1000)
}
