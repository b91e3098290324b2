//! `wasi:clocks`: the store's time, which stands still during a call, and nothing to wait for.

use std::time::{SystemTime, UNIX_EPOCH};

use wasmtime::component::{ComponentType, Linker, Lower, Resource};

use super::interface;
use super::resources::{self, Pollable};
use crate::udf::guest::Guest;
use crate::udf::imports::{Context, charge, cost};

/// `wall-clock.datetime`.
#[derive(ComponentType, Lower)]
#[component(record)]
struct Datetime {
    #[component(name = "seconds")]
    seconds: u64,
    #[component(name = "nanoseconds")]
    nanoseconds: u32,
}

/// The store counts microseconds.
const RESOLUTION_NS: u32 = 1000;

/// Offers the interfaces. A subscription to a time is ready at once: it could only be waited for in vain.
pub(super) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut monotonic = interface(linker, "clocks/monotonic-clock")?;
    monotonic.func_wrap("now", |mut context: Context<'_>, ()| {
        charge(&mut context, cost::CALL)?;
        Ok((now_us(&context).saturating_mul(1000),))
    })?;
    monotonic.func_wrap("resolution", |_: Context<'_>, ()| Ok((u64::from(RESOLUTION_NS),)))?;
    monotonic.func_wrap("subscribe-instant", subscribe)?;
    monotonic.func_wrap("subscribe-duration", subscribe)?;

    let mut wall = interface(linker, "clocks/wall-clock")?;
    wall.func_wrap("now", |mut context: Context<'_>, ()| {
        charge(&mut context, cost::CALL)?;
        let now = now_us(&context);
        let nanoseconds = u32::try_from(now % 1_000_000).unwrap_or_default() * 1000;
        Ok((Datetime { seconds: now / 1_000_000, nanoseconds },))
    })?;
    wall.func_wrap("resolution", |_: Context<'_>, ()| Ok((Datetime { seconds: 0, nanoseconds: RESOLUTION_NS },)))
}

fn subscribe(mut context: Context<'_>, (_,): (u64,)) -> wasmtime::Result<(Resource<Pollable>,)> {
    charge(&mut context, cost::CALL)?;
    Ok((resources::handle(&mut context, 0)?,))
}

/// Microseconds since the Unix epoch: the store's in a call, the system's while an instance is made.
fn now_us(context: &Context<'_>) -> u64 {
    match context.data().shard.get() {
        Some(shard) => shard.clock.now_us(),
        None => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX)),
    }
}
