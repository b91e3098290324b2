//! What `ferrite:store/{hashes, lists, sets, sorted-sets, streams}` have in common: the engine's types to and from the
//! contract's.

use ferrite_store_core::typed as core;

use crate::bindings::exports::ferrite::store::types::{CollectionError, Field, Order};
use crate::component::with_store;

/// What a call on a collection answers.
pub(crate) type Answer<T> = Result<T, CollectionError>;

/// Runs a typed call on the store.
pub(crate) fn call<T>(
    work: impl FnOnce(&mut ferrite_store_core::Store) -> Result<T, core::CollectionError>,
) -> Answer<T> {
    with_store(work).map_err(error)
}

fn error(error: core::CollectionError) -> CollectionError {
    match error {
        core::CollectionError::WrongType => CollectionError::WrongType,
        core::CollectionError::NotANumber => CollectionError::NotANumber,
        core::CollectionError::Overflow => CollectionError::Overflow,
        core::CollectionError::NotPermitted => CollectionError::NotPermitted,
        core::CollectionError::OutOfMemory => CollectionError::OutOfMemory,
        core::CollectionError::TooManyElements => CollectionError::TooManyElements,
        core::CollectionError::ValueTooLong => CollectionError::ValueTooLong,
        core::CollectionError::ResultTooLarge => CollectionError::ResultTooLarge,
        core::CollectionError::UndoTooLarge => CollectionError::UndoTooLarge,
    }
}

/// Byte strings that a caller gives.
#[inline(never)]
pub(crate) fn slices(lists: &[Vec<u8>]) -> Vec<&[u8]> {
    lists.iter().map(Vec::as_slice).collect()
}

/// Fields that a caller gives.
#[inline(never)]
pub(crate) fn given(fields: &[Field]) -> Vec<core::FieldGiven<'_>> {
    fields.iter().map(|field| (&*field.name, &*field.value)).collect()
}

/// Fields that the store returns.
#[inline(never)]
pub(crate) fn returned(fields: Vec<core::Field>) -> Vec<Field> {
    fields.into_iter().map(|field| Field { name: field.name, value: field.value }).collect()
}

pub(crate) fn order(order: Order) -> core::Order {
    match order {
        Order::Ascending => core::Order::Ascending,
        Order::Descending => core::Order::Descending,
    }
}
