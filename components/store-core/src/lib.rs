//! The Redis-compatible store as plain Rust: no wasm, no I/O, no clock, no threads, no randomness of its own.
//!
//! ```
//! use ferrite_store_core::{Environment, Store};
//!
//! struct Fixed;
//! impl Environment for Fixed {
//!     fn now_us(&self) -> u64 {
//!         1_700_000_000_000_000
//!     }
//!     fn entropy(&self) -> u64 {
//!         42
//!     }
//! }
//!
//! let mut store = Store::new(Box::new(Fixed));
//! let session = store.open_session("", "");
//! let turn = store.exchange(session, b"SET greeting hello\r\nGET greeting\r\n");
//! assert_eq!(turn.replies, b"+OK\r\n$5\r\nhello\r\n");
//! ```
//!
//! # Layout
//! The engine, from the outside in:
//! - [`store`]: [`Store`], what embedders hold;
//! - [`exchange`](Store::exchange), in `exchange.rs`: a pipeline; `dispatch.rs`: one command; [`turn`]: what comes back;
//! - `room.rs`: `maxmemory`, and what goes when it is reached;
//! - [`execute`]: commands that functions run; [`typed`]: the same store with types;
//! - [`timing`]: what commands take; [`slowlog`] and [`latency`]: where it is kept;
//! - [`snapshots`]: all databases as a file, in pieces;
//! - [`session`]: one client's state; `parked.rs`: those that wait; [`settings`]: CONFIG;
//! - [`outbox`]: bytes for other sessions; `push.rs`: those that answer no command; [`pubsub`]: who listens to channels;
//! - [`invalidation`]: who keeps keys in a cache of its own; `monitor.rs`: who sees every command.
//!
//! Commands:
//! - [`command`]: a row of the table; [`rows`]: the table at run time; [`context`]: what a command's function is given;
//! - [`commands`]: one file a family;
//! - [`types`]: data types, which know nothing of commands.
//!
//! Data:
//! - [`keyspace`]: databases, expiry, transactions, watchers, and the entries they are made of;
//! - [`table`]: the hash table of databases and of large collections;
//! - [`rdb`]: values and databases as Redis writes them to files;
//! - [`memory`]: what it all takes; [`named`]: a few things by name.

pub mod command;
pub mod commands;
pub mod context;
mod dispatch;
pub mod error;
mod exchange;
pub mod execute;
pub mod glob;
pub mod invalidation;
pub mod key_positions;
pub mod keyspace;
pub mod latency;
pub mod memory;
mod monitor;
pub mod named;
pub mod outbox;
mod parked;
pub mod pubsub;
mod push;
pub mod random;
pub mod rdb;
mod room;
pub mod rows;
pub mod session;
pub mod settings;
pub mod slowlog;
pub mod snapshots;
mod sorting;
pub mod store;
pub mod table;
pub mod timing;
pub mod turn;
pub mod typed;
pub mod types;

pub use error::Error;
pub use execute::CommandError;
pub use keyspace::saving::{Piece, SaveError};
pub use keyspace::{TransactionAccess, TransactionError};
pub use outbox::Delivery;
pub use rdb::load::{Fault, LoadError, Report};
pub use rows::{HostCommand, HostKeys};
pub use snapshots::RestoreError;
pub use store::{Environment, Statistics, Store};
pub use turn::{Event, Fact, HostCall, Next, SaveMode, Turn};
