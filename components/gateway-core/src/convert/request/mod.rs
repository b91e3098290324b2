//! Bodies of requests: `POST /v1/chat/completions` and `POST /v1/messages`.
//!
//! Both functions read the whole body and build a new one. Fields fall in four groups: those with a counterpart; hints
//! that do not change what an answer may say (`seed`, `cache_control`, …), which are left out; fields without a
//! counterpart, which are refused (or left out, see [`Unsupported`]); and fields that this module does not know, which
//! are kept as they are.

mod chat_messages;
mod parts;
mod reasoning;
mod stop;
mod to_chat;
mod to_messages;
mod tools;
mod turns;

pub use to_chat::to_chat;
pub use to_messages::to_messages;

/// What becomes of a field that the other protocol cannot express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unsupported {
    /// The request is refused with a [`super::Problem`] that names the field.
    #[default]
    Refuse,
    /// Parameters (`n`, `logit_bias`, a tool that the provider runs, …) are left out. What belongs to the conversation
    /// itself is refused all the same.
    LeaveOut,
}

/// How a model behind the Messages API is told how much to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Thinking {
    /// `thinking: adaptive` and `output_config.effort`: Claude 4.6 and later.
    #[default]
    Adaptive,
    /// `thinking: enabled` with `budget_tokens`: models before that.
    Budget,
    /// Not at all: `reasoning_effort` is left out.
    None,
}

/// What a chat request needs to become a messages request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToMessages {
    /// `max_tokens` where the request sets no limit; the Messages API requires one. In tokens.
    pub default_max_tokens: u64,
    /// Whether the upstream takes `temperature`, `top_p` and `top_k`: API version 2026-10-21 refuses them, whatever
    /// their value. Without, they are left out.
    pub sampling: bool,
    /// What becomes of `reasoning_effort`.
    pub thinking: Thinking,
    /// What becomes of fields without a counterpart.
    pub unsupported: Unsupported,
}

/// The field in which a chat upstream takes the limit of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenLimit {
    /// `max_completion_tokens`: OpenAI, and servers that follow it.
    #[default]
    MaxCompletionTokens,
    /// `max_tokens`: older servers.
    MaxTokens,
}

/// What a messages request needs to become a chat request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToChat {
    /// The name of the limit.
    pub token_limit: TokenLimit,
    /// Whether the upstream takes `reasoning_effort`; models that do not reason refuse it.
    pub reasoning_effort: bool,
    /// Whether thinking of earlier turns goes along as `reasoning_content`. OpenAI refuses the field, some servers of
    /// reasoning models need it between tool calls.
    pub keep_reasoning: bool,
    /// What becomes of fields without a counterpart.
    pub unsupported: Unsupported,
}
