//! Does what the engine asks of the host: settings that changed, sessions to close, the end.

use super::Shard;
use super::clients::Phase;
use super::exchange::{End, trap_or};
use crate::wasm::{Event, Setting};

/// Takes and applies all events that are there.
pub(super) fn apply(shard: &Shard) -> Result<(), End> {
    let events = trap_or(shard, |shard| shard.store.borrow_mut().take_events())?;
    for event in events {
        match event {
            Event::Setting(Setting { name, value }) => {
                shard.settings.apply(&name, &value);
                tracing::debug!("setting {name} changed");
            }
            Event::CloseSession(id) => {
                // Whoever is being served right now gets its reply first: its own turn says `close`.
                if let Some(client) = shard.clients.get(id).filter(|client| client.phase.get() != Phase::Running) {
                    client.disconnect();
                }
            }
            Event::ShutDown(mode) => {
                tracing::info!("SHUTDOWN was requested ({mode:?}); this version keeps no data on disk");
                shard.stop.request();
                shard.functions.kill();
            }
        }
    }
    Ok(())
}
