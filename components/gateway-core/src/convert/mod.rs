//! Conversions between Anthropic's Messages API and OpenAI's Chat Completions API, as pure functions on JSON.
//!
//! | module | what it turns into its counterpart, both ways |
//! | --- | --- |
//! | [`request`] | the body of `POST /v1/chat/completions` and of `POST /v1/messages` |
//! | [`response`] | the answer, when it is one JSON object |
//! | [`stream`] | the answer, when it is a stream of server-sent events; piece by piece |
//! | [`error`] | bodies and statuses of errors |
//! | [`models`] | the body of `GET /v1/models` |
//!
//! The shapes are those of the API references (`platform.claude.com/docs/en/api`, with `anthropic-version: 2023-06-01`
//! and `2026-10-21`, and `platform.openai.com/docs/api-reference`). JSON is read as it comes: a field that neither side
//! knows is kept where the other protocol has a place for it, `null` counts as absent, and no JSON makes these
//! functions panic. What the other protocol cannot say is a [`Problem`] that names the field.
//!
//! ```
//! use ferrite_gateway::convert::request::{self, ToChat};
//! use serde_json::json;
//!
//! let request = json!({
//!     "model": "llama",
//!     "max_tokens": 100,
//!     "system": "Be brief.",
//!     "messages": [{ "role": "user", "content": "Hello" }],
//! });
//! let chat = request::to_chat(&request, &ToChat::default())?;
//! assert_eq!(chat["messages"][0], json!({ "role": "system", "content": "Be brief." }));
//! # Ok::<(), ferrite_gateway::convert::Problem>(())
//! ```

mod answer_parts;
pub mod error;
mod fields;
mod ids;
mod limits;
pub mod models;
mod problem;
mod reasons;
pub mod request;
pub mod response;
pub mod stream;
pub(crate) mod time;
mod usage;

pub use problem::Problem;
