//! Takes what one client's turn, a function or maintenance had for others, and writes it to them.

use super::Shard;
use super::exchange::{End, trap_or};

/// Takes and writes all deliveries that are there. Whoever they wake goes on in its own task.
pub(super) fn deliver(shard: &Shard) -> Result<(), End> {
    for delivery in trap_or(shard, |shard| shard.store.borrow_mut().take_outbox())? {
        for client in delivery.sessions.iter().filter_map(|id| shard.clients.get(*id)) {
            client.deliver(&delivery.bytes);
            if let Err(limit) = client.check_output(&shard.settings)
                && !client.ended.get()
            {
                tracing::warn!("client {} {} is disconnected: {limit}", client.info.id, client.info.address);
                client.disconnect();
            }
        }
    }
    Ok(())
}
