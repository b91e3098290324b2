//! `ferrite:store/sorted-sets` for functions.

use wasmtime::component::WasmList;

use super::collections::{Bytes, Got, Lists, Size, charge_for_all, given, run, too_many};
use super::interface::Interface;
use super::selection::{GivenScored, Selection, pairs};
use super::touch::Touch;
use super::{Context, slices};
use crate::wasm::collections::Order;
use crate::wasm::sorted_sets::{Changes, Condition, Scored};

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("add", add_members)?;
    interface.func_wrap("increment", increment)?;
    interface.func_wrap("remove", remove)?;
    interface.func_wrap("remove-range", remove_range)?;
    interface.func_wrap("pop", pop)?;
    interface.func_wrap("scores", scores)?;
    interface.func_wrap("rank", rank)?;
    interface.func_wrap("length", length)?;
    interface.func_wrap("count", count)?;
    interface.func_wrap("range", range)
}

fn add_members(
    mut context: Context<'_>,
    (key, members, condition): (Bytes, WasmList<GivenScored>, Condition),
) -> Got<Changes> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sorted_sets().add(key.as_le_slice(context), &pairs(context, &members), condition)
    })
}

fn increment(mut context: Context<'_>, (key, member, by): (Bytes, Bytes, f64)) -> Got<f64> {
    let fuel = key.fuel() + member.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sorted_sets().increment(key.as_le_slice(context), member.as_le_slice(context), by)
    })
}

fn remove(mut context: Context<'_>, (key, members): (Bytes, Lists)) -> Got<u64> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sorted_sets().remove(key.as_le_slice(context), &slices(context, &members))
    })
}

fn remove_range(mut context: Context<'_>, (key, selection): (Bytes, Selection)) -> Got<u64> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + selection.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sorted_sets().remove_range(key.as_le_slice(context), selection.laid(context))
    })
}

fn pop(mut context: Context<'_>, (key, order, count): (Bytes, Order, u32)) -> Got<Vec<Scored>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sorted_sets().pop(key.as_le_slice(context), order, count)
    })
}

fn scores(mut context: Context<'_>, (key, members): (Bytes, Lists)) -> Got<Vec<Option<f64>>> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sorted_sets().scores(key.as_le_slice(context), &slices(context, &members))
    })
}

fn rank(mut context: Context<'_>, (key, member, order): (Bytes, Bytes, Order)) -> Got<Option<u64>> {
    let fuel = key.fuel() + member.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sorted_sets().rank(key.as_le_slice(context), member.as_le_slice(context), order)
    })
}

fn length(mut context: Context<'_>, (key,): (Bytes,)) -> Got<u64> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.sorted_sets().length(key.as_le_slice(context)))
}

fn count(mut context: Context<'_>, (key, selection): (Bytes, Selection)) -> Got<u64> {
    let fuel = key.fuel() + selection.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sorted_sets().count(key.as_le_slice(context), selection.laid(context))
    })
}

fn range(
    mut context: Context<'_>,
    (key, selection, order, offset, count): (Bytes, Selection, Order, u32, u32),
) -> Got<Vec<Scored>> {
    let fuel = key.fuel() + selection.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sorted_sets().range(key.as_le_slice(context), selection.laid(context), order, offset, count)
    })
}
