//! Counters of a span of time in the store: integers that are increased first and compared then, so that no two
//! gateways together take more than there is.

use crate::world::{StoreError, World};

/// How long the counter of a minute is kept, in milliseconds: longer than the minute, for what is settled late.
pub(crate) const MINUTE_KEPT_MS: u64 = 900_000;

const MINUTE_MS: u64 = 60_000;

pub(crate) fn minute_key(scope: &str, what: &str, now_ms: u64) -> String {
    format!("gateway:rate:{scope}:{what}:{}", now_ms / MINUTE_MS)
}

/// Milliseconds until the next minute.
pub(crate) fn until_next_minute(now_ms: u64) -> u64 {
    MINUTE_MS - now_ms % MINUTE_MS
}

/// Takes from what there is, if there is so much.
pub(crate) fn take(world: &dyn World, key: &str, amount: u64, most: u64, kept_ms: u64) -> Result<bool, StoreError> {
    take_leaving(world, key, amount, most, kept_ms).map(|left| left.is_some())
}

/// [`take`], and what is left then; none where there was not so much.
pub(crate) fn take_leaving(
    world: &dyn World,
    key: &str,
    amount: u64,
    most: u64,
    kept_ms: u64,
) -> Result<Option<u64>, StoreError> {
    let left = most.checked_sub(add(world, key, amount, kept_ms)?);
    if left.is_none() {
        give_back(world, key, amount)?;
    }
    Ok(left)
}

/// Adds without asking; the new sum.
pub(crate) fn add(world: &dyn World, key: &str, amount: u64, kept_ms: u64) -> Result<u64, StoreError> {
    let amount = signed(amount);
    let sum = integer(world.store(&[b"INCRBY", key.as_bytes(), amount.to_string().as_bytes()])?)?;
    if sum == amount {
        world.store(&[b"PEXPIRE", key.as_bytes(), kept_ms.to_string().as_bytes()])?;
    }
    Ok(u64::try_from(sum).unwrap_or_default())
}

pub(crate) fn give_back(world: &dyn World, key: &str, amount: u64) -> Result<(), StoreError> {
    if amount > 0 {
        world.store(&[b"DECRBY", key.as_bytes(), signed(amount).to_string().as_bytes()])?;
    }
    Ok(())
}

/// Puts what was used in the place of what was reserved.
pub(crate) fn settle(world: &dyn World, key: &str, reserved: u64, used: u64) -> Result<(), StoreError> {
    match used.checked_sub(reserved) {
        Some(0) => Ok(()),
        Some(more) => world.store(&[b"INCRBY", key.as_bytes(), signed(more).to_string().as_bytes()]).map(drop),
        None => give_back(world, key, reserved - used),
    }
}

/// The sum now.
pub(crate) fn now(world: &dyn World, key: &str) -> Result<u64, StoreError> {
    let sum = world.store(&[b"GET", key.as_bytes()])?.integer();
    Ok(sum.and_then(|sum| u64::try_from(sum).ok()).unwrap_or_default())
}

/// A quarter of what the store can count: sums of such amounts do not overflow.
fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX).min(i64::MAX / 4)
}

fn integer(reply: crate::world::Reply) -> Result<i64, StoreError> {
    reply.integer().ok_or_else(|| StoreError::Command("a counter is no integer".to_owned()))
}
