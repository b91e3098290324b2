//! Calls of functions off the shard as the shard sees them: accepted, watched, counted, answered.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Instant;

use ferrite_resp::Args;
use tokio::sync::{mpsc, oneshot};
use wasmtime::component::{ComponentNamedList, Lower};

use super::instance::Ended;
use super::loan::{Door, Errands, door};
use super::thread::{self, Job};
use crate::limits::TURN_TIME;
use crate::server::{Shard, deliver};
use crate::udf::failure::Failure;
use crate::udf::function::Function;
use crate::udf::guest::Call;
use crate::udf::imports::Context;
use crate::udf::limits::{AWAY_CALLS, AWAY_QUEUE};
use crate::udf::permissions::Permissions;
use crate::udf::reply::{Reply, encode_error};
use crate::udf::scope::Scope;
use crate::udf::ticker::{Caller, Ticker};
use crate::udf::{Functions, Outcome};
use crate::wasm::StoreTrapped;

/// Whose call it is, and what ends it.
type UnderWay = (Arc<str>, oneshot::Sender<()>);

/// What the shard keeps for calls that run elsewhere.
#[derive(Debug)]
pub(crate) struct Away {
    door: Door,
    errands: RefCell<Option<Errands>>,
    jobs: OnceCell<mpsc::UnboundedSender<Job>>,
    /// The calls under way: whose they are, and what ends them.
    calls: RefCell<BTreeMap<u64, UnderWay>>,
    count: Cell<u64>,
}

/// How a call is to be answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) database: u32,
    pub(crate) protocol_version: u8,
}

impl Away {
    /// Nothing runs, and no thread is started until something does.
    pub(crate) fn new() -> Away {
        let (door, errands) = door();
        Away {
            door,
            errands: RefCell::new(Some(errands)),
            jobs: OnceCell::new(),
            calls: RefCell::default(),
            count: Cell::default(),
        }
    }

    /// The way from other threads to the shard's.
    pub(crate) fn door(&self) -> Door {
        self.door.clone()
    }

    /// Ends the calls of a function that run off the shard; how many there were.
    pub(crate) fn kill(&self, name: &[u8]) -> usize {
        let mut calls = self.calls.borrow_mut();
        let ids: Vec<u64> = calls.iter().filter(|(_, (own, _))| own.as_bytes() == name).map(|(id, _)| *id).collect();
        for id in &ids {
            // A call that just ended hears nothing any more.
            calls.remove(id).map(|(_, kill)| kill.send(()).ok());
        }
        ids.len()
    }

    /// How many calls run or wait.
    pub(crate) fn count(&self) -> usize {
        self.calls.borrow().len()
    }

    fn jobs(&self, shard: &Rc<Shard>, ticker: &Arc<Ticker>) -> std::io::Result<&mpsc::UnboundedSender<Job>> {
        if let Some(jobs) = self.jobs.get() {
            return Ok(jobs);
        }
        let jobs = thread::start(Arc::clone(ticker))?;
        if let Some(errands) = self.errands.take() {
            tokio::task::spawn_local(run_errands(Rc::downgrade(shard), errands));
        }
        Ok(self.jobs.get_or_init(|| jobs))
    }
}

/// Does what functions off the shard ask for, one behind the other, and lets clients have their turn in between.
async fn run_errands(shard: Weak<Shard>, mut errands: Errands) {
    let mut since = Instant::now();
    while let Some(loan) = errands.next().await {
        let Some(shard) = shard.upgrade() else { return };
        if shard.has_failed() {
            return;
        }
        loan.run(&shard);
        if since.elapsed() > TURN_TIME {
            tokio::task::yield_now().await;
            since = Instant::now();
        }
    }
}

impl Functions {
    /// Hands a call to the other thread; the reply comes later. Inside of EXEC nothing waits, so that it is refused there.
    pub(crate) fn call_away(
        &self,
        shard: &Rc<Shard>,
        function: &Rc<Function>,
        session: Session,
        allowed: Permissions,
        (keys, args): (Args<'_>, Args<'_>),
    ) -> Result<Outcome, String> {
        let name = &function.description.name;
        // Its time is not the shard's, so that the shard's budgets do not hold it back.
        self.admit_nested(function).map_err(|refused| {
            function.counters.count_refusal();
            refused.to_string()
        })?;
        if self.away().count() >= AWAY_CALLS + AWAY_QUEUE {
            return Err(format!(
                "ERR wasm: {AWAY_CALLS} calls of functions off the shard run already and {AWAY_QUEUE} wait, try again later"
            ));
        }
        let Some(reach) = function.reach() else { return Err(format!("ERR wasm: '{name}' runs on the shard")) };
        let limits = function.description.limits;
        let declared = || keys.iter().map(Box::from).collect();
        let permissions = function.description.permissions.intersection(allowed);
        let call = Call {
            scope: Scope::of(name, &function.description.grants, None, declared),
            database: Some(session.database),
            ..Call::new(permissions, limits)
        };
        let (kill, killed) = oneshot::channel();
        let (done, ended) = oneshot::channel();
        let job = Job {
            name: Arc::clone(name),
            lines: function.lines.clone(),
            template: function.template().clone(),
            reach: reach.clone(),
            call,
            memory_bytes: limits.memory_bytes,
            keys: keys.to_vecs(),
            args: args.to_vecs(),
            kill: killed,
            done,
        };
        let gone = || "ERR wasm: the thread for functions off the shard is gone".to_owned();
        let jobs = self.away().jobs(shard, self.ticker()).map_err(|error| format!("{}: {error}", gone()))?;
        self.occupy(function).map_err(|refused| {
            function.counters.count_refusal();
            refused.to_string()
        })?;
        if jobs.send(job).is_err() {
            function.admission.slots.free();
            return Err(gone());
        }
        let id = self.away().count.get() + 1;
        self.away().count.set(id);
        self.away().calls.borrow_mut().insert(id, (Arc::clone(name), kill));

        let (mut answer, later) = oneshot::channel();
        let began = Instant::now();
        let (shard, function) = (Rc::clone(shard), Rc::clone(function));
        tokio::task::spawn_local(async move {
            let mut ended = std::pin::pin!(ended);
            let ended = tokio::select! {
                ended = &mut ended => ended,
                // Nobody waits for the reply any more: the call ends, and is counted.
                () = answer.closed() => {
                    shard.functions.away().calls.borrow_mut().remove(&id).map(|(_, kill)| kill.send(()).ok());
                    ended.await
                }
            };
            let functions = &shard.functions;
            functions.away().calls.borrow_mut().remove(&id);
            function.admission.slots.free();
            let Ended { result, used } = ended.unwrap_or_else(|_| Ended::failed(Failure::Killed));
            let result = result
                .and_then(|nodes| Reply::try_from(nodes).map_err(Failure::Reply))
                .and_then(|reply| reply.at_most(limits.reply_bytes));
            let now = Instant::now();
            function.counters.count(used, now.saturating_duration_since(began), result.as_ref().err());
            match &result {
                Ok(_) => function.admission.suspension.went_well(),
                Err(failure) => functions.failed(&function, failure, now),
            }
            let mut bytes = Vec::new();
            match result {
                Ok(reply) => reply.encode(session.protocol_version, &mut bytes),
                Err(failure) => encode_error(&failure, &mut bytes),
            }
            drop(answer.send(bytes));
        });
        Ok(Outcome::Later(later))
    }

    /// Does one store call of a function off the shard, as a transaction of its own. No function runs meanwhile: this is
    /// called by a task, and tasks run between calls.
    fn errand<P, R: ComponentNamedList + Lower>(
        &self,
        shard: &Rc<Shard>,
        mut context: Context<'_>,
        params: P,
        call: impl FnOnce(Context<'_>, P) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<R> {
        let guest = context.data_mut();
        let database = guest.call.database.unwrap_or_default();
        self.running().select(&mut shard.store.borrow_mut(), database).map_err(trapped)?;
        shard.clock.freeze();
        self.ticker().enter(Caller::Shard);
        self.running().begin(guest.call.permissions.contains(Permissions::WRITE));
        guest.shard.set(Some(Rc::clone(shard)));
        let result = call(wasmtime::AsContextMut::as_context_mut(&mut context), params);
        context.data_mut().shard.set(None);
        let ended = if self.running().has_transaction() {
            self.running().finish(&mut shard.store.borrow_mut(), result.is_ok())
        } else {
            self.running().leave();
            Ok(None)
        };
        self.ticker().leave(Caller::Shard);
        shard.clock.unfreeze();
        deliver(shard);
        match ended {
            Ok(None) => result,
            Ok(Some(failure)) => result.and(Err(wasmtime::Error::msg(failure.to_string()))),
            Err(error) => {
                self.running().leave();
                Err(trapped(error))
            }
        }
    }
}

fn trapped(error: StoreTrapped) -> wasmtime::Error {
    tracing::error!("{error}");
    wasmtime::Error::msg("the store failed")
}

impl Door {
    /// Runs a host function of the store for a function off the shard: on the shard's thread while the function waits.
    pub(crate) async fn lend<P: Send, R: ComponentNamedList + Lower + Send>(
        &self,
        context: Context<'_>,
        params: P,
        call: impl FnOnce(Context<'_>, P) -> wasmtime::Result<R> + Send,
    ) -> wasmtime::Result<R> {
        if context.data().call.database.is_none() {
            // An instance that is being made; the host function says that it may not.
            return call(context, params);
        }
        let done = self.on_shard(move |shard| shard.functions.errand(shard, context, params, call)).await;
        done.unwrap_or_else(|_| Err(wasmtime::Error::new(crate::udf::failure::Stop::Killed)))
    }
}
