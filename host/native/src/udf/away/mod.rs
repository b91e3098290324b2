//! Functions with NETWORK or FILESYSTEM. They wait for others, and so they run on a thread of their own and not on the
//! shard's: `wasm-async`, with as many calls at a time as [`AWAY_CALLS`](super::limits::AWAY_CALLS).
//!
//! A call goes through these files: `call` (on the shard: accepted, watched, answered) → `thread` → `instance` (the wasm, with
//! what `world`, `http` and `files` let it reach) → `loan` (each store call, back on the shard, as a transaction of its own).
//! Such a call is not atomic and not rolled back (`docs/decisions/0011-functions-off-the-shard.md`).

mod call;
pub(crate) mod files;
mod http;
mod instance;
mod loan;
mod output;
mod thread;
mod world;

use std::sync::Arc;

use super::hosts::Host;
pub(crate) use call::{Away, Session};
pub(crate) use files::Mount;
pub(crate) use instance::check;
pub(crate) use loan::Door;
pub(crate) use world::{World, add};

/// What a function may reach outside.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub(crate) hosts: Arc<[Host]>,
    /// Whether every public host is among them.
    pub(crate) any_host: bool,
    pub(crate) mounts: Arc<[Mount]>,
}

impl Reach {
    /// Nothing.
    pub(crate) fn none() -> Reach {
        Reach { hosts: Arc::from([]), any_host: false, mounts: Arc::from([]) }
    }
}
