//! Running a function: limits set, time held still, writes kept or undone.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Functions;
use super::entry::Request;
use super::failure::Failure;
use super::function::{Function, Used};
use super::guest::{Call, Deadline};
use super::instance::{Instance, NoInstance};
use super::limits::BUSY_AFTER_MS;
use super::permissions::Permissions;
use super::reply::Reply;
use super::scope::Scope;
use super::ticker::Caller;
use crate::server::Shard;
use crate::wasm::StoreTrapped;

/// What a function that calls another hands on: the inner one gets no more than is left of it.
#[derive(Debug, Clone)]
pub(crate) struct Outer {
    pub(crate) permissions: Permissions,
    pub(crate) scope: Option<Arc<Scope>>,
    pub(crate) fuel: u64,
    pub(crate) deadline: Deadline,
}

impl Functions {
    /// Runs a function for a client.
    pub(crate) fn call(
        &self,
        shard: &Rc<Shard>,
        function: &Function,
        database: u32,
        allowed: Permissions,
        request: Request<'_>,
    ) -> Result<Reply, Failure> {
        if let Err(error) = self.running.select(&mut shard.store.borrow_mut(), database) {
            return Err(store_trapped(&error));
        }
        shard.clock.freeze();
        self.ticker.enter(Caller::Shard);
        let permissions = function.description.permissions.intersection(allowed);
        let (result, _) = self.run_request(shard, function, permissions, None, request);
        self.ticker.leave(Caller::Shard);
        shard.clock.unfreeze();
        result
    }

    /// Runs a function for another one, which is running. Also says how much fuel it used.
    pub(crate) fn call_nested(
        &self,
        shard: &Rc<Shard>,
        function: &Function,
        outer: Outer,
        request: Request<'_>,
    ) -> (Result<Reply, Failure>, u64) {
        if self.running.depth() >= self.max_depth {
            return (Err(Failure::Depth(self.max_depth)), 0);
        }
        if let Err(refused) = self.admit_nested(function) {
            return (Err(refused), 0);
        }
        let permissions = function.description.permissions.intersection(outer.permissions);
        self.run_request(shard, function, permissions, Some(outer), request)
    }

    #[inline]
    fn run_request(
        &self,
        shard: &Rc<Shard>,
        function: &Function,
        permissions: Permissions,
        outer: Option<Outer>,
        request: Request<'_>,
    ) -> (Result<Reply, Failure>, u64) {
        let keys = || request.keys().map(Box::from).collect();
        self.run(shard, function, permissions, outer, keys, |instance, call| {
            instance
                .call(call, Some(Rc::clone(shard)), request)
                .and_then(|nodes| Reply::try_from(nodes).map_err(Failure::Reply))
                .and_then(|reply| reply.at_most(function.description.limits.reply_bytes))
        })
    }

    /// Runs `work` in an instance of the function, and keeps or undoes what it writes. Also says how much fuel it used.
    #[inline]
    pub(crate) fn run<T>(
        &self,
        shard: &Rc<Shard>,
        function: &Function,
        permissions: Permissions,
        outer: Option<Outer>,
        keys: impl FnOnce() -> Vec<Box<[u8]>>,
        work: impl FnOnce(&mut Instance, Call) -> Result<T, Failure>,
    ) -> (Result<T, Failure>, u64) {
        let began = Instant::now();
        if let Err(refused) = self.occupy(function) {
            function.counters.count_refusal();
            return (Err(refused), 0);
        }
        self.running.begin(permissions.contains(Permissions::WRITE));
        let limits = function.description.limits;
        let outer_scope = outer.as_ref().and_then(|outer| outer.scope.clone());
        let call = Call {
            scope: Scope::of(&function.description.name, &function.description.grants, outer_scope, keys),
            fuel: outer.as_ref().map_or(limits.fuel, |outer| limits.fuel.min(outer.fuel)),
            outer_deadline: outer.as_ref().map(|outer| outer.deadline),
            ..Call::new(permissions, limits)
        };
        let (result, used) = match self.instance(function) {
            Err(failure) => (Err(failure), Used::default()),
            Ok(mut instance) => {
                let result = work(&mut instance, call);
                let used = Used {
                    fuel: instance.fuel_used(),
                    memory: instance.memory_used(),
                    store_calls: instance.store_calls(),
                };
                if result.as_ref().err().is_none_or(Failure::spares_instance) {
                    function.give_back(instance, self.most_idle);
                }
                (result, used)
            }
        };
        function.admission.slots.free();
        let result = self.finish(shard, result);
        let now = Instant::now();
        let took = now.saturating_duration_since(began);
        function.counters.count(used, took, result.as_ref().err());
        match &result {
            Ok(_) => function.admission.suspension.went_well(),
            Err(failure) => self.failed(function, failure, now),
        }
        if outer.is_none() {
            self.spend(function, now, took);
        }
        (result, used.fuel)
    }

    /// Notes why a call came to nothing, and suspends the function if that goes on.
    #[cold]
    pub(crate) fn failed(&self, function: &Function, failure: &Failure, now: Instant) {
        let (name, suspension) = (&function.description.name, &function.admission.suspension);
        if !failure.is_trap() {
            return suspension.went_well();
        }
        if let Some(pause) = suspension.trapped(failure, self.settings().limits.suspend_after, now) {
            let line = format!("suspended for {} s: {} calls in a row failed", pause.as_secs(), suspension.cause().0);
            tracing::warn!(function = %name, "{line}, the last with '{failure}'");
            function.lines.push("warn", line);
        }
    }

    /// Keeps or undoes what the level wrote.
    #[inline]
    fn finish<T>(&self, shard: &Rc<Shard>, result: Result<T, Failure>) -> Result<T, Failure> {
        if !self.running.has_transaction() {
            self.running.leave();
            return result;
        }
        match self.running.finish(&mut shard.store.borrow_mut(), result.is_ok()) {
            Ok(None) => result,
            // The first reason is the one that counts.
            Ok(Some(failure)) => result.and(Err(failure)),
            Err(error) => {
                self.running.leave();
                Err(store_trapped(&error))
            }
        }
    }

    /// An instance of the function; when all slots are taken, idle instances of others make room.
    #[inline]
    fn instance(&self, function: &Function) -> Result<Instance, Failure> {
        match function.take_instance() {
            Ok(instance) => return Ok(instance),
            Err(NoInstance::Full) => self.drop_idle(),
            Err(reason) => return Err(reason.into()),
        }
        tracing::warn!("all slots for instances were taken: idle instances were dropped");
        function.take_instance().map_err(Failure::from)
    }
}

impl From<NoInstance> for Failure {
    fn from(reason: NoInstance) -> Failure {
        match reason {
            NoInstance::Full => Failure::Instances,
            NoInstance::Type(reason) => Failure::Trap(reason),
            NoInstance::Failed(failure) => failure,
        }
    }
}

impl Call {
    /// What is left for a function that this one calls.
    pub(crate) fn outer(&mut self, fuel: u64) -> Outer {
        let deadline = self.deadline(Instant::now(), Duration::from_millis(BUSY_AFTER_MS));
        Outer { permissions: self.permissions, scope: self.scope.clone(), fuel, deadline }
    }
}

/// The next exchange fails in the same way and ends the server; until then this is what the client is told.
pub(crate) fn store_trapped(error: &StoreTrapped) -> Failure {
    tracing::error!("{error}");
    Failure::Trap("the store failed".to_owned())
}
