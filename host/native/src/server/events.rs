//! Does what the engine asks of the host: settings that changed, sessions to close, the end.

use super::Shard;
use super::clients::Phase;
use super::exchange::{End, trap_or};
use crate::wasm::{Event, SaveMode, Setting};

/// Takes and applies all events that are there.
pub(super) fn apply(shard: &Shard) -> Result<(), End> {
    let events = trap_or(shard, |shard| shard.store.borrow_mut().take_events())?;
    for event in events {
        match event {
            Event::Setting(Setting { name, value }) => {
                shard.settings.apply(&name, &value);
                if name == "save" {
                    shard.snapshots.set_points(&value);
                }
                tracing::debug!("setting {name} changed");
            }
            Event::CloseSession(id) => {
                // Whoever is being served right now gets its reply first: its own turn says `close`.
                if let Some(client) = shard.clients.get(id).filter(|client| client.phase.get() != Phase::Running) {
                    client.disconnect();
                }
            }
            Event::ShutDown(mode) => {
                tracing::info!("SHUTDOWN was requested ({mode:?})");
                let saves = match mode {
                    SaveMode::Save => true,
                    SaveMode::Discard => false,
                    SaveMode::Unspecified => shard.snapshots.has_points(),
                };
                // In the middle of a function nothing can be saved: it is done when the function has ended.
                let is_busy = shard.functions.is_running();
                // As in Redis the server goes on when the data cannot be kept.
                if saves && !is_busy && crate::snapshots::save(shard).is_err() {
                    tracing::error!("SHUTDOWN is not obeyed: SHUTDOWN NOSAVE is");
                    continue;
                }
                shard.saves_at_end.set(Some(saves && is_busy));
                shard.stop.request();
                shard.functions.kill();
            }
        }
    }
    Ok(())
}
