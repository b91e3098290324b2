//! The fuel of a call: filled, looked at, taken from. Where the engine does not meter, all of it is free.

use wasmtime::{AsContextMut, Trap};

use super::guest::Guest;

/// What a call has where `[wasm.limits] meter_fuel = false`.
pub(crate) const UNMETERED: u64 = u64::MAX;

/// Gives a call its fuel.
#[inline]
pub(crate) fn fill(store: &mut impl AsContextMut<Data = Guest>, fuel: u64) -> wasmtime::Result<()> {
    if fuel == UNMETERED { Ok(()) } else { store.as_context_mut().set_fuel(fuel) }
}

/// What is left of it.
#[inline]
pub(crate) fn left(store: &mut impl AsContextMut<Data = Guest>) -> u64 {
    let context = store.as_context_mut();
    if context.data().call.fuel == UNMETERED { UNMETERED } else { context.get_fuel().unwrap_or_default() }
}

/// Takes some for work that the host does for the function.
#[inline]
pub(crate) fn take(store: &mut impl AsContextMut<Data = Guest>, amount: u64) -> wasmtime::Result<()> {
    let mut context = store.as_context_mut();
    if context.data().call.fuel == UNMETERED {
        return Ok(());
    }
    match context.get_fuel()?.checked_sub(amount) {
        Some(left) => context.set_fuel(left),
        None => {
            context.set_fuel(0)?;
            Err(Trap::OutOfFuel.into())
        }
    }
}
