//! Bodies of requests: `POST /v1/chat/completions` and `POST /v1/messages`.
//!
//! Both functions read the whole body and build a new one. Fields fall in four groups: those with a counterpart; hints
//! that do not change what an answer may say (`seed`, `cache_control`, …), which are left out; fields without a
//! counterpart, which are refused (or left out, see [`Unsupported`]); and fields that this module does not know, which
//! are kept as they are.
//!
//! | Chat Completions | Messages | |
//! | --- | --- | --- |
//! | messages of `system` and `developer` | `system` | joined by line breaks; blocks if one has more than text |
//! | messages of `user` and `tool` | turns of `user` | neighbours become one turn, results of tools first in it |
//! | `tool_calls` | `tool_use` blocks | ids in Anthropic's letters |
//! | `tool` messages | `tool_result` blocks | `is_error` has no counterpart; images move to a message of the user |
//! | `image_url`: `data:` or `http(s):` | `image`: `base64` or `url` | `detail` is left out |
//! | `file` with a PDF | `document` | other files are refused |
//! | `max_completion_tokens`, `max_tokens` | `max_tokens` | |
//! | `temperature`, `top_p`, `top_k` | the same | temperatures above 1 become 1 |
//! | `stop` | `stop_sequences` | |
//! | `tools` with `function` | `tools` | |
//! | `tool_choice` `required`, a function | `any`, `tool` | `allowed_tools` leaves only those |
//! | `parallel_tool_calls: false` | `tool_choice.disable_parallel_tool_use` | |
//! | `response_format` `json_schema` | `output_config.format` | `json_object` is refused |
//! | `reasoning_effort` | `output_config.effort`, `thinking` | see [`Thinking`] |
//! | `thinking_blocks` of an assistant's message | `thinking` blocks | with a signature only |
//! | `user`, `safety_identifier` | `metadata.user_id` | cut to 64 characters for OpenAI |
//! | `service_tier` `auto`, `default` | `auto`, `standard_only` | |

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
    /// Parameters (`n`, `logit_bias`, …), tools that the provider runs, and their blocks in what the assistant said are
    /// left out. What a user said is refused all the same.
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
