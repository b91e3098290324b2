//! What a function may import: one file for each interface. Host functions that check, charge, and call the store.
//!
//! Arguments are borrowed from the function's memory and handed to the store as they are. What a store call costs in
//! fuel is charged before it runs, as far as it is known by then, so that no call is free and none outlives its fuel by
//! much; what it returns is charged after.

mod collections;
mod command_keys;
mod commands;
pub(crate) mod cost;
mod hashes;
mod interface;
mod keys;
mod lists;
mod log;
mod nested;
mod selection;
mod sets;
mod sorted_sets;
mod streams;
mod strings;
mod touch;
mod vectors;

use std::rc::Rc;

use wasmtime::component::{Linker, WasmList};
use wasmtime::{Engine, StoreContextMut};

use super::away::{self, Door};
use super::bindings::{Level, STORE, UDF, VERSION};
use super::failure::Stop;
use super::fuel;
use super::guest::Guest;
use super::scope::Access;
use super::wasi;
use crate::server::Shard;
use crate::wasm::{StoreInstance, StoreTrapped};
use interface::Interface;
use touch::Touch;

/// The interfaces that a function may import.
pub(crate) const OFFERED: [&str; 14] = [
    "ferrite:store/types",
    "ferrite:store/keys",
    "ferrite:store/strings",
    "ferrite:store/hashes",
    "ferrite:store/lists",
    "ferrite:store/sets",
    "ferrite:store/sorted-sets",
    "ferrite:store/streams",
    "ferrite:store/vectors",
    "ferrite:store/commands",
    "ferrite:udf/log",
    "ferrite:udf/values",
    "ferrite:udf/descriptions",
    "ferrite:gateway/verdicts",
];

pub(super) type Context<'a> = StoreContextMut<'a, Guest>;

/// A linker with all that is offered to functions on the shard, or, with a door to it, to those off the shard.
pub(crate) fn linker(engine: &Engine, door: Option<&Door>) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    let mut offer = |name: &str, add: fn(&mut Interface<'_>) -> wasmtime::Result<()>| {
        let instance = linker.instance(&format!("{STORE}/{name}@{VERSION}"))?;
        add(&mut Interface::new(instance, door))
    };
    offer("keys", keys::add)?;
    offer("strings", strings::add)?;
    offer("hashes", hashes::add)?;
    offer("lists", lists::add)?;
    offer("sets", sets::add)?;
    offer("sorted-sets", sorted_sets::add)?;
    offer("streams", streams::add)?;
    offer("vectors", vectors::add)?;
    offer("commands", commands::add)?;
    log::add(&mut linker.instance(&format!("{UDF}/log@{VERSION}"))?)?;
    match door {
        None => wasi::add(&mut linker)?,
        Some(_) => away::add(&mut linker)?,
    }
    Ok(linker)
}

/// Takes fuel from the function for work that the host does for it.
#[inline]
pub(super) fn charge(context: &mut Context<'_>, amount: u64) -> wasmtime::Result<()> {
    fuel::take(context, amount)
}

/// Checks the permission and the keys, opens transactions for a write, and runs `call` on the store. `amount` is charged
/// before.
#[inline]
fn on_store<T, E>(
    context: &mut Context<'_>,
    touch: Touch<'_>,
    refused: E,
    amount: u64,
    call: impl FnOnce(&Context<'_>, &Rc<Shard>, &mut StoreInstance) -> Result<Result<T, E>, wasmtime::Error>,
) -> wasmtime::Result<Result<T, E>> {
    charge(context, amount)?;
    count_store_call(context)?;
    if !is_permitted(context, &touch)? {
        return Ok(Err(refused));
    }
    let shard = shard(context.data())?;
    let mut store = shard.store.borrow_mut();
    if touch.access() == Access::Write {
        shard.functions.running().open_transactions(&mut store).map_err(trapped)?;
    }
    call(context, shard, &mut store)
}

/// Counts a call on the store; beyond the limit the function ends.
#[inline]
fn count_store_call(context: &mut Context<'_>) -> wasmtime::Result<()> {
    let call = &mut context.data_mut().call;
    call.store_calls += 1;
    if call.store_calls > call.most_store_calls {
        return Err(wasmtime::Error::new(Stop::StoreCalls(call.most_store_calls)));
    }
    Ok(())
}

/// Whether the call may touch these keys. A key that it may not is named in the function's log, as an `error` of the typed
/// interfaces has no room for it.
#[inline]
fn is_permitted(context: &mut Context<'_>, touch: &Touch<'_>) -> wasmtime::Result<bool> {
    let guest = context.data();
    shard(guest)?;
    if !guest.call.permissions.contains(touch.permission()) {
        return Ok(false);
    }
    let Some(scope) = &guest.call.scope else { return Ok(true) };
    let refusal = touch.refusal(scope, context);
    if let Some(refusal) = &refusal {
        context.data_mut().log(Level::Warn, refusal);
    }
    Ok(refusal.is_none())
}

fn shard(guest: &Guest) -> wasmtime::Result<&Rc<Shard>> {
    guest.shard.get().ok_or_else(|| wasmtime::Error::msg("the store may be used in calls, not while initialising"))
}

fn trapped(error: StoreTrapped) -> wasmtime::Error {
    tracing::error!("{error}");
    wasmtime::Error::msg("the store failed")
}

/// The lists inside a list; their bytes are still in the function's memory.
fn inner_lists(context: &mut Context<'_>, outer: &WasmList<WasmList<u8>>) -> wasmtime::Result<Vec<WasmList<u8>>> {
    outer.iter(&mut *context)?.collect()
}

fn total_bytes(lists: &[WasmList<u8>]) -> u64 {
    lists.iter().map(|list| list.len() as u64).sum()
}

fn slices<'a>(context: &'a Context<'_>, lists: &[WasmList<u8>]) -> Vec<&'a [u8]> {
    lists.iter().map(|list| list.as_le_slice(context)).collect()
}
