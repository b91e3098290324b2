//! Ferrite's native host: Redis clients in front, the store component inside, user-defined functions beside the data.
//!
//! One shard is one thread, one tokio runtime, one instance of the store component. The host owns sockets, limits and
//! the life of functions; what RESP means, and all data, is the component's.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use ferrite::config::Config;
//! use ferrite::server::{self, Stop};
//!
//! let stop = Arc::new(Stop::default()); // `stop.request()` from any thread ends the server in order
//! server::run(Config::default(), stop, |addresses| println!("ready on {addresses:?}"))?;
//! # Ok::<(), ferrite::server::ServeError>(())
//! ```
//!
//! In reading order:
//! - [`cli`] and [`config`]: what the server is told;
//! - [`server`]: listeners, connections, exchanges, shutdown;
//! - [`wasm`]: the store component, its engine, its clock;
//! - [`snapshots`]: the file of the data, written and loaded;
//! - [`udf`]: functions, from WASM.LOAD to the reply of a call;
//! - `http`: REST calls and files over HTTP; `metrics`: figures over HTTP;
//! - [`tool`]: `ferrite udf …`, from an idea to a component;
//! - `trust`: whom TLS trusts; [`limits`]: every buffer and queue, with its reason;
//! - [`logging`]: lines on standard error.

pub mod cli;
pub mod config;
pub mod gateway;
mod http;
pub mod limits;
pub mod logging;
mod metrics;
mod random;
pub mod server;
pub mod snapshots;
pub mod tool;
mod trust;
pub mod udf;
pub mod wasm;

/// The model engine's bytes: code, without weights.
pub static EMBEDDER_COMPONENT: &[u8] = include_bytes!(env!("FERRITE_EMBEDDER_COMPONENT"));

/// The gateway component's bytes, the same that run under any host of `wasi:http`.
pub static GATEWAY_COMPONENT: &[u8] = include_bytes!(env!("FERRITE_GATEWAY_COMPONENT"));

/// The store component's bytes, the same that run at the edge.
pub static STORE_COMPONENT: &[u8] = include_bytes!(env!("FERRITE_STORE_COMPONENT"));
