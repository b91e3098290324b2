//! Counters of a span of time in the store: integers that are increased first and compared then, so that no two gateways
//! together take more than there is.

use crate::world::World;

/// How long the counter of a minute is kept, in milliseconds: longer than the minute, for what is settled late.
pub(crate) const MINUTE_KEPT_MS: u64 = 120_000;

const MINUTE_MS: u64 = 60_000;

pub(crate) fn minute_key(scope: &str, what: &str, now_ms: u64) -> String {
    format!("gateway:rate:{scope}:{what}:{}", now_ms / MINUTE_MS)
}

/// Milliseconds until the next minute.
pub(crate) fn until_next_minute(now_ms: u64) -> u64 {
    MINUTE_MS - now_ms % MINUTE_MS
}

/// Takes from what there is, if there is so much. A store that does not answer has enough: a gateway that stops when its
/// store does would be worse.
pub(crate) fn take(world: &dyn World, key: &str, amount: u64, most: u64, kept_ms: u64) -> bool {
    let Some(sum) = add(world, key, amount, kept_ms) else { return true };
    if sum > most {
        give_back(world, key, amount);
        return false;
    }
    true
}

/// Adds without asking; the new sum.
pub(crate) fn add(world: &dyn World, key: &str, amount: u64, kept_ms: u64) -> Option<u64> {
    let signed = i64::try_from(amount).unwrap_or(i64::MAX);
    let sum = world.store(&[b"INCRBY", key.as_bytes(), signed.to_string().as_bytes()]).ok()?.integer()?;
    if sum == signed {
        // A failure is answered by the next command too; the counter is only kept longer.
        let _ = world.store(&[b"PEXPIRE", key.as_bytes(), kept_ms.to_string().as_bytes()]);
    }
    Some(u64::try_from(sum).unwrap_or_default())
}

pub(crate) fn give_back(world: &dyn World, key: &str, amount: u64) {
    if amount > 0 {
        let signed = i64::try_from(amount).unwrap_or(i64::MAX);
        // When the store is gone there is nobody to give it back to.
        let _ = world.store(&[b"DECRBY", key.as_bytes(), signed.to_string().as_bytes()]);
    }
}

pub(crate) fn now(world: &dyn World, key: &str) -> u64 {
    let sum = world.store(&[b"GET", key.as_bytes()]).ok().and_then(|reply| reply.integer());
    sum.and_then(|sum| u64::try_from(sum).ok()).unwrap_or_default()
}
