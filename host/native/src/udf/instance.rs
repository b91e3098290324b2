//! An instance of a function: one wasmtime store that holds nothing but it.

use std::rc::Rc;
use std::sync::Arc;

use wasmtime::component::{self, InstancePre, TypedFunc};
use wasmtime::{PoolConcurrencyLimitError, Store};

use super::away::Reach;
use super::backtrace;
use super::bindings::{CallParams, CallResult, DescribeResult, Description, ExecuteParams, Node};
use super::entry::{Callable, Entries, Packed, Request, packed, typed, values};
use super::failure::{Circumstances, Failure};
use super::fuel;
use super::guest::{Call, Guest};
use super::limits::{BUSY_AFTER_MS, CROSSING_BYTES, Limits};
use super::lines::Lines;
use super::permissions::Permissions;
use super::words::Words;
use crate::gateway::bindings::exports::ferrite::gateway::exchanges::{Hook, PolicyAnswer};
use crate::server::Shard;

/// Ready to be called. After a trap it must be dropped: wasmtime refuses to enter it again.
pub(crate) struct Instance {
    store: Store<Guest>,
    instance: component::Instance,
    /// What calls by the function's name run.
    plain: Option<Callable>,
    /// The same for words in one piece.
    packed: Option<Packed>,
    /// What its commands run.
    execute: Option<TypedFunc<ExecuteParams<'static>, CallResult>>,
    entries: Arc<Entries>,
}

/// What is needed to make instances of a function.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) pre: InstancePre<Guest>,
    pub(crate) entries: Arc<Entries>,
    /// What it can reach outside, for which it runs off the shard.
    pub(crate) away: Option<Reach>,
}

/// Why there is no instance.
#[derive(Debug)]
pub(crate) enum NoInstance {
    /// All slots of the pooling allocator are taken.
    Full,
    /// An export has another type than its world says.
    Type(String),
    /// Initialisation failed as a call would.
    Failed(Failure),
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance").field("guest", self.store.data()).finish_non_exhaustive()
    }
}

impl Instance {
    /// Makes an instance and runs its initialisation, which gets the limits of a call and no access to the data.
    pub(crate) fn new(
        template: &Template,
        name: &Arc<str>,
        lines: &Lines,
        limits: Limits,
    ) -> Result<Instance, NoInstance> {
        let guest = Guest::new(Arc::clone(name), lines.clone(), limits.memory_bytes);
        let mut store = Store::new(template.pre.engine(), guest);
        store.limiter(|guest| &mut guest.memory);
        store.set_hostcall_fuel(CROSSING_BYTES);
        store.epoch_deadline_callback(|mut context| context.data_mut().tick());
        store.set_epoch_deadline(BUSY_AFTER_MS);
        fuel::fill(&mut store, limits.fuel).map_err(|error| failed(&mut store, &error))?;
        store.data_mut().call = Call::new(Permissions::NONE, limits);
        let instance = match template.pre.instantiate(&mut store) {
            Ok(instance) => instance,
            Err(error) => return Err(failed(&mut store, &error)),
        };
        let entries = Arc::clone(&template.entries);
        let mut function =
            |index| instance.get_func(&mut store, index).ok_or_else(|| NoInstance::Type("no function".to_owned()));
        let found = entries.plain.map(|plain| Ok((plain, function(plain.index().0)?))).transpose()?;
        let packed = entries.packed.map(&mut function).transpose()?;
        let execute = entries.commands.as_ref().map(|commands| function(commands.execute)).transpose()?;
        let wrong = |name| move |error: wasmtime::Error| NoInstance::Type(format!("`{name}`: {error:#}"));
        let plain = found.map(|(plain, function)| plain.typed(function, &store).map_err(wrong(plain.index().1)));
        let packed = packed.map(|function| function.typed(&store).map_err(wrong("call-packed")));
        let execute = execute.map(|function| function.typed(&store).map_err(wrong("execute")));
        let (plain, packed, execute) = (plain.transpose()?, packed.transpose()?, execute.transpose()?);
        Ok(Instance { plain, packed, execute, store, instance, entries })
    }

    /// The commands that the component describes, if it is one that does. It has the limits of a call and no data.
    pub(crate) fn describe(&mut self, limits: Limits) -> Result<Option<Vec<Description>>, Failure> {
        let Some(index) = self.entries.commands.as_ref().map(|commands| commands.describe) else { return Ok(None) };
        let store = &mut self.store;
        store.set_epoch_deadline(BUSY_AFTER_MS);
        store.data_mut().call = Call::new(Permissions::NONE, limits);
        let described = fuel::fill(store, limits.fuel).and_then(|()| {
            let function = self.instance.get_func(&mut *store, index);
            let function = function.ok_or_else(|| wasmtime::Error::msg("`describe` is no function"))?;
            function.typed::<(), DescribeResult>(&*store)?.call(&mut *store, ())
        });
        described.map(|(list,)| Some(list)).map_err(|error| explained(store, &error))
    }

    /// Calls the function. Whether the instance may be used again, the failure says.
    #[inline]
    pub(crate) fn call(
        &mut self,
        call: Call,
        shard: Option<Rc<Shard>>,
        request: Request<'_>,
    ) -> Result<Vec<Node>, Failure> {
        self.within(call, shard, |instance| instance.enter(request))
    }

    /// Asks a policy, as `call` calls a function.
    pub(crate) fn ask(
        &mut self,
        call: Call,
        shard: Option<Rc<Shard>>,
        hook: &Hook,
        limits: Limits,
    ) -> Result<PolicyAnswer, Failure> {
        self.within(call, shard, |Instance { store, instance, entries, .. }| {
            let policy = entries.policy.as_ref().ok_or_else(|| wasmtime::Error::msg("it is no policy"))?;
            policy.ask(store, instance, hook, limits)
        })
    }

    /// Runs the component within the limits of a call.
    #[inline]
    fn within<T>(
        &mut self,
        call: Call,
        shard: Option<Rc<Shard>>,
        enter: impl FnOnce(&mut Instance) -> wasmtime::Result<Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.store.set_epoch_deadline(BUSY_AFTER_MS);
        let fueled = fuel::fill(&mut self.store, call.fuel);
        let guest = self.store.data_mut();
        guest.call = call;
        guest.shard.set(shard);
        // What an earlier call was refused, and coped with, says nothing about this one.
        guest.memory.take_refused();
        let called = fueled.and_then(|()| enter(self));
        let guest = self.store.data_mut();
        guest.flush_output();
        guest.shard.set(None);
        called.unwrap_or_else(|error| Err(explained(&mut self.store, &error)))
    }

    #[inline]
    fn enter(&mut self, request: Request<'_>) -> wasmtime::Result<Result<Vec<Node>, Failure>> {
        let store = &mut self.store;
        let (returned,) = match (request, self.plain) {
            (Request::Call { keys, args }, Some(Callable::Call(function))) => {
                if let Some(packed) = self.packed
                    && !(keys.is_empty() && args.is_empty())
                {
                    let (returned,) = packed::call(store, packed, keys, args)?;
                    return Ok(returned.map_err(Failure::Returned));
                }
                let function: TypedFunc<CallParams<'_>, CallResult> = function;
                function.call(store, (Words(keys), Words(args)))?
            }
            (Request::Call { keys, args }, Some(Callable::WithValues(function))) => {
                return values::call(store, function, keys, args);
            }
            (Request::Typed { function, args, .. }, _) => return typed::call(store, &self.instance, function, args),
            (Request::Command { argv, .. }, _) => {
                let function = self.execute.ok_or_else(|| wasmtime::Error::msg("it has no commands"))?;
                let function: TypedFunc<ExecuteParams<'_>, CallResult> = function;
                function.call(store, (Words(argv),))?
            }
            (Request::Call { .. }, None) => return Err(wasmtime::Error::msg("it has no `call`")),
        };
        Ok(returned.map_err(Failure::Returned))
    }

    /// What the last call burnt of its fuel.
    pub(crate) fn fuel_used(&self) -> u64 {
        let had = self.store.data().call.fuel;
        if had == fuel::UNMETERED { 0 } else { had.saturating_sub(self.store.get_fuel().unwrap_or_default()) }
    }

    /// How often the last call called the store.
    pub(crate) fn store_calls(&self) -> u64 {
        self.store.data().call.store_calls
    }

    /// Bytes that the instance holds.
    pub(crate) fn memory_used(&self) -> u64 {
        self.store.data().memory.used()
    }
}

/// Takes fuel from the function for work that the host does for its call.
pub(crate) fn spend(store: &mut Store<Guest>, amount: u64) -> Result<(), Failure> {
    fuel::take(store, amount).map_err(|error| explained(store, &error))
}

pub(crate) fn explained(store: &mut Store<Guest>, error: &wasmtime::Error) -> Failure {
    let guest = store.data_mut();
    guest.flush_output();
    tracing::debug!(function = %guest.name, "the call ended with an error: {error:?}");
    let failure = Failure::from_error(
        error,
        Circumstances {
            fuel: guest.call.fuel,
            memory_limit: guest.memory.limit(),
            memory_refused: guest.memory.take_refused(),
            panic: guest.call.panic.take(),
            last_words: guest.call.output.as_ref().and_then(|output| output.last_words()),
        },
    );
    let Some(place) = backtrace::describe(error) else {
        guest.lines.push("failed", failure.to_string());
        return failure;
    };
    guest.lines.push("failed", format!("{failure} (in {place})"));
    match failure {
        Failure::Panic(message) => Failure::Panic(format!("{message} (in {place})")),
        Failure::Trap(reason) => Failure::Trap(format!("{reason} (in {place})")),
        other => other,
    }
}

fn failed(store: &mut Store<Guest>, error: &wasmtime::Error) -> NoInstance {
    if error.is::<PoolConcurrencyLimitError>() { NoInstance::Full } else { NoInstance::Failed(explained(store, error)) }
}

#[cfg(test)]
mod tests {
    use ferrite_resp::Args;

    use super::*;
    use crate::udf::testing::{LIMITS, Workbench, function, with_log};

    fn call(text: &str, limits: Limits) -> Result<Vec<Node>, Failure> {
        let bench = Workbench::new();
        let prepared = bench.prepare(text, limits).expect("a valid function");
        let _running = bench.running();
        let mut instance = Instance::new(&prepared.template, &Arc::from("f"), &Lines::default(), limits)
            .expect("it can be instantiated");
        instance.call(call_within(limits), None, none())
    }

    /// Neither keys nor arguments.
    fn none() -> Request<'static> {
        Request::Call { keys: Args::from(&[][..]), args: Args::from(&[][..]) }
    }

    fn call_within(limits: Limits) -> Call {
        Call::new(Permissions::NONE, limits)
    }

    fn failure(body: &str, limits: Limits) -> String {
        call(&function(body), limits).expect_err("it cannot succeed").to_string()
    }

    const SEVEN: &str = "(i64.store (i32.const 40) (i64.const 7)) (i32.store8 (i32.const 32) (i32.const 2))
        (i32.store (i32.const 20) (i32.const 32)) (i32.store (i32.const 24) (i32.const 1)) (i32.const 16)";

    #[test]
    fn a_function_answers_and_its_fuel_is_counted() {
        let bench = Workbench::new();
        let prepared = bench.prepare(&function(SEVEN), LIMITS).expect("a valid function");
        let mut instance = Instance::new(&prepared.template, &Arc::from("f"), &Lines::default(), LIMITS)
            .expect("it can be instantiated");
        for _ in 0..3 {
            let keys: [&[u8]; 1] = [b"key"];
            let request = Request::Call { keys: Args::from(&keys[..]), args: Args::from(&[][..]) };
            let nodes = instance.call(call_within(LIMITS), None, request).expect("it answers");
            assert!(matches!(nodes.as_slice(), [Node::Integer(7)]), "{nodes:?}");
            let used = instance.fuel_used();
            assert!((10..1000).contains(&used), "{used}");
        }
        assert_eq!(instance.memory_used(), 65_536);
    }

    #[test]
    fn an_endless_loop_ends_with_its_fuel_or_its_time() {
        let endless = "(loop (br 0)) (unreachable)";
        assert_eq!(failure(endless, LIMITS), "ERR wasm: fuel exhausted after 1000000");
        let patient = Limits { fuel: u64::MAX / 2, timeout_ms: 30, ..LIMITS };
        let began = std::time::Instant::now();
        assert_eq!(failure(endless, patient), "ERR wasm: deadline of 30 ms exceeded");
        assert!(began.elapsed().as_secs() < 20);
    }

    #[test]
    fn a_huge_copy_costs_what_it_moves() {
        let copy = "(drop (memory.grow (i32.const 999)))
            (memory.copy (i32.const 0) (i32.const 8) (i32.const 60000000)) (unreachable)";
        assert_eq!(failure(copy, LIMITS), "ERR wasm: fuel exhausted after 1000000");
        let fill = "(drop (memory.grow (i32.const 999)))
            (memory.fill (i32.const 0) (i32.const 8) (i32.const 60000000)) (unreachable)";
        assert_eq!(failure(fill, LIMITS), "ERR wasm: fuel exhausted after 1000000");
    }

    #[test]
    fn recursion_ends_with_the_stack() {
        let deep = "(call $call (local.get 0) (local.get 1) (local.get 2) (local.get 3))";
        let limits = Limits { fuel: 1_000_000_000, ..LIMITS };
        assert_eq!(failure(deep, limits), "ERR wasm: trap: call stack exhausted");
    }

    #[test]
    fn a_refused_growth_is_an_answer_to_cope_with_or_the_reason_of_the_trap() {
        let coping =
            format!("(if (i32.ne (memory.grow (i32.const 5000)) (i32.const -1)) (then (unreachable))) {SEVEN}");
        assert!(call(&function(&coping), LIMITS).is_ok());
        let aborting = "(if (i32.eq (memory.grow (i32.const 5000)) (i32.const -1)) (then (unreachable))) (i32.const 0)";
        assert_eq!(
            failure(aborting, LIMITS),
            "ERR wasm: memory limit of 67108864 bytes exceeded (asked for 327745536)"
        );
    }

    #[test]
    fn a_reply_that_names_the_same_bytes_again_and_again_is_stopped() {
        // A list of 60,000 nodes, each of which is the whole memory.
        let body = "(drop (memory.grow (i32.const 20)))
            (local.set $i (i32.const 0))
            (loop $more
                (i32.store8 (i32.add (i32.const 2048) (i32.mul (local.get $i) (i32.const 16))) (i32.const 4))
                (i32.store offset=8 (i32.add (i32.const 2048) (i32.mul (local.get $i) (i32.const 16))) (i32.const 0))
                (i32.store offset=12
                    (i32.add (i32.const 2048) (i32.mul (local.get $i) (i32.const 16))) (i32.const 1000000))
                (br_if $more
                    (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60000))))
            (i32.store (i32.const 20) (i32.const 2048)) (i32.store (i32.const 24) (i32.const 60000)) (i32.const 16)";
        let limits = Limits { fuel: 100_000_000, ..LIMITS };
        assert_eq!(failure(body, limits), "ERR wasm: limit of 67108864 bytes in one reply or argument exceeded");
    }

    #[test]
    fn last_words_explain_a_trap() {
        let words = "(call $panic (i32.const 64) (i32.const 5)) (unreachable)";
        let text = with_log(words, r#"(data (i32.const 64) "a\0d\0abc")"#);
        assert_eq!(call(&text, LIMITS).expect_err("it traps").to_string(), "ERR wasm: panic: a  bc (in call)");
        assert_eq!(failure("(unreachable)", LIMITS), "ERR wasm: trap: unreachable code reached (in call)");
        let divided = "(i32.div_u (i32.const 1) (i32.const 0))";
        assert_eq!(failure(divided, LIMITS), "ERR wasm: trap: integer divide by zero (in call)");
    }

    #[test]
    fn an_error_of_the_function_spares_its_instance() {
        let bench = Workbench::new();
        let error = "(i32.store8 (i32.const 16) (i32.const 1)) (i32.const 16)";
        let prepared = bench.prepare(&function(error), LIMITS).expect("a valid function");
        let mut instance = Instance::new(&prepared.template, &Arc::from("f"), &Lines::default(), LIMITS)
            .expect("it can be instantiated");
        for _ in 0..2 {
            let failure = instance.call(call_within(LIMITS), None, none()).expect_err("it returns an error");
            assert_eq!(failure, Failure::Returned(String::new()));
            assert!(failure.spares_instance());
        }
    }
}
