//! `ferrite:store/sets` for functions.

use super::collections::{Bytes, Got, Lists, Size, charge_for_all, given, run, too_many};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, cost, slices};
use crate::wasm::sets::{Operation, Page};

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("add", add_members)?;
    interface.func_wrap("remove", remove)?;
    interface.func_wrap("move", move_member)?;
    interface.func_wrap("contains", contains)?;
    interface.func_wrap("length", length)?;
    interface.func_wrap("members", members)?;
    interface.func_wrap("random", random)?;
    interface.func_wrap("pop", pop)?;
    interface.func_wrap("combine", combine)?;
    interface.func_wrap("combine-into", combine_into)?;
    interface.func_wrap("scan", scan)
}

fn add_members(mut context: Context<'_>, (key, members): (Bytes, Lists)) -> Got<u64> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sets().add(key.as_le_slice(context), &slices(context, &members))
    })
}

fn remove(mut context: Context<'_>, (key, members): (Bytes, Lists)) -> Got<u64> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| {
        store.sets().remove(key.as_le_slice(context), &slices(context, &members))
    })
}

fn move_member(mut context: Context<'_>, (key, to_key, member): (Bytes, Bytes, Bytes)) -> Got<bool> {
    let fuel = key.fuel() + to_key.fuel() + member.fuel();
    run(&mut context, Touch::WriteBoth(&key, &to_key), fuel, |context, store| {
        store.sets().move_member(key.as_le_slice(context), to_key.as_le_slice(context), member.as_le_slice(context))
    })
}

fn contains(mut context: Context<'_>, (key, members): (Bytes, Lists)) -> Got<Vec<bool>> {
    let Some(members) = given(&mut context, &members)? else { return too_many() };
    let fuel = key.fuel() + members.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sets().contains(key.as_le_slice(context), &slices(context, &members))
    })
}

fn length(mut context: Context<'_>, (key,): (Bytes,)) -> Got<u64> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.sets().length(key.as_le_slice(context)))
}

fn members(mut context: Context<'_>, (key,): (Bytes,)) -> Got<Vec<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.sets().members(key.as_le_slice(context)))
}

fn random(mut context: Context<'_>, (key, count): (Bytes, u32)) -> Got<Vec<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Read(&key), fuel, |context, store| store.sets().random(key.as_le_slice(context), count))
}

fn pop(mut context: Context<'_>, (key, count): (Bytes, u32)) -> Got<Vec<Vec<u8>>> {
    let fuel = key.fuel();
    run(&mut context, Touch::Write(&key), fuel, |context, store| store.sets().pop(key.as_le_slice(context), count))
}

fn combine(mut context: Context<'_>, (operation, keys): (Operation, Lists)) -> Got<Vec<Vec<u8>>> {
    let Some(keys) = given(&mut context, &keys)? else { return too_many() };
    for key in &keys {
        charge_for_all(&mut context, key)?;
    }
    let fuel = keys.fuel();
    run(&mut context, Touch::ReadEach(&keys), fuel, |context, store| {
        store.sets().combine(operation, &slices(context, &keys))
    })
}

fn combine_into(mut context: Context<'_>, (key, operation, keys): (Bytes, Operation, Lists)) -> Got<u64> {
    let Some(keys) = given(&mut context, &keys)? else { return too_many() };
    for key in &keys {
        charge_for_all(&mut context, key)?;
    }
    let fuel = key.fuel() + keys.fuel();
    run(&mut context, Touch::WriteFrom(&key, &keys), fuel, |context, store| {
        store.sets().combine_into(key.as_le_slice(context), operation, &slices(context, &keys))
    })
}

fn scan(mut context: Context<'_>, (key, cursor, pattern, count): (Bytes, u64, Bytes, u32)) -> Got<Page> {
    let fuel = key.fuel() + pattern.fuel() + cost::VISIT * u64::from(count);
    run(&mut context, Touch::Read(&key), fuel, |context, store| {
        store.sets().scan(key.as_le_slice(context), cursor, pattern.as_le_slice(context), count)
    })
}
