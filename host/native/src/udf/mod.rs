//! User-defined functions: components that run beside the data, metered, bounded, and undone when they fail.
//!
//! [`Functions`] is all that the server sees. A call goes through these files, in this order:
//! `commands/` (what the client said) → `call` (limits, transaction) → `function` and `instance` (the wasm) →
//! `imports/` (what the function asks of the store) → `reply` or `failure` (what the client gets).
//! What a toolchain's runtime asks of WASI, `wasi/` answers. What waits for others runs elsewhere: `away/`.
//! A module becomes a function in `commands/load` → `worker` → `source`, `world`, `cache`.

mod added;
mod admission;
mod away;
mod backtrace;
mod bindings;
mod budget;
mod cache;
mod call;
mod commands;
mod durations;
mod engine;
mod entry;
mod failure;
mod fuel;
mod function;
mod glob;
mod grants;
mod guest;
mod hosts;
mod imports;
mod instance;
mod limits;
#[cfg(test)]
mod limits_table;
mod lines;
mod memory;
mod module_dir;
mod permissions;
mod policy;
mod rate;
mod reply;
mod running;
mod scope;
mod slots;
mod source;
mod suspension;
mod target;
#[cfg(test)]
mod testing;
mod ticker;
mod totals;
mod wasi;
mod words;
mod worker;
mod world;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use ferrite_resp::Args;
use tokio::sync::Semaphore;

use crate::config::{Config, Wasm};
use crate::server::Shard;
use crate::wasm::{Fact, HostCall};

use added::Added;
use away::Away;
use budget::Budget;
pub(crate) use cache::Cache;
use commands::{Invocation, Row, TABLE};
use failure::Failure;
pub(crate) use function::Function;
pub(crate) use module_dir::{Seen, follow};
pub(crate) use policy::NoAnswer;
use running::{MOST_LEVELS, Running};
use ticker::Ticker;
use totals::Totals;
use worker::{Worker, Workshop};

/// What became of a command for functions.
#[derive(Debug)]
pub enum Outcome {
    /// The encoded reply was written.
    Replied,
    /// The encoded reply comes later; the session waits for it, others go on.
    Later(tokio::sync::oneshot::Receiver<Vec<u8>>),
}

/// The functions of one shard.
#[derive(Debug)]
pub struct Functions {
    settings: Wasm,
    loaded: RefCell<BTreeMap<Box<[u8]>, Rc<Function>>>,
    /// The commands that they add.
    added: Added,
    /// What functions did that are loaded no more.
    unloaded: RefCell<Totals>,
    running: Running,
    /// Calls that run off the shard.
    away: Away,
    ticker: Arc<Ticker>,
    worker: Worker,
    max_depth: u32,
    most_idle: usize,
    /// The time of all functions together.
    budget: Budget,
    /// Calls over a budget that may run begin one behind the other.
    queue: Rc<Semaphore>,
}

/// Where compiled components are kept, those of functions and the store's own.
pub(crate) fn compile_cache(config: &Config) -> Cache {
    Cache::new(&config.server.dir, limits::CACHE_BYTES)
}

impl Functions {
    /// No functions yet.
    pub fn new(config: &Config) -> wasmtime::Result<Functions> {
        let settings = config.wasm.clone();
        let engine = engine::function_engine(settings.ceilings.max_memory, settings.limits.meter_fuel)?;
        let ticker = Arc::new(Ticker::start(&engine)?);
        let away = Away::new();
        let worker = Worker::start(Workshop {
            engine,
            door: away.door(),
            security: settings.security.clone(),
            ticker: Arc::clone(&ticker),
            module_dir: settings.module_dir.clone(),
            max_module_bytes: settings.ceilings.max_module_bytes,
            cache: compile_cache(config),
        })?;
        if settings.limits.max_call_depth > MOST_LEVELS {
            tracing::warn!("max_call_depth is {MOST_LEVELS}: a thread has no stack for more");
        }
        Ok(Functions {
            loaded: RefCell::default(),
            added: Added::default(),
            unloaded: RefCell::default(),
            running: Running::default(),
            away,
            ticker,
            worker,
            max_depth: settings.limits.max_call_depth.min(MOST_LEVELS),
            most_idle: settings.pool.max_instances as usize,
            budget: Budget::new(settings.budget.all_functions, settings.budget.window()),
            queue: Rc::new(Semaphore::new(1)),
            settings,
        })
    }

    /// The rows of the commands that `execute` answers.
    pub fn commands(&self) -> Vec<Fact> {
        TABLE.iter().map(|row| Fact::Command(row.learnt())).collect()
    }

    /// Executes a command that the engine handed out, and writes the reply.
    pub fn execute(&self, shard: &Rc<Shard>, call: &HostCall, argv: Args<'_>, out: &mut Vec<u8>) -> Outcome {
        if !self.settings.enabled {
            reply::encode_error(&"ERR wasm: functions are switched off here ([wasm] enabled = false)", out);
            return Outcome::Replied;
        }
        self.dispatch(Invocation { functions: self, shard, call, is_admitted: false, argv, out })
    }

    /// Executes a command whose function was found to be allowed to run now.
    fn execute_admitted(&self, shard: &Rc<Shard>, call: &HostCall, argv: Args<'_>, out: &mut Vec<u8>) -> Outcome {
        self.dispatch(Invocation { functions: self, shard, call, is_admitted: true, argv, out })
    }

    fn dispatch(&self, invocation: Invocation<'_>) -> Outcome {
        match Row::named(invocation.argument(0)) {
            Some(row) => (row.run)(invocation),
            None => self.execute_added(invocation),
        }
    }

    /// Executes a command that a function added.
    fn execute_added(&self, invocation: Invocation<'_>) -> Outcome {
        match self.added.find(invocation.argument(0)) {
            Some(command) => commands::added::run(invocation, &command),
            // It was there when the engine handed it out, or when MULTI queued it.
            None => {
                let gone = added::gone(invocation.argument(0));
                invocation.refuse(&gone)
            }
        }
    }

    /// Ends the running function; false when none runs.
    pub fn kill(&self) -> bool {
        self.running.kill()
    }

    /// Whether a function runs right now.
    pub fn is_running(&self) -> bool {
        self.running.depth() > 0
    }

    /// Fields for INFO.
    pub fn info(&self) -> Vec<(String, String)> {
        self.totals().fields().map(|(name, value)| (format!("wasm_{name}"), value.to_string())).collect()
    }

    /// To be told about once a second, with the seconds since: drops instances that nobody has used for long.
    pub fn grow_old(&self, secs: u64) {
        let pool = &self.settings.pool;
        for function in self.loaded.borrow().values() {
            function.grow_old(secs, pool.idle_timeout_secs, pool.min_instances as usize);
        }
    }

    /// Milliseconds, counted while functions are called: free to read, and it goes on in the middle of a call.
    #[inline]
    pub fn milliseconds(&self) -> u64 {
        self.ticker.ticks()
    }

    fn kill_requested(&self) -> bool {
        self.running.is_killed()
    }

    fn away(&self) -> &Away {
        &self.away
    }

    fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }

    fn running(&self) -> &Running {
        &self.running
    }

    fn settings(&self) -> &Wasm {
        &self.settings
    }

    fn worker(&self) -> &Worker {
        &self.worker
    }

    /// How many instances a function is to have ready.
    fn least_idle(&self) -> usize {
        (self.settings.pool.min_instances as usize).min(self.most_idle)
    }

    /// The commands that functions add.
    fn added(&self) -> &Added {
        &self.added
    }

    #[inline]
    fn find(&self, name: &[u8]) -> Option<Rc<Function>> {
        self.loaded.borrow().get(name).cloned()
    }

    /// All functions by name.
    pub(crate) fn all(&self) -> Vec<Rc<Function>> {
        self.loaded.borrow().values().cloned().collect()
    }

    /// Puts a function in the place of the one that has its name, if there is one, and its commands in the place of that
    /// one's.
    fn insert(&self, shard: &Shard, function: Function) -> Result<(), Failure> {
        let function = Rc::new(function);
        let name = function.description.name.as_bytes().into();
        let replaced = self.loaded.borrow_mut().insert(name, Rc::clone(&function));
        let learnt = self.tell(shard, self.added.swap(replaced.as_deref(), Some(&function)));
        self.keep_figures(replaced);
        learnt
    }

    /// Forgets a function and its commands; false when there is none.
    fn remove(&self, shard: &Shard, name: &[u8]) -> Result<bool, Failure> {
        let removed = self.loaded.borrow_mut().remove(name);
        let existed = removed.is_some();
        let learnt = self.tell(shard, self.added.swap(removed.as_deref(), None));
        self.keep_figures(removed);
        learnt.map(|()| existed)
    }

    fn tell(&self, shard: &Shard, facts: Vec<Fact>) -> Result<(), Failure> {
        if facts.is_empty() {
            return Ok(());
        }
        shard.store.borrow_mut().learn(facts).map_err(|error| call::store_trapped(&error))
    }

    fn keep_figures(&self, gone: Option<Rc<Function>>) {
        if let Some(gone) = gone {
            self.unloaded.borrow_mut().add_counters(&gone);
        }
    }

    /// Drops all idle instances of all functions.
    fn drop_idle(&self) {
        for function in self.loaded.borrow().values() {
            function.drop_idle(0);
        }
    }

    fn totals(&self) -> Totals {
        let mut totals = self.unloaded.borrow().clone();
        for function in self.loaded.borrow().values() {
            totals.add(function);
        }
        totals
    }
}
