//! What a request asks, in the terms that all APIs share.

use serde_json::Value;

use super::text::{Text, beginning, tokens};
use super::tool::{Call, Choice, Tool, calls, example};
use super::{ApiError, Settings};
use crate::digest::Digest;
use crate::limits::{ARGUMENT_BYTES, ECHO_BYTES, TOOLS};

/// Tokens that each message counts beside its text.
const MESSAGE_TOKENS: usize = 4;

/// The parts of a request that decide what the answer says.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) model: String,
    pub(super) digest: Digest,
    pub(super) prompt_tokens: usize,
    pub(super) is_stream: bool,
    /// The text of the last message.
    pub(super) text: String,
    /// Whether the last message is a tool's result.
    pub(super) is_result: bool,
    pub(super) tools: Vec<Tool>,
    pub(super) choice: Choice,
    pub(super) parallel: bool,
    pub(super) most_tokens: Option<usize>,
    /// The schema that the answer has to fit, `{}` for any object.
    pub(super) format: Option<Value>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(super) enum Says {
    /// A text, and whether it was cut at the most tokens that the request allows.
    Text(Text, bool),
    /// Calls, at least one.
    Calls(Vec<Call>),
}

impl Question {
    /// What all APIs have; the rest is empty.
    pub(super) fn new(request: &Value, settings: &Settings) -> Result<Question, ApiError> {
        let model = match &request["model"] {
            Value::String(model) if !model.is_empty() => model.clone(),
            Value::Null => return Err(ApiError::parameter("model", "you must provide a model parameter")),
            _ => return Err(ApiError::parameter("model", "Invalid type for 'model': expected a string.")),
        };
        if !settings.has_model(&model) {
            return Err(ApiError::no_model(&model));
        }
        let is_stream = match &request["stream"] {
            Value::Null => false,
            Value::Bool(value) => *value,
            _ => return Err(ApiError::parameter("stream", "Invalid type for 'stream': expected a boolean.")),
        };
        Ok(Question {
            model,
            digest: Digest::of(request),
            prompt_tokens: 0,
            is_stream,
            text: String::new(),
            is_result: false,
            tools: Vec::new(),
            choice: Choice::Auto,
            parallel: true,
            most_tokens: None,
            format: None,
        })
    }

    /// Counts a message, which is the last one so far.
    pub(super) fn add(&mut self, text: String, is_result: bool) {
        self.count(&text);
        self.text = text;
        self.is_result = is_result;
    }

    /// Counts a text that is not answered, such as the system prompt.
    pub(super) fn count(&mut self, text: &str) {
        self.prompt_tokens += MESSAGE_TOKENS + tokens(text);
    }

    /// Takes the first limit of tokens that the request has under these names.
    pub(super) fn limit(&mut self, request: &Value, names: &[&str]) -> Result<(), ApiError> {
        let Some((name, value)) = names.iter().map(|name| (*name, &request[*name])).find(|(_, value)| !value.is_null())
        else {
            return Ok(());
        };
        match value.as_u64() {
            Some(most) if most > 0 => self.most_tokens = Some(usize::try_from(most).unwrap_or(usize::MAX)),
            _ => return Err(ApiError::parameter(name, format!("Invalid '{name}': expected an integer above 0."))),
        }
        Ok(())
    }

    /// Takes a tool that may be called.
    pub(super) fn offer(&mut self, tool: Tool) -> Result<(), ApiError> {
        if self.tools.len() == TOOLS {
            return Err(ApiError::parameter("tools", format!("Invalid 'tools': at most {TOOLS} tools.")));
        }
        self.tools.push(tool);
        Ok(())
    }

    /// The answer: `nth` is that of the choice, 0 where there is one.
    pub(super) fn answer(&self, settings: &Settings, nth: usize) -> Says {
        if !self.is_result && settings.answer.is_none() {
            let calls = calls(&self.tools, &self.choice, &self.text, self.parallel);
            if !calls.is_empty() {
                return Says::Calls(calls);
            }
        }
        let echo = beginning(&self.text, ECHO_BYTES);
        let mut text = match (&settings.answer, &self.format) {
            (Some(answer), _) => answer.to_string(),
            (None, Some(schema)) => {
                let made_up = schema["properties"].is_object().then(|| example(schema, "value", 0).to_string());
                let made_up = made_up.filter(|text| text.len() <= ARGUMENT_BYTES);
                made_up.unwrap_or_else(|| serde_json::json!({"said": echo}).to_string())
            }
            (None, None) => {
                let who = if self.is_result { "The tool said" } else { "You said" };
                format!("{who}: {echo} [{}]", self.digest.short())
            }
        };
        if nth > 0 && self.format.is_none() {
            text.push_str(&format!(" (choice {nth})"));
        }
        let (text, is_cut) = Text::new(&text, settings.tokens).cut(self.most_tokens);
        Says::Text(text, is_cut)
    }
}

/// The text of a message's `content`: a string, or parts of which those with a text count.
pub(super) fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<String> = parts.iter().map(part).filter(|text| !text.is_empty()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

fn part(part: &Value) -> String {
    match part {
        Value::String(text) => text.clone(),
        _ if part["text"].is_string() => content(&part["text"]),
        // A tool's result in Anthropic's API, whose content is a string or parts with texts.
        _ => match &part["content"] {
            Value::Array(inner) => {
                let texts: Vec<&str> = inner.iter().filter_map(|part| part["text"].as_str()).collect();
                texts.join("\n")
            }
            Value::String(text) => text.clone(),
            _ => String::new(),
        },
    }
}

impl Says {
    /// Tokens of the answer.
    pub(super) fn tokens(&self) -> usize {
        match self {
            Says::Text(text, _) => text.tokens(),
            Says::Calls(calls) => calls.iter().map(|call| tokens(&call.name) + pieces(&call.arguments).len()).sum(),
        }
    }
}

/// The pieces in which a stream brings a call's arguments.
pub(super) fn pieces(arguments: &str) -> Vec<String> {
    const LETTERS: usize = 8;
    let letters: Vec<char> = arguments.chars().collect();
    letters.chunks(LETTERS).map(|piece| piece.iter().collect()).collect()
}
