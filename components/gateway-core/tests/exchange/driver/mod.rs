//! A driver for tests: a clock that jumps, upstreams by script, the real store, any number of exchanges at once.

mod client;
mod script;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use ferrite_gateway::{
    Action, CallId, Config, Event, Exchange, Gateway, PolicyAnswer, PolicyCall, PolicyFailure, UpstreamEvent,
    UpstreamRequest,
};
use ferrite_store_core::Store;
use serde_json::Value;

pub use client::{Answer, Client, post, request};
pub use script::{Script, Step};
pub use world::{Chance, Shell, run, store};

/// Milliseconds since the epoch when every test begins: Tuesday, 14 November 2023, 22:13:20.
pub const START_MS: u64 = 1_700_000_000_000;

type Upstreams = Box<dyn FnMut(&UpstreamRequest) -> Script>;
type Embedder = Box<dyn FnMut(&[String]) -> Result<Vec<Vec<f32>>, String>>;
type Policies = Box<dyn FnMut(&PolicyCall) -> Result<PolicyAnswer, PolicyFailure>>;

/// A gateway, and the world around it.
pub struct Driver {
    pub gateway: Rc<Gateway>,
    /// Others over the same store: requests go to all of them in turn.
    pub beside: Vec<Rc<Gateway>>,
    pub clock: Rc<Cell<u64>>,
    pub store: Rc<RefCell<Store>>,
    pub chance: Rc<Cell<Chance>>,
    pub log: Rc<RefCell<Vec<String>>>,
    pub store_down: Rc<Cell<bool>>,
    pub can_wake: bool,
    /// What is embedded has no answer, until this is false again.
    pub embedder_stalls: Rc<Cell<bool>>,
    upstreams: Upstreams,
    embedder: Embedder,
    policies: Policies,
    exchanges: Vec<Running>,
    /// Every request upstream, in order.
    pub sent: Vec<UpstreamRequest>,
    /// Upstream calls that were cancelled.
    pub cancelled: usize,
    /// Texts that were embedded.
    pub embedded: Vec<String>,
    /// Questions to policies.
    pub asked: Vec<PolicyCall>,
    /// The most bytes of one exchange that came from upstream and were not yet written.
    pub most_behind: usize,
}

struct Running {
    exchange: Option<Exchange>,
    client: Client,
    calls: BTreeMap<CallId, Playing>,
    body_asked: bool,
    wake_at: Option<u64>,
    woken: Rc<Cell<bool>>,
    events: VecDeque<Event>,
    answer: Answer,
    over: bool,
    /// The client reads until then, and nothing else is done for it.
    reads_until: u64,
    /// Bytes that came from upstream, less those that were written.
    behind: usize,
}

struct Playing {
    script: Script,
    /// When the next step may happen.
    ready_ms: u64,
    asked: bool,
}

impl Driver {
    pub fn new(config: Config, upstreams: impl FnMut(&UpstreamRequest) -> Script + 'static) -> Self {
        let clock = Rc::new(Cell::new(START_MS));
        let store = Rc::new(RefCell::new(world::store(&clock)));
        Self {
            gateway: Gateway::new(config),
            beside: Vec::new(),
            clock,
            store,
            chance: Rc::new(Cell::new(Chance::default())),
            log: Rc::default(),
            store_down: Rc::default(),
            can_wake: true,
            embedder_stalls: Rc::default(),
            upstreams: Box::new(upstreams),
            embedder: Box::new(|_| Err("no embedder".to_owned())),
            policies: Box::new(|_| Err(PolicyFailure::Missing)),
            exchanges: Vec::new(),
            sent: Vec::new(),
            cancelled: 0,
            embedded: Vec::new(),
            asked: Vec::new(),
            most_behind: 0,
        }
    }

    pub fn with_embedder(mut self, embedder: impl FnMut(&[String]) -> Result<Vec<Vec<f32>>, String> + 'static) -> Self {
        self.embedder = Box::new(embedder);
        self
    }

    pub fn with_policies(
        mut self,
        policies: impl FnMut(&PolicyCall) -> Result<PolicyAnswer, PolicyFailure> + 'static,
    ) -> Self {
        self.policies = Box::new(policies);
        self
    }

    /// Another gateway over the same store and clock: an instance beside this one.
    pub fn restart(&mut self, config: Config) {
        self.gateway = Gateway::new(config);
    }

    /// One command of the store.
    pub fn run(&self, argv: &[&str]) -> ferrite_gateway::Reply {
        let argv: Vec<&[u8]> = argv.iter().map(|word| word.as_bytes()).collect();
        run(&mut self.store.borrow_mut(), &argv).expect("the command is right")
    }

    pub fn elapsed(&self) -> u64 {
        self.clock.get() - START_MS
    }

    pub fn advance(&self, ms: u64) {
        self.clock.set(self.clock.get() + ms);
    }

    /// One request alone, beginning now.
    pub fn ask(&mut self, client: Client) -> Answer {
        self.ask_all(vec![client]).pop().expect("one answer for one request")
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask(request("GET", path, &[], b""))
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.ask(post(path, body))
    }

    /// Requests side by side, until all have an end. Times are after now.
    pub fn ask_all(&mut self, clients: Vec<Client>) -> Vec<Answer> {
        let now = self.elapsed();
        for mut client in clients {
            client.begins_ms += now;
            client.leaves_ms = client.leaves_ms.map(|ms| ms + now);
            client.dropped_ms = client.dropped_ms.map(|ms| ms + now);
            self.exchanges.push(Running {
                exchange: None,
                client,
                calls: BTreeMap::new(),
                body_asked: false,
                wake_at: None,
                woken: Rc::default(),
                events: VecDeque::new(),
                answer: Answer::default(),
                over: false,
                reads_until: 0,
                behind: 0,
            });
        }
        loop {
            let mut moved = false;
            for at in 0..self.exchanges.len() {
                moved |= self.step(at);
            }
            if moved {
                continue;
            }
            if self.exchanges.iter().all(|running| running.over) {
                break;
            }
            let next = self
                .exchanges
                .iter()
                .filter(|running| !running.over)
                .filter_map(|running| running.next_ms(self.elapsed()))
                .min();
            let next = next.expect("an exchange waits for something that never comes");
            assert!(next > self.elapsed(), "time does not go backwards: {next}");
            self.clock.set(START_MS + next);
        }
        self.exchanges.drain(..).map(|running| running.answer).collect()
    }

    fn step(&mut self, at: usize) -> bool {
        let now = self.elapsed();
        let running = &mut self.exchanges[at];
        if running.over || running.client.begins_ms > now {
            return false;
        }
        let mut moved = false;
        if running.exchange.is_none() {
            let shell = Shell {
                clock: Rc::clone(&self.clock),
                store: Rc::clone(&self.store),
                chance: Rc::clone(&self.chance),
                log: Rc::clone(&self.log),
                down: Rc::clone(&self.store_down),
                woken: Rc::clone(&running.woken),
                can_wake: self.can_wake,
            };
            let head = running.client.head.clone();
            let all: Vec<&Rc<Gateway>> = std::iter::once(&self.gateway).chain(&self.beside).collect();
            let gateway = Rc::clone(all[at % all.len()]);
            running.exchange = Some(Exchange::new(gateway, Rc::new(shell), head));
            moved = true;
        }
        if running.client.dropped_ms.is_some_and(|ms| ms <= now) {
            running.over = true;
            running.exchange = None;
            return true;
        }
        running.gather(now);
        if let Some(event) = running.events.pop_front() {
            if let Event::Upstream(_, UpstreamEvent::Body(piece)) = &event {
                running.behind += piece.len();
                self.most_behind = self.most_behind.max(running.behind);
            }
            running.exchange.as_mut().unwrap().handle(event);
            moved = true;
        }
        while !self.exchanges[at].over && self.exchanges[at].reads_until <= now {
            let Some(action) = self.exchanges[at].exchange.as_mut().unwrap().next() else { break };
            self.act(at, action);
            moved = true;
        }
        moved
    }

    fn act(&mut self, at: usize, action: Action) {
        let now = self.elapsed();
        let running = &mut self.exchanges[at];
        match action {
            Action::ReadBody => running.body_asked = true,
            Action::Send(request) => {
                let script = (self.upstreams)(&request);
                running.calls.insert(request.id, Playing { script, ready_ms: now, asked: false });
                self.sent.push(request);
            }
            Action::Read(id) => running.calls.get_mut(&id).expect("only open calls are read").asked = true,
            Action::Cancel(id) => {
                running.calls.remove(&id).expect("only open calls are cancelled");
                self.cancelled += 1;
            }
            Action::Embed(id, texts) => {
                let vectors = (self.embedder)(&texts);
                self.embedded.extend(texts);
                if !self.embedder_stalls.get() {
                    running.events.push_back(Event::Embedded(id, vectors));
                }
                // It answers at once or never, and a call that is answered may still be cancelled.
                running.calls.insert(id, Playing { script: Script::default(), ready_ms: u64::MAX, asked: false });
            }
            Action::Policy(id, question) => {
                let answer = (self.policies)(&question);
                self.asked.push(question);
                running.events.push_back(Event::Policy(id, answer));
                running.calls.insert(id, Playing { script: Script::default(), ready_ms: u64::MAX, asked: false });
            }
            Action::Head { status, headers } => {
                assert_eq!(running.answer.status, 0, "an answer has one head");
                running.answer.status = status;
                running.answer.headers = headers;
                running.answer.head_ms = now;
            }
            Action::Write(piece) => {
                assert!(running.answer.status > 0 && !piece.is_empty());
                running.behind = running.behind.saturating_sub(piece.len());
                running.reads_until = now + running.client.pace_ms;
                running.answer.pieces.push((now, piece));
            }
            Action::Finish | Action::Abort => {
                running.answer.whole = action == Action::Finish;
                running.answer.aborted = action == Action::Abort;
                // Work for others may go on behind the answer: its end is the end of the actions.
                running.over = true;
                assert_eq!(running.exchange.as_mut().unwrap().next(), None, "nothing comes behind the end");
            }
            Action::WakeAt(ms) => running.wake_at = Some(ms - START_MS),
        }
    }
}

impl Running {
    /// Turns what is due into events.
    fn gather(&mut self, now: u64) {
        if self.client.leaves_ms.is_some_and(|ms| ms <= now) {
            self.client.leaves_ms = None;
            self.events.push_back(Event::ClientGone);
        }
        if std::mem::take(&mut self.body_asked) {
            self.events.push_back(match self.client.body.pop_front() {
                Some(piece) => Event::Body(piece),
                None if self.client.body_fails => Event::BodyFailed,
                None => Event::BodyEnd,
            });
        }
        for (id, playing) in &mut self.calls {
            playing.skip_waits(now);
            if playing.ready_ms <= now
                && (playing.asked || matches!(playing.script.front(), Some(Step::Fail(..))))
                && let Some(event) = playing.take()
            {
                self.events.push_back(Event::Upstream(*id, event));
            }
        }
        if self.woken.replace(false) {
            self.events.push_back(Event::Woken);
        }
        if self.wake_at.is_some_and(|ms| ms <= now) {
            self.wake_at = None;
            self.events.push_back(Event::Woken);
        }
    }

    /// When something happens next, in milliseconds after the beginning.
    fn next_ms(&self, now: u64) -> Option<u64> {
        if self.exchange.is_none() {
            return Some(self.client.begins_ms);
        }
        let calls = self.calls.values().filter(|call| call.asked && call.ready_ms < u64::MAX).map(|call| call.ready_ms);
        let reading = Some(self.reads_until).filter(|ms| *ms > now);
        calls.chain(reading).chain(self.wake_at).chain(self.client.leaves_ms).chain(self.client.dropped_ms).min()
    }
}

impl Playing {
    fn skip_waits(&mut self, now: u64) {
        while self.ready_ms <= now {
            let Some(&Step::Wait(ms)) = self.script.front() else { return };
            self.script.pop_front();
            self.ready_ms = ms.saturating_add(now);
        }
    }

    fn take(&mut self) -> Option<UpstreamEvent> {
        self.asked = false;
        Some(match self.script.pop_front()? {
            Step::Head(status, headers) => UpstreamEvent::Head { status, headers },
            Step::Body(piece) => UpstreamEvent::Body(piece),
            Step::End => UpstreamEvent::End,
            Step::Fail(kind) => UpstreamEvent::Failed { kind, text: "by script".to_owned() },
            Step::Wait(_) => return None,
        })
    }
}
