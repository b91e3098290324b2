//! What the interfaces for collections have in common: permission, fuel for what goes in, what is gone through and what
//! comes out, and arguments borrowed from the function's memory.

use wasmtime::component::{ComponentType, Lift, WasmList};

use super::cost;
use super::touch::Touch;
use super::{Context, charge, on_store, shard};
use crate::udf::permissions::Permissions;
use crate::udf::scope::{Access, Scope};
use crate::wasm::StoreInstance;
use crate::wasm::collections::{Answer, CollectionError, Field};
use crate::wasm::{hashes, sets, sorted_sets, streams};

/// A list of bytes in the function's memory.
pub(super) type Bytes = WasmList<u8>;
/// A list of them.
pub(super) type Lists = WasmList<WasmList<u8>>;
/// What a host function returns.
pub(super) type Got<T> = wasmtime::Result<(Result<T, CollectionError>,)>;

/// What one call may be given; the store says the same of what gets there.
const ELEMENTS: usize = 65_536;

/// A field that the function gives.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(super) struct GivenField {
    #[component(name = "name")]
    pub(super) name: Bytes,
    #[component(name = "value")]
    pub(super) value: Bytes,
}

/// Something that takes fuel by its size, on its way in or out.
pub(super) trait Size {
    /// Elements and bytes, in fuel.
    fn fuel(&self) -> u64;
}

impl Size for Bytes {
    fn fuel(&self) -> u64 {
        cost::bytes(self.len())
    }
}

impl Size for GivenField {
    fn fuel(&self) -> u64 {
        cost::ELEMENT + cost::bytes(self.name.len()) + cost::bytes(self.value.len())
    }
}

impl Size for Vec<u8> {
    fn fuel(&self) -> u64 {
        cost::bytes(self.len())
    }
}

impl Size for Field {
    fn fuel(&self) -> u64 {
        self.name.fuel() + self.value.fuel()
    }
}

impl Size for sorted_sets::Scored {
    fn fuel(&self) -> u64 {
        self.member.fuel()
    }
}

impl Size for streams::Entry {
    fn fuel(&self) -> u64 {
        self.fields.fuel()
    }
}

impl Size for streams::Pending {
    fn fuel(&self) -> u64 {
        self.consumer.fuel()
    }
}

impl Size for hashes::Page {
    fn fuel(&self) -> u64 {
        self.fields.fuel()
    }
}

impl Size for sets::Page {
    fn fuel(&self) -> u64 {
        self.members.fuel()
    }
}

macro_rules! small {
    ($($type:ty),*) => {$(
        impl Size for $type {
            fn fuel(&self) -> u64 {
                0
            }
        }
    )*};
}
small!(bool, u64, i64, f64, sorted_sets::Changes, streams::Id, crate::udf::bindings::keys::Ttl);

impl<T: Size> Size for Option<T> {
    fn fuel(&self) -> u64 {
        self.as_ref().map_or(0, Size::fuel)
    }
}

macro_rules! lists {
    ($($element:ty),*) => {$(
        impl Size for Vec<$element> {
            fn fuel(&self) -> u64 {
                self.iter().map(|element| cost::ELEMENT + element.fuel()).sum()
            }
        }
    )*};
}
lists!(
    Bytes,
    GivenField,
    Vec<u8>,
    Option<Vec<u8>>,
    Option<f64>,
    bool,
    Field,
    sorted_sets::Scored,
    streams::Entry,
    streams::Pending
);

/// The elements of a list that the function gives; their bytes are still in its memory. None when they are too many.
pub(super) fn given<T: Lift + ComponentType + 'static>(
    context: &mut Context<'_>,
    list: &WasmList<T>,
) -> wasmtime::Result<Option<Vec<T>>> {
    if list.len() > ELEMENTS {
        charge(context, cost::CALL)?;
        return Ok(None);
    }
    list.iter(&mut *context)?.collect::<wasmtime::Result<_>>().map(Some)
}

/// A field as the store is given it.
pub(super) fn pair<'a>(context: &'a Context<'_>, field: &GivenField) -> (&'a [u8], &'a [u8]) {
    (field.name.as_le_slice(context), field.value.as_le_slice(context))
}

/// Fields as the store is given them.
pub(super) fn pairs<'a>(context: &'a Context<'_>, fields: &[GivenField]) -> Vec<(&'a [u8], &'a [u8])> {
    fields.iter().map(|field| pair(context, field)).collect()
}

/// What a call that was given too many elements answers.
pub(super) fn too_many<T>() -> Got<T> {
    Ok((Err(CollectionError::TooManyElements),))
}

/// Whether the function may know what a key holds.
pub(super) fn is_readable(context: &Context<'_>, key: &Bytes) -> bool {
    let call = &context.data().call;
    let is_open = |scope: &Scope| scope.refusal(Access::Read, key.as_le_slice(context)).is_none();
    call.permissions.contains(Permissions::READ) && call.scope.as_deref().is_none_or(is_open)
}

/// How large the value of a key is, as far as the function may know that there is one.
pub(super) fn size(context: &Context<'_>, key: &Bytes) -> wasmtime::Result<u64> {
    if !is_readable(context, key) {
        return Ok(0);
    }
    let mut store = shard(context.data())?.store.borrow_mut();
    Ok(store.keys().size(key.as_le_slice(context))?.unwrap_or_default())
}

/// Charges for going through the whole value of a key.
pub(super) fn charge_for_all(context: &mut Context<'_>, key: &Bytes) -> wasmtime::Result<()> {
    let size = size(context, key)?;
    charge(context, size.saturating_mul(cost::VISIT))
}

/// Runs a call on the store; `fuel` is what its arguments cost.
pub(super) fn run<T: Size>(
    context: &mut Context<'_>,
    touch: Touch<'_>,
    fuel: u64,
    call: impl FnOnce(&Context<'_>, &mut StoreInstance) -> Answer<T>,
) -> Got<T> {
    let amount = cost::CALL.saturating_add(fuel);
    let result =
        on_store(context, touch, CollectionError::NotPermitted, amount, |context, _, store| call(context, store))?;
    if let Ok(value) = &result {
        charge(context, value.fuel())?;
    }
    Ok((result,))
}
