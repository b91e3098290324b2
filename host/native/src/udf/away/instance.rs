//! An instance off the shard: made for one call, run on a fiber, dropped behind it.

use std::sync::Arc;

use ferrite_resp::Args;
use wasmtime::Store;
use wasmtime::component::TypedFunc;

use super::{Reach, World};
use crate::udf::bindings::{CallParams, CallResult, Node};
use crate::udf::entry::Plain;
use crate::udf::failure::Failure;
use crate::udf::fuel;
use crate::udf::function::Used;
use crate::udf::guest::{Call, Guest};
use crate::udf::instance::{Template, explained};
use crate::udf::limits::CROSSING_BYTES;
use crate::udf::lines::Lines;
use crate::udf::words::Words;

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) result: Result<Vec<Node>, Failure>,
    pub(crate) used: Used,
}

impl Ended {
    /// A call that was ended from outside.
    pub(super) fn failed(failure: Failure) -> Ended {
        Ended { result: Err(failure), used: Used::default() }
    }
}

/// Runs one call. When the future is dropped, the instance is dropped in the middle of what it did.
pub(super) async fn run(
    (name, lines): (Arc<str>, Lines),
    template: &Template,
    reach: &Reach,
    call: Call,
    memory_bytes: u64,
    (keys, args): (&[Vec<u8>], &[Vec<u8>]),
) -> Ended {
    let mut store = match store((name, lines), template, reach, call, memory_bytes) {
        Ok(store) => store,
        Err(error) => return Ended::failed(Failure::Trap(format!("{error:#}"))),
    };
    let (keys, args): (Vec<&[u8]>, Vec<&[u8]>) =
        (keys.iter().map(Vec::as_slice).collect(), args.iter().map(Vec::as_slice).collect());
    let called = match find(&mut store, template).await {
        Err(error) => Err(error),
        Ok(function) => {
            let function: TypedFunc<CallParams<'_>, CallResult> = function;
            function.call_async(&mut store, (Words(Args::from(&keys[..])), Words(Args::from(&args[..])))).await
        }
    };
    store.data_mut().log_world();
    let result = match called {
        Ok((returned,)) => returned.map_err(Failure::Returned),
        Err(error) => Err(explained(&mut store, &error)),
    };
    store.data_mut().flush_output();
    let had = store.data().call.fuel;
    let fuel = had.saturating_sub(fuel::left(&mut store));
    let guest = store.data();
    Ended { result, used: Used { fuel, memory: guest.memory.used(), store_calls: guest.call.store_calls } }
}

/// Whether an instance can be made, with nothing to reach; on the compiling thread.
pub(crate) fn check(name: &Arc<str>, template: &Template, call: Call, memory_bytes: u64) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Trap(error.to_string()))?;
    let mut store = store((Arc::clone(name), Lines::default()), template, &Reach::none(), call, memory_bytes)
        .map_err(|error| Failure::Trap(format!("{error:#}")))?;
    let found = runtime.block_on(find(&mut store, template));
    found.map(drop).map_err(|error| explained(&mut store, &error))
}

fn store(
    (name, lines): (Arc<str>, Lines),
    template: &Template,
    reach: &Reach,
    call: Call,
    memory_bytes: u64,
) -> wasmtime::Result<Store<Guest>> {
    let mut guest = Guest::new(name, lines, memory_bytes);
    guest.world = Some(Box::new(World::new(reach)?));
    let fuel = call.fuel;
    guest.call = call;
    let mut store = Store::new(template.pre.engine(), guest);
    store.limiter(|guest| &mut guest.memory);
    store.set_hostcall_fuel(CROSSING_BYTES);
    // Each millisecond the other calls have their turn, and a kill or a deadline is seen.
    store.epoch_deadline_async_yield_and_update(1);
    store.set_epoch_deadline(1);
    fuel::fill(&mut store, fuel)?;
    Ok(store)
}

async fn find(
    store: &mut Store<Guest>,
    template: &Template,
) -> wasmtime::Result<TypedFunc<CallParams<'static>, CallResult>> {
    let Some(Plain::Call(index)) = template.entries.plain else { return Err(wasmtime::Error::msg("it has no `call`")) };
    let instance = template.pre.instantiate_async(&mut *store).await?;
    let function =
        instance.get_func(&mut *store, index).ok_or_else(|| wasmtime::Error::msg("`call` is no function"))?;
    function.typed(&*store)
}
