//! The HTTP port: REST calls as `@upstash/redis` sends them, messages as events, and a folder of files.
//!
//! What a request means, and who may send it, is `ferrite_http`'s; here are the sockets. They are served by a thread of
//! their own: neither JSON nor a client that dawdles takes the shard's time. A request that is let in gets a session as
//! a client of the TCP port does, by one end of a pair of sockets ([`door`]), so that whatever works there works here.
//!
//! - [`listener`]: the thread, and who is accepted; [`service`]: one request;
//! - [`door`]: from a request to a session; [`body`]: what is sent back; [`files`]: the folder.

mod body;
mod door;
mod files;
mod listener;
mod service;

pub(crate) use door::Visitor;
pub(crate) use listener::{Bound, Running, bind};
