//! `ferrite:store/hashes` for functions.

use wasmtime::component::WasmList;

use super::collections::{Bytes, GivenField, Got, Lists, Size, given, pair, pairs, run, too_many};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, cost, slices};
use crate::udf::bindings::keys::Ttl;
use crate::wasm::collections::Field;
use crate::wasm::hashes::Page;

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("get", get)?;
    interface.func_wrap("get-many", get_many)?;
    interface.func_wrap("get-all", get_all)?;
    interface.func_wrap("set", set)?;
    interface.func_wrap("set-if-absent", set_if_absent)?;
    interface.func_wrap("delete", delete)?;
    interface.func_wrap("contains", contains)?;
    interface.func_wrap("length", length)?;
    interface.func_wrap("increment", increment)?;
    interface.func_wrap("increment-float", increment_float)?;
    interface.func_wrap("expire", expire)?;
    interface.func_wrap("time-to-live", time_to_live)?;
    interface.func_wrap("scan", scan)
}

fn get(mut context: Context<'_>, (key, name): (Bytes, Bytes)) -> Got<Option<Vec<u8>>> {
    let fuel = key.fuel() + name.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.hashes().get(key.as_le_slice(context), name.as_le_slice(context))
    })
}

fn get_many(mut context: Context<'_>, (key, names): (Bytes, Lists)) -> Got<Vec<Option<Vec<u8>>>> {
    let Some(names) = given(&mut context, &names)? else { return too_many() };
    let fuel = key.fuel() + names.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.hashes().get_many(key.as_le_slice(context), &slices(context, &names))
    })
}

fn get_all(mut context: Context<'_>, (key,): (Bytes,)) -> Got<Vec<Field>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.hashes().get_all(key.as_le_slice(context)))
}

fn set(mut context: Context<'_>, (key, fields): (Bytes, WasmList<GivenField>)) -> Got<u64> {
    let Some(fields) = given(&mut context, &fields)? else { return too_many() };
    let fuel = key.fuel() + fields.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().set(key.as_le_slice(context), &pairs(context, &fields))
    })
}

fn set_if_absent(mut context: Context<'_>, (key, field): (Bytes, GivenField)) -> Got<bool> {
    let fuel = key.fuel() + field.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().set_if_absent(key.as_le_slice(context), pair(context, &field))
    })
}

fn delete(mut context: Context<'_>, (key, names): (Bytes, Lists)) -> Got<u64> {
    let Some(names) = given(&mut context, &names)? else { return too_many() };
    let fuel = key.fuel() + names.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().delete(key.as_le_slice(context), &slices(context, &names))
    })
}

fn contains(mut context: Context<'_>, (key, name): (Bytes, Bytes)) -> Got<bool> {
    let fuel = key.fuel() + name.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.hashes().contains(key.as_le_slice(context), name.as_le_slice(context))
    })
}

fn length(mut context: Context<'_>, (key,): (Bytes,)) -> Got<u64> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.hashes().length(key.as_le_slice(context)))
}

fn increment(mut context: Context<'_>, (key, name, by): (Bytes, Bytes, i64)) -> Got<i64> {
    let fuel = key.fuel() + name.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().increment(key.as_le_slice(context), name.as_le_slice(context), by)
    })
}

fn increment_float(mut context: Context<'_>, (key, name, by): (Bytes, Bytes, f64)) -> Got<f64> {
    let fuel = key.fuel() + name.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().increment_float(key.as_le_slice(context), name.as_le_slice(context), by)
    })
}

fn expire(mut context: Context<'_>, (key, names, ttl_ms): (Bytes, Lists, u64)) -> Got<u64> {
    let Some(names) = given(&mut context, &names)? else { return too_many() };
    let fuel = key.fuel() + names.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.hashes().expire(key.as_le_slice(context), &slices(context, &names), ttl_ms)
    })
}

fn time_to_live(mut context: Context<'_>, (key, name): (Bytes, Bytes)) -> Got<Ttl> {
    let fuel = key.fuel() + name.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.hashes().time_to_live(key.as_le_slice(context), name.as_le_slice(context))
    })
}

fn scan(mut context: Context<'_>, (key, cursor, pattern, count): (Bytes, u64, Bytes, u32)) -> Got<Page> {
    let fuel = key.fuel() + pattern.fuel() + cost::VISIT * u64::from(count);
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.hashes().scan(key.as_le_slice(context), cursor, pattern.as_le_slice(context), count)
    })
}
