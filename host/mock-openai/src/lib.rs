//! `ferrite mock-openai`: a scriptable mock of OpenAI's and Anthropic's HTTP APIs, which is also the upstream of the tests of the
//! gateway. A test starts one on a free port:
//!
//! ```
//! use ferrite_mock_openai::{End, Mock};
//!
//! let mock = Mock::start("[[rule]]\nthen = { pattern = \"503, ok\" }".parse()?);
//! // … requests to mock.url() …
//! assert!(mock.requests().iter().all(|request| request.end == End::Completed));
//! # Ok::<(), ferrite_mock_openai::ScriptError>(())
//! ```
//!
//! In reading order: [`Script`] says how it behaves, `api` makes the answers, `body` brings them with their pauses and
//! faults, `exchange` is what happens to one request, `record` what is remembered of it; [`Mock`] and [`run`] are the two ways to start.
//!
//! The rest of this page is `docs/mock-openai.md`.
//!
#![doc = include_str!("../../../docs/mock-openai.md")]

mod api;
mod body;
mod control;
mod digest;
mod exchange;
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
