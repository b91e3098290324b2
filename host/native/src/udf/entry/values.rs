//! The values of the keys that a caller declared, read once before the call and handed over with it.

use ferrite_resp::Args;
use wasmtime::Store;
use wasmtime::component::TypedFunc;

use super::super::bindings::{CallResult, Limit, Node, Value, ValuesParams, strings};
use super::super::call::store_trapped;
use super::super::failure::Failure;
use super::super::guest::Guest;
use super::super::imports::cost;
use super::super::permissions::Permissions;
use super::super::scope::Access;
use super::super::words::Words;
use crate::udf::instance::spend;
use crate::wasm::StoreTrapped;

/// Reads the values, then calls.
pub(crate) fn call(
    store: &mut Store<Guest>,
    function: TypedFunc<ValuesParams<'_>, CallResult>,
    keys: Args<'_>,
    args: Args<'_>,
) -> wasmtime::Result<Result<Vec<Node>, Failure>> {
    let held = match read(store, keys) {
        Ok(held) => held,
        Err(failure) => return Ok(Err(failure)),
    };
    let values: Vec<Value<'_>> = held.iter().map(Held::view).collect();
    let (returned,) = function.call(&mut *store, (Words(keys), &values, Words(args)))?;
    Ok(returned.map_err(Failure::Returned))
}

/// What a key holds.
enum Held {
    Absent,
    String(Vec<u8>),
    Other,
}

impl Held {
    fn view(&self) -> Value<'_> {
        match self {
            Held::Absent => Value::Absent,
            Held::String(bytes) => Value::String(bytes),
            Held::Other => Value::Other,
        }
    }
}

/// Charges what `strings.get-many` would, before and after, and what it takes to tell a key that is absent from one that
/// holds something else.
fn read(store: &mut Store<Guest>, keys: Args<'_>) -> Result<Vec<Held>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let refused = |reason: &str| Failure::Values(reason.to_owned());
    if !store.data().call.permissions.contains(Permissions::READ) {
        return Err(refused("the call has no READ permission"));
    }
    let scope = store.data().call.scope.as_deref();
    if let Some(refusal) = scope.and_then(|scope| keys.iter().find_map(|key| scope.refusal(Access::Read, key))) {
        return Err(Failure::Values(refusal));
    }
    let shard = store.data().shard.get().cloned().ok_or_else(|| refused("there is no store"))?;
    count(store, 1)?;
    spend(store, cost::CALL + cost::ELEMENT * keys.len() as u64 + keys.total_bytes() as u64)?;
    let names: Vec<&[u8]> = keys.iter().collect();
    let found = shard.store.borrow_mut().strings().get_many(&names).map_err(trapped)?.map_err(failure)?;
    spend(store, found.iter().flatten().map(|value| value.len() as u64).sum())?;
    let missing = found.iter().filter(|value| value.is_none()).count() as u64;
    count(store, missing)?;
    spend(store, cost::CALL.saturating_mul(missing))?;
    let mut data = shard.store.borrow_mut();
    let mut tell = |(key, value): (&[u8], Option<Vec<u8>>)| {
        Ok(match value {
            Some(bytes) => Held::String(bytes),
            None => match data.keys().kind(key).map_err(trapped)? {
                Ok(Some(_)) => Held::Other,
                Ok(None) | Err(_) => Held::Absent,
            },
        })
    };
    names.into_iter().zip(found).map(&mut tell).collect()
}

/// What is read for the function counts as if it had called the store itself.
fn count(store: &mut Store<Guest>, calls: u64) -> Result<(), Failure> {
    let call = &mut store.data_mut().call;
    call.store_calls += calls;
    if call.store_calls > call.most_store_calls { Err(Failure::StoreCalls(call.most_store_calls)) } else { Ok(()) }
}

fn trapped(error: wasmtime::Error) -> Failure {
    store_trapped(&StoreTrapped::from(error))
}

fn failure(error: strings::Error) -> Failure {
    Failure::Values(match error {
        strings::Error::LimitExceeded(Limit { name, allowed, requested }) => {
            format!("limit {name} of {allowed} exceeded (asked for {requested})")
        }
        other => format!("{other:?}"),
    })
}
