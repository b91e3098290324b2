//! Sockets in, exchanges with the store component out: listeners, connections, clients, and the end of it all.
//!
//! One thread owns a [`Shard`]. Each client is one task on that thread ([`connection`]), which hands bytes to the engine
//! and obeys its turns ([`exchange`]); what the engine asks of the host beside replies is done in [`events`].

mod batch;
pub mod busy;
mod clients;
mod connection;
mod events;
mod exchange;
mod facts;
mod listener;
mod nofile;
mod outbox;
mod output;
mod run;
mod settings;
mod shard;
mod stop;
mod tick;

pub use clients::{Clients, SessionInfo};
pub use run::{ServeError, run};
pub use settings::{OutputLimit, OutputLimits, Settings};
pub use shard::Shard;
pub use stop::Stop;

/// Hands out what a transaction outside of any client's turn had for others. If the store traps, the shard notes it.
pub(crate) fn deliver(shard: &std::rc::Rc<Shard>) {
    drop(outbox::deliver(shard).and_then(|()| events::apply(shard)));
}
