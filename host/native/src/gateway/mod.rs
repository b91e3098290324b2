//! `ferrite gateway`: the AI gateway component on the shard's thread, over the shard's store.
//!
//! The component has no I/O here: it takes events and gives actions (`ferrite:gateway/exchanges`), so that one instance serves
//! every request, and what requests share, such as one upstream call for two that are equal, needs no locks. The same bytes
//! are a `wasi:http` component elsewhere.
//!
//! - [`args`]: the command line; [`check`]: `ferrite gateway check`;
//! - [`instance`]: the component, and what it imports; [`bindings`]: generated;
//! - [`listener`]: connections; [`drive`]: one request; [`body`]: what is sent back;
//! - [`upstream`]: one call to a model's server; [`pool`]: its connections; [`embedder`]: the model engine; [`policies`].

pub mod args;
pub(crate) mod bindings;
mod body;
mod check;
mod drive;
mod embedder;
mod instance;
mod listener;
pub(crate) mod policies;
mod pool;
mod upstream;

pub use args::GatewayArgs;
pub use check::{Settings, check};
pub(crate) use listener::{Bound, bind};
