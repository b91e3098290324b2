//! A scriptable mock of OpenAI's and Anthropic's HTTP APIs.

mod api;
mod body;
mod control;
mod digest;
pub mod limits;
mod mock;
mod options;
mod pace;
mod record;
mod script;
mod server;
mod service;
mod wire;

pub use mock::Mock;
pub use options::{Options, run};
pub use record::{End, Request};
pub use script::{Fault, Nth, Pattern, Pause, Rule, Script, ScriptError, Step, Then, ToldError, When};
