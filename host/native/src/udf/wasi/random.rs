//! `wasi:random`: the system's random bytes, for those who would be content with less too.

use wasmtime::component::Linker;

use super::interface;
use crate::random;
use crate::udf::guest::Guest;
use crate::udf::imports::{Context, charge, cost};
use crate::udf::limits::RANDOM_BYTES;

/// Offers the interfaces.
pub(super) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut secure = interface(linker, "random/random")?;
    secure.func_wrap("get-random-bytes", bytes)?;
    secure.func_wrap("get-random-u64", number)?;
    let mut insecure = interface(linker, "random/insecure")?;
    insecure.func_wrap("get-insecure-random-bytes", bytes)?;
    insecure.func_wrap("get-insecure-random-u64", number)?;
    interface(linker, "random/insecure-seed")?.func_wrap("insecure-seed", |mut context: Context<'_>, ()| {
        charge(&mut context, cost::CALL)?;
        Ok(((u64::from_le_bytes(random::bytes()), u64::from_le_bytes(random::bytes())),))
    })
}

/// The kernel makes a byte in about the time of four operators.
const FUEL_PER_BYTE: u64 = 4;
/// What is asked of the kernel at once.
const PIECE: usize = 256;

fn bytes(mut context: Context<'_>, (length,): (u64,)) -> wasmtime::Result<(Vec<u8>,)> {
    charge(&mut context, length.saturating_mul(FUEL_PER_BYTE).saturating_add(cost::CALL))?;
    let Some(length) = usize::try_from(length).ok().filter(|length| *length <= RANDOM_BYTES) else {
        return Err(wasmtime::Error::msg(format!("limit of {RANDOM_BYTES} random bytes at once exceeded")));
    };
    let mut all = Vec::with_capacity(length.next_multiple_of(PIECE));
    while all.len() < length {
        all.extend(random::bytes::<PIECE>());
    }
    all.truncate(length);
    Ok((all,))
}

fn number(mut context: Context<'_>, (): ()) -> wasmtime::Result<(u64,)> {
    charge(&mut context, cost::CALL)?;
    Ok((u64::from_le_bytes(random::bytes()),))
}
