//! `/v1/completions`: <https://platform.openai.com/docs/api-reference/completions>.

use serde_json::{Value, json};

use super::chat::{choices, usage};
use super::event::{Event, Kind};
use super::question::{Question, Says};
use super::text::Text;
use super::{ApiError, Reply, Settings};
use crate::limits::{CHOICES, ECHOED_PROMPT_BYTES};

pub(super) fn answer(request: &Value, settings: &Settings) -> Result<Reply, ApiError> {
    let mut question = Question::new(request, settings)?;
    question.limit(request, &["max_tokens"])?;
    let prompts = prompts(&request["prompt"])?;
    let per_prompt = choices(request)?;
    if prompts.len().saturating_mul(per_prompt) as u64 > CHOICES {
        return Err(ApiError::parameter("prompt", "Invalid 'prompt': too many prompts."));
    }
    let is_echo = request["echo"] == true;
    let echoed: usize = prompts.iter().map(|prompt| prompt.len().saturating_mul(per_prompt)).sum();
    if is_echo && echoed > ECHOED_PROMPT_BYTES {
        return Err(ApiError::parameter("echo", "Invalid 'echo': the prompts are too long."));
    }
    let mut said = Vec::new();
    for prompt in prompts {
        question.add(prompt, false);
        for nth in 0..per_prompt {
            let Says::Text(text, is_cut) = question.answer(settings, nth) else { continue };
            let before = if is_echo { question.text.clone() } else { String::new() };
            said.push((before, text, is_cut));
        }
    }
    let usage = usage(question.prompt_tokens, said.iter().map(|(_, text, _)| text.tokens()).sum());
    let head = json!({
        "id": question.digest.id("cmpl-", 0), "object": "text_completion", "created": settings.created,
        "model": question.model, "system_fingerprint": "fp_mock",
    });
    if question.is_stream {
        let usage = (request["stream_options"]["include_usage"] == true).then_some(usage);
        return Ok(stream(head, said, usage, settings.chunk_tokens));
    }
    let said = said.into_iter().enumerate();
    let choices = said.map(|(index, (before, text, is_cut))| {
        choice(index, before + &text.whole(), Some(if is_cut { "length" } else { "stop" }))
    });
    let mut object = head;
    object["choices"] = choices.collect();
    object["usage"] = usage;
    Ok(Reply::json(&object))
}

/// A string, or an array of them; tokens are shown by their numbers.
fn prompts(value: &Value) -> Result<Vec<String>, ApiError> {
    let numbers = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>().join(" ");
    match value {
        Value::Null => Ok(vec![String::new()]),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) if items.first().is_some_and(Value::is_number) => Ok(vec![numbers(items)]),
        Value::Array(items) if !items.is_empty() => Ok(items
            .iter()
            .map(|item| match item {
                Value::String(text) => text.clone(),
                Value::Array(items) => numbers(items),
                other => other.to_string(),
            })
            .collect()),
        _ => Err(ApiError::parameter("prompt", "Invalid 'prompt': expected a string or an array.")),
    }
}

fn choice(index: usize, text: String, finish_reason: Option<&str>) -> Value {
    json!({"index": index, "text": text, "logprobs": null, "finish_reason": finish_reason})
}

fn stream(head: Value, said: Vec<(String, Text, bool)>, usage: Option<Value>, chunk_tokens: usize) -> Reply {
    let has_usage = usage.is_some();
    let chunk = move |choices: Value, usage: Option<&Value>| {
        let mut object = head.clone();
        object["choices"] = choices;
        if has_usage {
            object["usage"] = usage.cloned().unwrap_or(Value::Null);
        }
        object
    };
    let last = usage.map(|usage| Event::data(Kind::Frame, &chunk(json!([]), Some(&usage))));
    let events = said.into_iter().enumerate().flat_map(move |(index, (before, text, is_cut))| {
        let chunk = chunk.clone();
        let before = (!before.is_empty()).then_some(before);
        let end = chunk(json!([choice(index, String::new(), Some(if is_cut { "length" } else { "stop" }))]), None);
        let pieces = before.into_iter().chain(text.chunks(chunk_tokens));
        pieces
            .map(move |text| Event::data(Kind::Content, &chunk(json!([choice(index, text, None)]), None)))
            .chain([Event::data(Kind::Frame, &end)])
    });
    Reply::Stream(Box::new(events.chain(last).chain([Event::done()])))
}
