//! One instance of the store component, and every call into it that servers and functions make.

use std::fmt;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use wasmtime::component::{Component, HasSelf, Instance, Linker, ResourceAny};
use wasmtime::{Engine, Store};

use super::bindings::{self, exports::ferrite::store::wire};
use super::{Clock, Event, Fact, Statistics, Turn, engines};
use crate::udf::Cache;
use bindings::exports::ferrite::store::transactions;
pub(crate) use transactions::{Access, Error as TransactionError};

/// The store component, compiled. Instances are made from it; it is cheap to clone and may be shared among threads.
#[derive(Clone)]
pub struct StoreModule {
    engine: Engine,
    component: Component,
}

impl StoreModule {
    /// Compiles the store component that is part of this program.
    pub fn compile() -> wasmtime::Result<StoreModule> {
        let engine = engines::store_engine()?;
        let component = Component::new(&engine, crate::STORE_COMPONENT)?;
        Ok(StoreModule { engine, component })
    }

    /// As `compile`, but takes the compiled code from the cache if it is there, and leaves it there if it is not.
    pub(crate) fn load(cache: &Cache) -> wasmtime::Result<StoreModule> {
        let engine = engines::store_engine()?;
        let digest: String = Sha256::digest(crate::STORE_COMPONENT).iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(component) = cache.load(&engine, &digest) {
            return Ok(StoreModule { engine, component });
        }
        let component = Component::new(&engine, crate::STORE_COMPONENT)?;
        cache.store(&engine, &digest, &component);
        Ok(StoreModule { engine, component })
    }
}

impl fmt::Debug for StoreModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreModule").finish_non_exhaustive()
    }
}

/// The store component trapped: its data cannot be trusted any more, and the server must not go on with it.
#[derive(Debug)]
pub struct StoreTrapped {
    cause: wasmtime::Error,
}

impl fmt::Display for StoreTrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store component trapped: {:?}", self.cause)
    }
}

impl std::error::Error for StoreTrapped {}

impl From<wasmtime::Error> for StoreTrapped {
    fn from(cause: wasmtime::Error) -> StoreTrapped {
        StoreTrapped { cause }
    }
}

/// One client's state inside the component. Hand it back with [`StoreInstance::close_session`].
#[derive(Debug)]
pub struct Session {
    id: u64,
    handle: ResourceAny,
}

impl Session {
    /// The number that CLIENT ID answers and that events name.
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// What the component imports: time and entropy, nothing else.
pub(crate) struct Environment {
    clock: Rc<Clock>,
    random: RandomNumbers,
}

impl bindings::ferrite::store::environment::Host for Environment {
    #[inline]
    fn now_us(&mut self) -> u64 {
        self.clock.now_us()
    }

    fn entropy(&mut self) -> u64 {
        self.random.next()
    }
}

/// Random numbers of the operating system, fetched a handful at a time.
struct RandomNumbers {
    buffer: [u64; 32],
    left: usize,
}

impl RandomNumbers {
    fn next(&mut self) -> u64 {
        if self.left == 0 {
            let bytes = crate::random::bytes::<256>();
            for (number, chunk) in self.buffer.iter_mut().zip(bytes.chunks_exact(8)) {
                *number = chunk.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
            }
            self.left = self.buffer.len();
        }
        self.left -= 1;
        self.buffer.get(self.left).copied().unwrap_or_default()
    }
}

/// A running store component. Every error of its methods means that it trapped, after which each further call fails.
pub struct StoreInstance {
    store: Store<Environment>,
    engine: bindings::Engine,
    instance: Instance,
}

impl fmt::Debug for StoreInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreInstance").finish_non_exhaustive()
    }
}

impl StoreInstance {
    /// An empty store that reads the time from `clock`.
    pub fn new(module: &StoreModule, clock: Rc<Clock>) -> Result<StoreInstance, StoreTrapped> {
        let mut linker = Linker::<Environment>::new(&module.engine);
        bindings::Engine::add_to_linker::<_, HasSelf<_>>(&mut linker, |environment| environment)?;
        let environment = Environment { clock, random: RandomNumbers { buffer: [0; 32], left: 0 } };
        let mut store = Store::new(&module.engine, environment);
        let instance = linker.instantiate(&mut store, &module.component)?;
        let engine = bindings::Engine::new(&mut store, &instance)?;
        Ok(StoreInstance { store, engine, instance })
    }

    /// Opens a session; both addresses are shown by CLIENT LIST and may be empty.
    pub fn open_session(&mut self, address: &str, local_address: &str) -> Result<Session, StoreTrapped> {
        let sessions = self.engine.ferrite_store_wire().session();
        let handle = sessions.call_constructor(&mut self.store, address, local_address)?;
        let id = sessions.call_id(&mut self.store, handle)?;
        Ok(Session { id, handle })
    }

    /// Ends a session. It must not be used any more.
    pub fn close_session(&mut self, session: &Session) -> Result<(), StoreTrapped> {
        Ok(session.handle.resource_drop(&mut self.store)?)
    }

    /// Runs the complete commands at the front of `input`.
    #[inline]
    pub fn exchange(&mut self, session: &Session, input: &[u8]) -> Result<Turn, StoreTrapped> {
        let sessions = self.engine.ferrite_store_wire().session();
        Ok(sessions.call_exchange(&mut self.store, session.handle, input)?.into())
    }

    /// Answers the command that a [`super::Next::Host`] turn handed out, then goes on with `input`.
    pub fn resume(&mut self, session: &Session, reply: &[u8], input: &[u8]) -> Result<Turn, StoreTrapped> {
        let sessions = self.engine.ferrite_store_wire().session();
        Ok(sessions.call_resume(&mut self.store, session.handle, reply, input)?.into())
    }

    /// Events since the last call, oldest first.
    pub fn take_events(&mut self) -> Result<Vec<Event>, StoreTrapped> {
        let events = self.engine.ferrite_store_wire().call_take_events(&mut self.store)?;
        Ok(events.into_iter().map(Event::from).collect())
    }

    /// Tells the engine what only the host knows.
    pub fn learn(&mut self, facts: impl IntoIterator<Item = Fact>) -> Result<(), StoreTrapped> {
        let facts: Vec<wire::Fact> = facts.into_iter().map(wire::Fact::from).collect();
        Ok(self.engine.ferrite_store_wire().call_learn(&mut self.store, &facts)?)
    }

    /// Chooses the database of typed calls; false when there is no such database.
    pub(crate) fn select(&mut self, database: u32) -> Result<bool, StoreTrapped> {
        Ok(self.engine.ferrite_store_transactions().call_select(&mut self.store, database)?)
    }

    /// Opens a transaction, inside of one that is open already if there is one.
    pub(crate) fn begin(&mut self, access: Access) -> Result<(), StoreTrapped> {
        Ok(self.engine.ferrite_store_transactions().call_begin(&mut self.store, access)?)
    }

    /// Ends the innermost transaction and keeps its writes.
    pub(crate) fn commit(&mut self) -> Result<Result<(), TransactionError>, StoreTrapped> {
        Ok(self.engine.ferrite_store_transactions().call_commit(&mut self.store)?)
    }

    /// Ends the innermost transaction and undoes its writes.
    pub(crate) fn roll_back(&mut self) -> Result<Result<(), TransactionError>, StoreTrapped> {
        Ok(self.engine.ferrite_store_transactions().call_roll_back(&mut self.store)?)
    }

    /// Expires keys for about `budget_us` microseconds; returns in how many it wants to be called again.
    pub fn tick(&mut self, budget_us: u32) -> Result<u64, StoreTrapped> {
        Ok(self.engine.ferrite_store_maintenance().call_tick(&mut self.store, budget_us)?)
    }

    /// The engine's figures.
    pub fn measure(&mut self) -> Result<Statistics, StoreTrapped> {
        Ok(self.engine.ferrite_store_maintenance().call_measure(&mut self.store)?.into())
    }

    /// The pieces that a function's imports need: the generated accessors for `strings`, `keys` and `commands`, and
    /// the instance for typed functions of other shapes.
    pub(crate) fn parts(&mut self) -> (&mut Store<Environment>, &bindings::Engine, &Instance) {
        (&mut self.store, &self.engine, &self.instance)
    }
}
