//! An AI gateway as plain Rust: no wasm, no I/O, no clock, no threads, no randomness of its own.
//!
//! Inside, requests are `async` functions; outside, an [`Exchange`] takes [`Event`]s and gives [`Action`]s, so that any
//! driver can run it: a `wasi:http` component, JavaScript with `fetch`, a native server.
//!
//! ```
//! use std::rc::Rc;
//! use ferrite_gateway::{Action, Config, Exchange, Gateway, Level, Reply, RequestHead, StoreError, World};
//!
//! struct Shell;
//! impl World for Shell {
//!     fn now_ms(&self) -> u64 { 1_700_000_000_000 }
//!     fn random(&self) -> u64 { 42 }
//!     fn store(&self, _argv: &[&[u8]]) -> Result<Reply, StoreError> { Ok(Reply::Nil) }
//!     fn log(&self, _level: Level, _text: &str) {}
//! }
//!
//! let config = Config::single("http://127.0.0.1:8000/v1", None).expect("this is a base URL");
//! let gateway = Gateway::new(config);
//! let head = RequestHead { method: "GET".into(), path: "/healthz".into(), headers: vec![] };
//! let mut exchange = Exchange::new(gateway, Rc::new(Shell), head);
//! assert!(matches!(exchange.next(), Some(Action::Head { status: 200, .. })));
//! assert_eq!(exchange.next(), Some(Action::Write(b"ok\n".to_vec())));
//! assert_eq!(exchange.next(), Some(Action::Finish));
//! ```
//!
//! # Layout
//! What a driver sees:
//! - [`exchange`]: [`Exchange`], one request; [`gateway`]: [`Gateway`], what requests share;
//! - [`event`], [`action`], [`head`]: what goes in and out; [`world`]: [`World`], what a driver gives;
//! - [`config`]: [`Config`], what the administrator says;
//! - [`limits`]: how much there may be of everything.
//!
//! Inside, from the outside in:
//! - `port/`: where futures meet events and actions; `answer.rs`, `refusal.rs`: what clients get;
//! - `api/`: which path is whose; `inference/`: requests for models, from the client to the answer;
//! - `json.rs`: texts from outside; `call.rs`: what is asked of a model; `flight.rs`: an answer on its way, for one client or more;
//! - `routing/`: which deployment answers; `provider/`: one file for each kind of upstream; `stream/`: what they send;
//! - [`convert`]: between the languages of upstreams;
//! - [`guard`]: whether two texts ask for the same;
//! - `policy/`: what is asked about requests and answers;
//! - `account/`: keys, limits and budgets; `cache/`: answers that are kept; `metrics.rs`, `access.rs`: what happened.

mod access;
mod account;
pub mod action;
mod answer;
mod api;
mod cache;
mod call;
pub mod config;
pub mod convert;
mod digest;
pub mod event;
pub mod exchange;
mod flight;
pub mod gateway;
pub mod guard;
pub mod head;
mod inference;
mod json;
pub mod limits;
mod metrics;
mod policy;
mod port;
mod provider;
mod refusal;
mod routing;
mod stream;
mod usage;
pub mod world;

pub use action::{Action, CallId, Hook, PolicyCall, Scheme, UpstreamRequest};
pub use config::{Config, Mistake};
pub use event::{Event, FailureKind, PolicyAnswer, PolicyFailure, UpstreamEvent};
pub use exchange::Exchange;
pub use gateway::Gateway;
pub use head::{Headers, RequestHead};
pub use world::{Level, Reply, StoreError, World};
