//! What happens although no client asks for it: expiry, idle clients, fresh figures for INFO.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::clients::Phase;
use super::exchange::{End, trap_or};
use super::{Shard, facts, outbox};
use crate::limits;

/// Runs until the store traps.
pub(super) async fn run(shard: Rc<Shard>) {
    let mut last_second = Instant::now();
    loop {
        let Ok(pause) = trap_or(&shard, |shard| shard.store.borrow_mut().tick(limits::TICK_BUDGET_US)) else { return };
        if outbox::deliver(&shard).is_err() {
            return;
        }
        let pause = Duration::from_micros(pause).clamp(limits::SHORTEST_TICK, limits::LONGEST_TICK);
        tokio::time::sleep(pause).await;
        let seconds = shard.started.elapsed().as_secs();
        shard.coarse_seconds.set(u32::try_from(seconds).unwrap_or(u32::MAX));
        if last_second.elapsed() >= Duration::from_secs(1) {
            last_second = Instant::now();
            if once_a_second(&shard).is_err() {
                return;
            }
        }
    }
}

fn once_a_second(shard: &Rc<Shard>) -> Result<(), End> {
    shard.functions.grow_old(1);
    let facts = facts::present(shard);
    trap_or(shard, |shard| shard.store.borrow_mut().learn(facts))?;
    trap_or(shard, |_| crate::snapshots::save_if_due(shard))?;
    if let Some(timeout) = shard.settings.timeout() {
        disconnect_idle(shard, timeout);
    }
    Ok(())
}

/// Whoever sent nothing and took nothing for `timeout` seconds goes; whoever waits for a command of its own or listens to
/// channels stays.
fn disconnect_idle(shard: &Shard, timeout: u32) {
    let now = shard.coarse_seconds.get();
    for client in shard.clients.snapshot() {
        let waits_for_us = matches!(client.phase.get(), Phase::Waiting | Phase::Parked) && client.output.is_empty();
        if !waits_for_us && !client.subscribed.get() && now.saturating_sub(client.last_active.get()) > timeout {
            tracing::debug!("client {} {} is idle", client.info.id, client.info.address);
            client.disconnect();
        }
    }
}
