//! `ferrite:store/streams` for functions.

use wasmtime::component::WasmList;

use super::collections::{Bytes, GivenField, Got, Size, charge_for_all, given, pairs, run, too_many};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, cost};
use crate::wasm::collections::Order;
use crate::wasm::streams::{Entry, Id, NewId, Pending, Retention};

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("append", append)?;
    interface.func_wrap("range", range)?;
    interface.func_wrap("length", length)?;
    interface.func_wrap("last-id", last_id)?;
    interface.func_wrap("delete", delete)?;
    interface.func_wrap("trim", trim)?;
    interface.func_wrap("create-group", create_group)?;
    interface.func_wrap("destroy-group", destroy_group)?;
    interface.func_wrap("read-group", read_group)?;
    interface.func_wrap("claim", claim)?;
    interface.func_wrap("acknowledge", acknowledge)?;
    interface.func_wrap("pending-entries", pending_entries)
}

fn append(
    mut context: Context<'_>,
    (key, id, fields, retention): (Bytes, NewId, WasmList<GivenField>, Retention),
) -> Got<Option<Id>> {
    let Some(fields) = given(&mut context, &fields)? else { return too_many() };
    let fuel = key.fuel() + fields.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().append(key.as_le_slice(context), id, &pairs(context, &fields), retention)
    })
}

fn range(mut context: Context<'_>, (key, first, last, order, count): (Bytes, Id, Id, Order, u32)) -> Got<Vec<Entry>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.streams().range(key.as_le_slice(context), first, last, order, count)
    })
}

fn length(mut context: Context<'_>, (key,): (Bytes,)) -> Got<u64> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.streams().length(key.as_le_slice(context)))
}

fn last_id(mut context: Context<'_>, (key,): (Bytes,)) -> Got<Option<Id>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.streams().last_id(key.as_le_slice(context)))
}

fn delete(mut context: Context<'_>, (key, ids): (Bytes, WasmList<Id>)) -> Got<u64> {
    let Some(ids) = given(&mut context, &ids)? else { return too_many() };
    let fuel = key.fuel() + cost::ELEMENT * ids.len() as u64;
    run(&mut context, Touch::Write(&key), fuel, |context, store| store.streams().delete(key.as_le_slice(context), &ids))
}

fn trim(mut context: Context<'_>, (key, retention): (Bytes, Retention)) -> Got<u64> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().trim(key.as_le_slice(context), retention)
    })
}

fn create_group(mut context: Context<'_>, (key, group, after): (Bytes, Bytes, Option<Id>)) -> Got<bool> {
    let fuel = key.fuel() + group.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().create_group(key.as_le_slice(context), group.as_le_slice(context), after)
    })
}

fn destroy_group(mut context: Context<'_>, (key, group): (Bytes, Bytes)) -> Got<bool> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + group.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().destroy_group(key.as_le_slice(context), group.as_le_slice(context))
    })
}

fn read_group(
    mut context: Context<'_>,
    (key, group, consumer, count): (Bytes, Bytes, Bytes, u32),
) -> Got<Option<Vec<Entry>>> {
    let fuel = key.fuel() + group.fuel() + consumer.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().read_group(
            key.as_le_slice(context),
            group.as_le_slice(context),
            consumer.as_le_slice(context),
            count,
        )
    })
}

fn claim(
    mut context: Context<'_>,
    (key, group, consumer, min_idle_ms, count): (Bytes, Bytes, Bytes, u64, u32),
) -> Got<Option<Vec<Entry>>> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + group.fuel() + consumer.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().claim(
            key.as_le_slice(context),
            group.as_le_slice(context),
            consumer.as_le_slice(context),
            min_idle_ms,
            count,
        )
    })
}

fn acknowledge(mut context: Context<'_>, (key, group, ids): (Bytes, Bytes, WasmList<Id>)) -> Got<u64> {
    let Some(ids) = given(&mut context, &ids)? else { return too_many() };
    let fuel = key.fuel() + group.fuel() + cost::ELEMENT * ids.len() as u64;
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.streams().acknowledge(key.as_le_slice(context), group.as_le_slice(context), &ids)
    })
}

fn pending_entries(mut context: Context<'_>, (key, group): (Bytes, Bytes)) -> Got<Option<Vec<Pending>>> {
    let fuel = key.fuel() + group.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.streams().pending_entries(key.as_le_slice(context), group.as_le_slice(context))
    })
}
