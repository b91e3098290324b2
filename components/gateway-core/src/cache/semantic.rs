//! Answers to questions that mean the same: vectors of the last message, in one index of the store for each context.
//!
//! A context is everything but the text of the last message: tenant, model, system prompt, earlier messages, sampling
//! parameters. So only the last message may differ; its vector must be near, and the guard must agree. Never with
//! tools.

use serde_json::{Value, json};

use super::key;
use crate::call::{Api, Call};
use crate::digest;
use crate::guard;
use crate::limits;
use crate::port::Port;
use crate::world::Level;

/// What is asked, apart from its context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The index of the context.
    pub(crate) index: String,
    /// The text of the last message.
    pub(crate) text: String,
}

impl Question {
    /// The question of a conversation; none where answers must not be found by their meaning.
    pub(crate) fn of(call: &Call, model: &str, scope: &str) -> Option<Self> {
        if !matches!(call.api, Api::Chat | Api::Messages) {
            return None;
        }
        let has = |name: &&str| call.body.get(*name).is_some_and(|value| !value.is_null());
        if ["tools", "functions", "tool_choice", "function_call", "mcp_servers"].iter().any(has) {
            return None;
        }
        let messages = call.body.get("messages")?.as_array()?;
        let (last, before) = messages.split_last()?;
        let is_tool = |message: &Value| message.get("tool_calls").is_some() || message.get("tool_call_id").is_some();
        if last.get("role")?.as_str()? != "user" || messages.iter().any(is_tool) {
            return None;
        }
        let (text, form) = text_of(last.get("content")?)?;
        if text.trim().is_empty() || text.len() > limits::QUESTION_BYTES {
            return None;
        }
        let others: Vec<(&String, &Value)> = last.as_object()?.iter().filter(|(name, _)| *name != "content").collect();
        let rest = key::canonical(call, model, scope, &["messages"]);
        let context = format!("{rest}{}\n{}\n{form}", Value::from(before.to_vec()), json!(others));
        Some(Self { index: format!("gateway:semantic:{}", digest::hex(context.as_bytes())), text })
    }
}

/// The text of a message, if it is nothing but one text, and in which form it came.
fn text_of(content: &Value) -> Option<(String, &'static str)> {
    if let Some(text) = content.as_str() {
        return Some((text.to_owned(), "text"));
    }
    let [part] = content.as_array()?.as_slice() else { return None };
    let part = part.as_object()?;
    let is_text = part.len() == 2 && part.get("type")?.as_str()? == "text";
    is_text.then(|| Some((part.get("text")?.as_str()?.to_owned(), "part")))?
}

/// Whether one answer may serve both questions. The only place that asks the guard.
fn may_share(asked: &str, kept: &str) -> bool {
    guard::agree(asked, kept) == guard::Verdict::Agree
}

fn blob(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// The key of an answer to a question that means the same.
pub(crate) fn find(port: &Port, question: &Question, vector: &[f32], threshold: f64) -> Option<String> {
    let count = limits::SEMANTIC_CANDIDATES.to_string();
    let index = question.index.as_bytes();
    let blob = blob(vector);
    let search: [&[u8]; 7] = [b"VECTOR.SEARCH", index, b"K", count.as_bytes(), &blob, b"WITHSCORES", b"WITHATTR"];
    // Without an index nothing was asked in this context.
    let reply = port.world.store(&search).ok()?;
    // In RESP3 each hit is a list of its own.
    let one_by_one = reply.items().iter().flat_map(|item| match item.items() {
        [] => std::slice::from_ref(item),
        items => items,
    });
    let flat: Vec<&crate::world::Reply> = one_by_one.collect();
    for hit in flat.chunks_exact(3) {
        let [id, distance, attributes] = hit else { continue };
        let (Some(id), Some(distance), Some(attributes)) = (id.text(), distance.text(), attributes.text()) else {
            continue;
        };
        let near = distance.parse::<f64>().is_ok_and(|distance| 1.0 - distance >= threshold);
        let kept: Value = crate::json::read(attributes).ok()?;
        if near && kept.get("text").and_then(Value::as_str).is_some_and(|kept| may_share(&question.text, kept)) {
            return Some(id.to_owned());
        }
    }
    None
}

/// Remembers that a question has an answer under this key.
pub(crate) fn remember(port: &Port, question: &Question, vector: &[f32], key: &str, ttl_ms: u64) {
    let index = question.index.as_bytes();
    let full = |reply: crate::world::Reply| reply.integer().is_some_and(|count| count >= limits::SEMANTIC_ENTRIES);
    if port.world.store(&[b"VCARD", index]).is_ok_and(full) {
        return;
    }
    // It may be there already.
    let _ = port.world.store(&[b"VECTOR.CREATE", index, b"DIM", vector.len().to_string().as_bytes()]);
    let attributes = json!({"text": question.text}).to_string();
    let added =
        port.world.store(&[b"VECTOR.ADD", index, key.as_bytes(), &blob(vector), b"ATTR", attributes.as_bytes()]);
    let kept = port.world.store(&[b"PEXPIRE", index, ttl_ms.to_string().as_bytes()]);
    if let Err(error) = added.and(kept) {
        port.world.log(Level::Warning, &format!("a question is not remembered: {error}"));
    }
}

/// A question whose answer is gone.
pub(crate) fn forget(port: &Port, question: &Question, key: &str) {
    let _ = port.world.store(&[b"VECTOR.DEL", question.index.as_bytes(), key.as_bytes()]);
}
