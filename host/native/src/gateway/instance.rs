//! The component, and what it imports: the shard's store, time and chance.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use wasmtime::component::{Component, HasSelf, InstancePre, Linker, ResourceAny};
use wasmtime::{Config, Engine, OptLevel, Store};

use super::bindings::Gateway;
use super::bindings::exports::ferrite::gateway::exchanges::{
    Action, Event, Mistake, PolicyAnswer, PolicyCall, RequestHead,
};
use super::bindings::ferrite::gateway::policies::{self, Failure};
use super::bindings::ferrite::gateway::verdicts::{self, Chunk, ChunkVerdict, Verdict};
use super::bindings::ferrite::store::commands::{self, Error};
use super::bindings::ferrite::store::environment;
use super::bindings::ferrite::store::types::{self, Limit, Node};
use super::bindings::wasi::config::store as config;
use super::check::Settings;
use super::policies as loaded;
use crate::random::RandomNumbers;
use crate::server::{self, Shard};
use crate::udf::Cache;
use crate::wasm;
use crate::wasm::types as store;

/// The component that serves all requests, made anew if it traps.
pub(super) struct Instance {
    shard: Rc<Shard>,
    settings: Settings,
    pre: InstancePre<State>,
    live: RefCell<Live>,
    /// How often it was made: exchanges of an older one are over.
    generation: Cell<u64>,
    /// Who is told when others have something for it, by its number.
    wakes: RefCell<HashMap<u64, Rc<Notify>>>,
}

struct Live {
    store: Store<State>,
    gateway: Gateway,
    /// How many it has made, which is the number of the last one.
    exchanges: u64,
}

/// What its imports need.
struct State {
    shard: Rc<Shard>,
    /// Whether a command was executed since what it did was delivered to others.
    has_used_store: Cell<bool>,
    random: RandomNumbers,
}

/// One exchange, as the component knows it.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    resource: ResourceAny,
    pub(super) number: u64,
    generation: u64,
}

/// The component trapped, or was made anew meanwhile: the request cannot be answered.
#[derive(Debug)]
pub(super) struct Lost;

impl Instance {
    /// Compiles it, or takes it from the cache, and configures it.
    pub(super) fn new(shard: &Rc<Shard>, settings: Settings, cache: &Cache) -> wasmtime::Result<Rc<Instance>> {
        let engine = engine()?;
        let digest: String =
            Sha256::digest(crate::GATEWAY_COMPONENT).iter().map(|byte| format!("{byte:02x}")).collect();
        let component = match cache.load(&engine, &digest) {
            Some(component) => component,
            None => {
                let component = Component::new(&engine, crate::GATEWAY_COMPONENT)?;
                cache.store(&engine, &digest, &component);
                component
            }
        };
        let mut linker = Linker::<State>::new(&engine);
        types::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        commands::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        environment::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        verdicts::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        policies::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        config::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
        // What belongs to its other export, `wasi:http/incoming-handler`, which nobody calls here.
        linker.define_unknown_imports_as_traps(&component)?;
        let pre = linker.instantiate_pre(&component)?;
        let live = RefCell::new(instantiate(&pre, shard, &settings)?);
        let shard = shard.clone();
        let wakes = RefCell::default();
        Ok(Rc::new(Instance { shard, settings, pre, live, generation: Cell::new(0), wakes }))
    }

    /// Begins to answer a request. `wake` is notified when another exchange has something for it.
    pub(super) fn begin(&self, head: &RequestHead, wake: &Rc<Notify>) -> Result<Handle, Lost> {
        let handle = self.call(|live, generation| {
            let exchanges = live.gateway.ferrite_gateway_exchanges().exchange();
            let resource = exchanges.call_constructor(&mut live.store, head)?;
            live.exchanges += 1;
            Ok(Handle { resource, number: live.exchanges, generation })
        })?;
        self.wakes.borrow_mut().insert(handle.number, wake.clone());
        Ok(handle)
    }

    /// Tells an exchange what happened; returns what to do now.
    pub(super) fn handle(&self, handle: Handle, event: &Event) -> Result<Vec<Action>, Lost> {
        self.of(handle, |live| {
            live.gateway.ferrite_gateway_exchanges().exchange().call_handle(&mut live.store, handle.resource, event)
        })
    }

    /// What to do now, without an event.
    pub(super) fn more(&self, handle: Handle) -> Result<Vec<Action>, Lost> {
        self.of(handle, |live| {
            live.gateway.ferrite_gateway_exchanges().exchange().call_more(&mut live.store, handle.resource)
        })
    }

    /// Ends an exchange, whole or not.
    pub(super) fn end(&self, handle: Handle) {
        self.wakes.borrow_mut().remove(&handle.number);
        // If it is lost, it has ended with its instance.
        let _ = self.of(handle, |live| handle.resource.resource_drop(&mut live.store));
    }

    /// Asks a policy: none runs while the component does.
    pub(super) fn ask_policy(&self, call: &PolicyCall) -> Result<PolicyAnswer, Failure> {
        loaded::ask(&self.shard, call)
    }

    /// Tells others that there is something for them.
    pub(super) fn wake(&self, numbers: &[u64]) {
        let wakes = self.wakes.borrow();
        for wake in numbers.iter().filter_map(|number| wakes.get(number)) {
            wake.notify_one();
        }
    }

    fn of<T>(&self, handle: Handle, call: impl FnOnce(&mut Live) -> wasmtime::Result<T>) -> Result<T, Lost> {
        if handle.generation != self.generation.get() {
            return Err(Lost);
        }
        self.call(|live, _| call(live))
    }

    fn call<T>(&self, call: impl FnOnce(&mut Live, u64) -> wasmtime::Result<T>) -> Result<T, Lost> {
        let mut live = self.live.borrow_mut();
        let result = call(&mut live, self.generation.get());
        let has_used_store = live.store.data().has_used_store.replace(false);
        if let Err(trap) = &result {
            tracing::error!("the gateway component trapped; requests in flight are lost, and it begins anew: {trap:?}");
            self.generation.set(self.generation.get() + 1);
            for wake in self.wakes.take().into_values() {
                wake.notify_one();
            }
            match instantiate(&self.pre, &self.shard, &self.settings) {
                Ok(anew) => *live = anew,
                Err(error) => tracing::error!("the gateway component cannot begin anew: {error:#}"),
            }
        }
        drop(live);
        if has_used_store {
            server::deliver(&self.shard);
        }
        result.map_err(|_| Lost)
    }
}

/// Our own code, like the store's: nothing is metered.
fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::Speed).concurrency_support(false);
    Engine::new(&config)
}

fn instantiate(pre: &InstancePre<State>, shard: &Rc<Shard>, settings: &Settings) -> wasmtime::Result<Live> {
    let mut store = Store::new(
        pre.engine(),
        State { shard: shard.clone(), has_used_store: Cell::new(false), random: RandomNumbers::default() },
    );
    let instance = pre.instantiate(&mut store)?;
    let gateway = Gateway::new(&mut store, &instance)?;
    let configured =
        gateway.ferrite_gateway_exchanges().call_configure(&mut store, &settings.text, &settings.variables)?;
    if let Err(mistakes) = configured {
        let mistakes: Vec<String> = mistakes.iter().map(line).collect();
        return Err(wasmtime::Error::msg(mistakes.join("\n")));
    }
    Ok(Live { store, gateway, exchanges: 0 })
}

fn line(mistake: &Mistake) -> String {
    match mistake.line {
        0 => mistake.text.clone(),
        line => format!("line {line}: {}", mistake.text),
    }
}

impl commands::Host for State {
    fn execute(&mut self, argv: Vec<Vec<u8>>) -> Result<Vec<Node>, Error> {
        self.has_used_store.set(true);
        let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
        match self.shard.store.borrow_mut().execute(&argv) {
            Ok(Ok(nodes)) => Ok(nodes.into_iter().map(node).collect()),
            Ok(Err(error)) => Err(match error {
                store::commands::Error::Command(line) => Error::Command(line),
                store::commands::Error::NotPermitted(reason) => Error::NotPermitted(reason),
                store::commands::Error::LimitExceeded(limit) => {
                    Error::LimitExceeded(Limit { name: limit.name, allowed: limit.allowed, requested: limit.requested })
                }
            }),
            Err(trap) => {
                self.shard.store_trapped(wasm::StoreTrapped::from(trap));
                Err(Error::Command("UNAVAILABLE the store component trapped".to_owned()))
            }
        }
    }
}

fn node(node: store::Node) -> Node {
    match node {
        store::Node::Null => Node::Null,
        store::Node::Boolean(yes) => Node::Boolean(yes),
        store::Node::Integer(number) => Node::Integer(number),
        store::Node::Double(number) => Node::Double(number),
        store::Node::Bytes(bytes) => Node::Bytes(bytes),
        store::Node::Status(text) => Node::Status(text),
        store::Node::Failure(text) => Node::Failure(text),
        store::Node::Array(count) => Node::Array(count),
        store::Node::Set(count) => Node::Set(count),
        store::Node::Map(count) => Node::Map(count),
    }
}

impl environment::Host for State {
    fn now_us(&mut self) -> u64 {
        self.shard.clock.now_us()
    }

    fn entropy(&mut self) -> u64 {
        self.random.next()
    }
}

impl types::Host for State {}

impl verdicts::Host for State {}

/// Policies are asked by actions here; these are for the other export.
impl policies::Host for State {
    fn on_request(&mut self, _: String, _: String) -> Result<Verdict, Failure> {
        Err(Failure::Missing)
    }

    fn on_response(&mut self, _: String, _: String) -> Result<Verdict, Failure> {
        Err(Failure::Missing)
    }

    fn on_chunk(&mut self, _: String, _: Chunk) -> Result<ChunkVerdict, Failure> {
        Err(Failure::Missing)
    }
}

/// As above.
impl config::Host for State {
    fn get(&mut self, _: String) -> Result<Option<String>, config::Error> {
        Ok(None)
    }

    fn get_all(&mut self) -> Result<Vec<(String, String)>, config::Error> {
        Ok(Vec::new())
    }
}
