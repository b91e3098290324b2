//! `ferrite:store/lists` for functions.

use super::collections::{Bytes, Got, Lists, Size, charge_for_all, given, run, too_many};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, slices};
use crate::wasm::lists::{End, Side};

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("push", push)?;
    interface.func_wrap("pop", pop)?;
    interface.func_wrap("move", move_element)?;
    interface.func_wrap("length", length)?;
    interface.func_wrap("get", get)?;
    interface.func_wrap("range", range)?;
    interface.func_wrap("find", find)?;
    interface.func_wrap("set", set)?;
    interface.func_wrap("insert", insert)?;
    interface.func_wrap("remove", remove)?;
    interface.func_wrap("trim", trim)
}

fn push(mut context: Context<'_>, (key, end, elements): (Bytes, End, Lists)) -> Got<u64> {
    let Some(elements) = given(&mut context, &elements)? else { return too_many() };
    let fuel = key.fuel() + elements.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().push(key.as_le_slice(context), end, &slices(context, &elements))
    })
}

fn pop(mut context: Context<'_>, (key, end, count): (Bytes, End, u32)) -> Got<Vec<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().pop(key.as_le_slice(context), end, count)
    })
}

fn move_element(
    mut context: Context<'_>,
    (key, end, to_key, to_end): (Bytes, End, Bytes, End),
) -> Got<Option<Vec<u8>>> {
    let fuel = key.fuel() + to_key.fuel();
    run(&mut context, Touch::WriteBoth(&key, &to_key), fuel, |context, store| {
        store.lists().move_element(key.as_le_slice(context), end, to_key.as_le_slice(context), to_end)
    })
}

fn length(mut context: Context<'_>, (key,): (Bytes,)) -> Got<u64> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.lists().length(key.as_le_slice(context)))
}

fn get(mut context: Context<'_>, (key, position): (Bytes, i64)) -> Got<Option<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.lists().get(key.as_le_slice(context), position))
}

fn range(mut context: Context<'_>, (key, first, last): (Bytes, i64, i64)) -> Got<Vec<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.lists().range(key.as_le_slice(context), first, last)
    })
}

fn find(mut context: Context<'_>, (key, element): (Bytes, Bytes)) -> Got<Option<u64>> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + element.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.lists().find(key.as_le_slice(context), element.as_le_slice(context))
    })
}

fn set(mut context: Context<'_>, (key, position, element): (Bytes, i64, Bytes)) -> Got<bool> {
    let fuel = key.fuel() + element.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().set(key.as_le_slice(context), position, element.as_le_slice(context))
    })
}

fn insert(mut context: Context<'_>, (key, side, pivot, element): (Bytes, Side, Bytes, Bytes)) -> Got<Option<u64>> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + pivot.fuel() + element.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().insert(key.as_le_slice(context), side, pivot.as_le_slice(context), element.as_le_slice(context))
    })
}

fn remove(mut context: Context<'_>, (key, end, count, element): (Bytes, End, u32, Bytes)) -> Got<u64> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel() + element.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().remove(key.as_le_slice(context), end, count, element.as_le_slice(context))
    })
}

fn trim(mut context: Context<'_>, (key, first, last): (Bytes, i64, i64)) -> Got<u64> {
    charge_for_all(&mut context, &key)?;
    let fuel = key.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.lists().trim(key.as_le_slice(context), first, last)
    })
}
