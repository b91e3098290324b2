//! `ferrite:store/keys` for functions.

use wasmtime::component::WasmList;

use super::cost::{self, bytes};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, charge, inner_lists, on_store, slices, total_bytes};
use crate::udf::bindings::keys::{Error, Kind, Page, Ttl};
use crate::udf::scope::Access;

type Key = WasmList<u8>;
type Keys = WasmList<WasmList<u8>>;

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("exists", exists)?;
    interface.func_wrap("delete", delete)?;
    interface.func_wrap("type", kind)?;
    interface.func_wrap("type-name", type_name)?;
    interface.func_wrap("time-to-live", time_to_live)?;
    interface.func_wrap("expire", expire)?;
    interface.func_wrap("persist", persist)?;
    interface.func_wrap("rename", rename)?;
    interface.func_wrap("scan", scan)?;
    interface.func_wrap("size", size)
}

type Got<T> = wasmtime::Result<(Result<T, Error>,)>;

fn exists(mut context: Context<'_>, (keys,): (Keys,)) -> Got<u64> {
    let keys = inner_lists(&mut context, &keys)?;
    let amount = cost::CALL + cost::ELEMENT * keys.len() as u64 + total_bytes(&keys);
    let count = on_store(&mut context, Touch::ReadEach(&keys), Error::NotPermitted, amount, |context, _, store| {
        store.keys().exists(&slices(context, &keys))
    })?;
    Ok((count,))
}

fn delete(mut context: Context<'_>, (keys,): (Keys,)) -> Got<u64> {
    let keys = inner_lists(&mut context, &keys)?;
    let amount = cost::CALL + cost::ELEMENT * keys.len() as u64 + total_bytes(&keys);
    let count = on_store(&mut context, Touch::WriteEach(&keys), Error::NotPermitted, amount, |context, _, store| {
        store.keys().delete(&slices(context, &keys))
    })?;
    Ok((count,))
}

fn kind(mut context: Context<'_>, (key,): (Key,)) -> Got<Option<Kind>> {
    let amount = cost::CALL + bytes(key.len());
    let kind = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().kind(key.as_le_slice(context))
    })?;
    Ok((kind,))
}

fn type_name(mut context: Context<'_>, (key,): (Key,)) -> Got<Option<String>> {
    let amount = cost::CALL + bytes(key.len());
    let name = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().type_name(key.as_le_slice(context))
    })?;
    Ok((name,))
}

fn time_to_live(mut context: Context<'_>, (key,): (Key,)) -> Got<Ttl> {
    let amount = cost::CALL + bytes(key.len());
    let ttl = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().time_to_live(key.as_le_slice(context))
    })?;
    Ok((ttl,))
}

fn expire(mut context: Context<'_>, (key, ttl_ms): (Key, u64)) -> Got<bool> {
    let amount = cost::CALL + bytes(key.len());
    let done = on_store(&mut context, Touch::Write(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().expire(key.as_le_slice(context), ttl_ms)
    })?;
    Ok((done,))
}

fn persist(mut context: Context<'_>, (key,): (Key,)) -> Got<bool> {
    let amount = cost::CALL + bytes(key.len());
    let done = on_store(&mut context, Touch::Write(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().persist(key.as_le_slice(context))
    })?;
    Ok((done,))
}

fn rename(mut context: Context<'_>, (key, new_key): (Key, Key)) -> Got<bool> {
    let amount = cost::CALL + bytes(key.len()) + bytes(new_key.len());
    let done =
        on_store(&mut context, Touch::WriteBoth(&key, &new_key), Error::NotPermitted, amount, |context, _, store| {
            store.keys().rename(key.as_le_slice(context), new_key.as_le_slice(context))
        })?;
    Ok((done,))
}

fn scan(mut context: Context<'_>, (cursor, pattern, count): (u64, WasmList<u8>, u32)) -> Got<Page> {
    let amount = cost::CALL + bytes(pattern.len()) + cost::VISIT * u64::from(count);
    let page = on_store(&mut context, Touch::Names, Error::NotPermitted, amount, |context, _, store| {
        store.keys().scan(cursor, pattern.as_le_slice(context), count)
    })?;
    let page = page.map(|mut page| {
        if let Some(scope) = &context.data().call.scope {
            page.keys.retain(|key| scope.refusal(Access::Read, key).is_none());
        }
        page
    });
    if let Ok(page) = &page {
        let size: u64 = page.keys.iter().map(|key| cost::ELEMENT + key.len() as u64).sum();
        charge(&mut context, size)?;
    }
    Ok((page,))
}

fn size(mut context: Context<'_>, (key,): (Key,)) -> Got<u64> {
    let amount = cost::CALL + bytes(key.len());
    let size = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.keys().size(key.as_le_slice(context))
    })?;
    Ok((size,))
}
