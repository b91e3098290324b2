//! `ferrite:store/strings` for functions.

use wasmtime::component::WasmList;

use super::cost::{self, bytes};
use super::interface::Interface;
use super::touch::Touch;
use super::{Context, charge, inner_lists, on_store, slices, total_bytes};
use crate::udf::bindings::strings::{Condition, Error, Expiry, InlineBytes, PackedKeys, PackedValues, ShortValue};

type Key = WasmList<u8>;
type Keys = WasmList<WasmList<u8>>;

/// Offers the interface.
pub(super) fn add(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.func_wrap("get", get)?;
    interface.func_wrap("get-many", get_many)?;
    interface.func_wrap("get-packed", get_packed)?;
    interface.func_wrap("get-short", get_short)?;
    interface.func_wrap("set-many", set_many)?;
    interface.func_wrap("set", set)?;
    interface.func_wrap("increment", increment)?;
    interface.func_wrap("append", append)?;
    interface.func_wrap("length", length)
}

type Got<T> = wasmtime::Result<(Result<T, Error>,)>;

#[inline]
fn get(mut context: Context<'_>, (key,): (Key,)) -> Got<Option<Vec<u8>>> {
    let amount = cost::CALL + bytes(key.len());
    let value = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.strings().get(key.as_le_slice(context))
    })?;
    if let Ok(Some(value)) = &value {
        charge(&mut context, bytes(value.len()))?;
    }
    Ok((value,))
}

fn get_many(mut context: Context<'_>, (keys,): (Keys,)) -> Got<Vec<Option<Vec<u8>>>> {
    let keys = inner_lists(&mut context, &keys)?;
    let amount = cost::CALL + cost::ELEMENT * keys.len() as u64 + total_bytes(&keys);
    let values = on_store(&mut context, Touch::ReadEach(&keys), Error::NotPermitted, amount, |context, _, store| {
        store.strings().get_many(&slices(context, &keys))
    })?;
    if let Ok(values) = &values {
        let size = values.iter().flatten().map(|value| value.len() as u64).sum();
        charge(&mut context, size)?;
    }
    Ok((values,))
}

fn get_packed(mut context: Context<'_>, (keys,): (PackedKeys,)) -> Got<PackedValues> {
    let amount = cost::CALL + cost::ELEMENT * keys.lengths.len() as u64 + bytes(keys.bytes.len());
    let values = on_store(&mut context, Touch::ReadPacked(&keys), Error::NotPermitted, amount, |context, _, store| {
        store.strings().get_packed(keys.lengths.as_le_slice(context), keys.bytes.as_le_slice(context))
    })?;
    if let Ok(values) = &values {
        charge(&mut context, bytes(values.bytes.len()))?;
    }
    Ok((values,))
}

#[inline]
fn get_short(mut context: Context<'_>, (key,): (InlineBytes,)) -> Got<Option<ShortValue>> {
    let room = key.room();
    // A length that is too great is refused by the store.
    let name = room.get(..key.length as usize).unwrap_or(&room);
    let amount = cost::CALL + bytes(name.len());
    let value = on_store(&mut context, Touch::ReadInline(name), Error::NotPermitted, amount, |_, _, store| {
        store.strings().get_short(key)
    })?;
    if let Ok(Some(value)) = &value {
        charge(&mut context, bytes(value.len()))?;
    }
    Ok((value,))
}

fn set_many(mut context: Context<'_>, (entries,): (WasmList<(Key, WasmList<u8>)>,)) -> Got<()> {
    let entries: Vec<(Key, WasmList<u8>)> = entries.iter(&mut context)?.collect::<wasmtime::Result<_>>()?;
    let size: u64 = entries.iter().map(|(key, value)| bytes(key.len()) + bytes(value.len())).sum();
    let amount = cost::CALL + 2 * cost::ELEMENT * entries.len() as u64 + size;
    let (keys, values): (Vec<Key>, Vec<WasmList<u8>>) = entries.into_iter().unzip();
    let done = on_store(&mut context, Touch::WriteEach(&keys), Error::NotPermitted, amount, |context, _, store| {
        let pairs = keys.iter().zip(&values).flat_map(|(key, value)| [key, value]);
        let pairs: Vec<&[u8]> = pairs.map(|bytes| bytes.as_le_slice(context)).collect();
        store.strings().set_many(&pairs)
    })?;
    Ok((done,))
}

fn set(mut context: Context<'_>, (key, value, expiry, condition): (Key, WasmList<u8>, Expiry, Condition)) -> Got<bool> {
    let amount = cost::CALL + bytes(key.len()) + bytes(value.len());
    let done = on_store(&mut context, Touch::Write(&key), Error::NotPermitted, amount, |context, _, store| {
        store.strings().set(key.as_le_slice(context), value.as_le_slice(context), expiry, condition)
    })?;
    Ok((done,))
}

fn increment(mut context: Context<'_>, (key, by): (Key, i64)) -> Got<i64> {
    let amount = cost::CALL + bytes(key.len());
    let sum = on_store(&mut context, Touch::Write(&key), Error::NotPermitted, amount, |context, _, store| {
        store.strings().increment(key.as_le_slice(context), by)
    })?;
    Ok((sum,))
}

fn append(mut context: Context<'_>, (key, value): (Key, WasmList<u8>)) -> Got<u64> {
    let amount = cost::CALL + bytes(key.len()) + bytes(value.len());
    let length = on_store(&mut context, Touch::Write(&key), Error::NotPermitted, amount, |context, _, store| {
        store.strings().append(key.as_le_slice(context), value.as_le_slice(context))
    })?;
    Ok((length,))
}

fn length(mut context: Context<'_>, (key,): (Key,)) -> Got<u64> {
    let amount = cost::CALL + bytes(key.len());
    let length = on_store(&mut context, Touch::Read(&key), Error::NotPermitted, amount, |context, _, store| {
        store.strings().length(key.as_le_slice(context))
    })?;
    Ok((length,))
}
