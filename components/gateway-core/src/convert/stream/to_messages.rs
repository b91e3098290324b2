//! A stream of chat chunks as a stream of messages.

use super::super::error::ApiError;
use super::super::fields::{Object, Path, array, get, object, string, text};
use super::super::problem::Problem;
use super::super::usage::Usage;
use super::super::{answer_parts, ids, limits, reasons};
use super::start::{Start, sane};
use super::{Event, Phase};
use serde_json::{Value, json};

/// The machine for clients of the Messages API in front of the Chat Completions API.
///
/// A messages stream has one block after the other, so pieces of one tool call must not come after the next call has
/// begun; no known server mixes them. Servers that mix thinking into text are known: what is thought while the text
/// runs is left out, as clients show every block of text by itself.
#[derive(Debug)]
pub struct ToMessages {
    start: Start,
    phase: Phase,
    block: Option<Kind>,
    /// The index of the open block, or of the next one if none is open.
    index: u64,
    call: Call,
    tool_calls: usize,
    /// `None` until the upstream has counted.
    usage: Option<Usage>,
    stop: Stop,
    has_content: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
    ToolUse,
}

/// The tool call of the open block.
#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
}

#[derive(Debug, Default)]
struct Stop {
    reason: Option<&'static str>,
    sequence: Option<String>,
    refused: bool,
}

impl ToMessages {
    /// A machine for one answer.
    pub fn new(start: Start) -> Self {
        Self {
            start: Start { id: ids::message(&start.id), ..start },
            phase: Phase::Waiting,
            block: None,
            index: 0,
            call: Call::default(),
            tool_calls: 0,
            usage: None,
            stop: Stop::default(),
            has_content: false,
        }
    }

    /// Takes one chunk of the upstream and appends what it means. `[DONE]` is told by [`ToMessages::done`].
    pub fn event(&mut self, data: &Value, out: &mut Vec<Event>) -> Result<(), Problem> {
        if matches!(self.phase, Phase::Complete | Phase::Failed) {
            return Ok(());
        }
        let taken = self.take(data, out);
        if taken.is_err() {
            self.phase = Phase::Failed;
        }
        taken
    }

    /// The upstream sent `[DONE]`. Without a reason for the end before it, the answer is not complete.
    pub fn done(&mut self, out: &mut Vec<Event>) {
        if self.phase != Phase::Ending {
            return;
        }
        self.phase = Phase::Complete;
        let delta = json!({ "stop_reason": self.stop.reason, "stop_sequence": self.stop.sequence });
        // Without a count the estimate of the start stands.
        let usage = self.usage.map_or_else(|| json!({ "output_tokens": 0 }), Usage::to_messages);
        self.push(out, "message_delta", json!({ "type": "message_delta", "delta": delta, "usage": usage }));
        self.push(out, "message_stop", json!({ "type": "message_stop" }));
    }

    /// The upstream's stream has ended: appends the end if it is still owed, and says whether the answer was complete.
    /// A reason for the end is enough: some servers leave out `[DONE]`.
    pub fn end(&mut self, out: &mut Vec<Event>) -> bool {
        self.done(out);
        if self.phase != Phase::Complete {
            self.phase = Phase::Failed;
        }
        self.phase == Phase::Complete
    }

    /// Whether text, thinking or a tool call has come: only then the answer has begun for a client.
    pub fn has_content(&self) -> bool {
        self.has_content
    }

    /// What the upstream has counted so far, as `usage` of a message.
    pub fn usage(&self) -> Option<Value> {
        self.usage.map(Usage::to_messages)
    }

    fn take(&mut self, data: &Value, out: &mut Vec<Event>) -> Result<(), Problem> {
        let at = Path::Root;
        let chunk = object(data, &at)?;
        if get(chunk, "error").is_some() {
            out.push(Event::messages_error(&ApiError::from_chat(None, data)));
            self.phase = Phase::Failed;
            return Ok(());
        }
        if let Some(usage) = get(chunk, "usage").and_then(Value::as_object) {
            self.usage = Some(Usage::from_chat(usage));
        }
        let choices_at = at.key("choices");
        let choices = array(chunk, &at, "choices")?.unwrap_or_default();
        // Azure sends a chunk ahead that has neither a choice nor a name.
        if self.phase == Phase::Waiting && !choices.is_empty() {
            self.open_answer(chunk, out);
        }
        for (position, choice) in choices.iter().enumerate() {
            let at = choices_at.index(position);
            let choice = object(choice, &at)?;
            // A messages request asks for one choice.
            if choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0 && self.phase == Phase::Open {
                self.choice(choice, &at, out)?;
            }
        }
        Ok(())
    }

    fn open_answer(&mut self, chunk: &Object, out: &mut Vec<Event>) {
        self.phase = Phase::Open;
        self.start.take(text(chunk, "id"), text(chunk, "model"), ids::message);
        let message = json!({
            "id": self.start.id,
            "type": "message",
            "role": "assistant",
            "model": self.start.model,
            "content": [],
            "stop_reason": null,
            "stop_sequence": null,
            "usage": Usage::estimate(self.start.input_tokens).to_messages(),
        });
        self.push(out, "message_start", json!({ "type": "message_start", "message": message }));
    }

    fn choice(&mut self, choice: &Object, at: &Path<'_>, out: &mut Vec<Event>) -> Result<(), Problem> {
        if let Some(delta) = get(choice, "delta") {
            let at = at.key("delta");
            let delta = object(delta, &at)?;
            let reasoning = match string(delta, &at, "reasoning_content")? {
                Some(reasoning) => Some(reasoning),
                None => text(delta, "reasoning"),
            };
            self.piece(Kind::Thinking, reasoning, out);
            self.signature(delta, out);
            self.content(delta, &at, out)?;
            let refusal = string(delta, &at, "refusal")?.filter(|refusal| !refusal.is_empty());
            self.stop.refused |= refusal.is_some();
            self.piece(Kind::Text, refusal, out);
            let calls_at = at.key("tool_calls");
            for (position, call) in array(delta, &at, "tool_calls")?.unwrap_or_default().iter().enumerate() {
                let at = calls_at.index(position);
                self.tool_call(object(call, &at)?, &at, out)?;
            }
        }
        // Some servers write an empty reason until there is one.
        if let Some(reason) = string(choice, at, "finish_reason")?.filter(|reason| !reason.is_empty()) {
            self.close(out);
            let sequence = text(choice, "stop_reason").filter(|sequence| sequence.len() <= limits::NAME_BYTES);
            let reason = match self.stop.refused {
                true => "refusal",
                false => reasons::stop_reason(Some(reason), self.tool_calls > 0, sequence.is_some()),
            };
            self.stop.reason = Some(reason);
            self.stop.sequence = sequence.filter(|_| reason == "stop_sequence").map(str::to_owned);
            self.phase = Phase::Ending;
        }
        Ok(())
    }

    /// Text, or with some servers an array of parts; thinking may be among them.
    fn content(&mut self, delta: &Object, at: &Path<'_>, out: &mut Vec<Event>) -> Result<(), Problem> {
        let Some(Value::Array(parts)) = get(delta, "content") else {
            self.piece(Kind::Text, string(delta, at, "content")?, out);
            return Ok(());
        };
        for (kind, text) in answer_parts::texts(parts) {
            let kind = if kind == answer_parts::Part::Thinking { Kind::Thinking } else { Kind::Text };
            self.piece(kind, Some(text), out);
        }
        Ok(())
    }

    fn piece(&mut self, kind: Kind, piece: Option<&str>, out: &mut Vec<Event>) {
        let Some(piece) = piece.filter(|piece| !piece.is_empty()) else { return };
        let (empty, delta) = match kind {
            Kind::Thinking if self.block == Some(Kind::Text) => return,
            Kind::Thinking => (
                json!({ "type": "thinking", "thinking": "", "signature": "" }),
                json!({ "type": "thinking_delta", "thinking": piece }),
            ),
            _ => (json!({ "type": "text", "text": "" }), json!({ "type": "text_delta", "text": piece })),
        };
        if self.block != Some(kind) {
            self.open_block(kind, empty, out);
        }
        self.delta(delta, out);
    }

    /// The signature of a thinking block that came through a gateway like this one.
    fn signature(&mut self, delta: &Object, out: &mut Vec<Event>) {
        let blocks = get(delta, "thinking_blocks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for signature in blocks.iter().filter_map(|block| block.get("signature")?.as_str()) {
            if self.block == Some(Kind::Thinking) && !signature.is_empty() {
                self.delta(json!({ "type": "signature_delta", "signature": signature }), out);
            }
        }
    }

    fn tool_call(&mut self, call: &Object, at: &Path<'_>, out: &mut Vec<Event>) -> Result<(), Problem> {
        let function_at = at.key("function");
        let function = match get(call, "function") {
            None => None,
            Some(function) => Some(object(function, &function_at)?),
        };
        let name = function.and_then(|function| text(function, "name")).filter(|name| !name.is_empty());
        let arguments = match function.and_then(|function| get(function, "arguments")) {
            Some(Value::String(piece)) => piece.clone(),
            // Not what the API documents, and what some servers send: all of it at once.
            Some(whole @ Value::Object(_)) => whole.to_string(),
            _ => String::new(),
        };
        let index = call.get("index").and_then(Value::as_u64);
        let id = text(call, "id").unwrap_or_default();
        if self.is_new_call(index, id, name) {
            if self.tool_calls >= limits::TOOL_CALLS {
                return Err(at.invalid(&json!(self.tool_calls + 1), "at most 128 tool calls in one answer"));
            }
            let Some(name) = name else {
                return Err(function_at.key("name").missing("the name of the function whose call begins"));
            };
            // Some servers give no ids; the answer's own makes one that no other answer has.
            let given = sane(Some(id)).map(str::to_owned);
            let shown = given.clone().unwrap_or_else(|| format!("toolu_{}_{}", self.start.id, self.tool_calls));
            let block = json!({ "type": "tool_use", "id": shown, "name": name, "input": {} });
            self.open_block(Kind::ToolUse, block, out);
            self.tool_calls += 1;
            self.call = Call { index, id: given.unwrap_or_default() };
        }
        if !arguments.is_empty() {
            self.delta(json!({ "type": "input_json_delta", "partial_json": arguments }), out);
        }
        Ok(())
    }

    /// Whether a piece begins another call. Ids decide where there are any: some servers number all calls 0, or none;
    /// others repeat id and name in every piece.
    fn is_new_call(&self, index: Option<u64>, id: &str, name: Option<&str>) -> bool {
        if self.block != Some(Kind::ToolUse) {
            return true;
        }
        if !id.is_empty() && !self.call.id.is_empty() {
            return id != self.call.id;
        }
        match (index, self.call.index) {
            (Some(index), Some(current)) => index != current,
            _ => name.is_some(),
        }
    }

    fn open_block(&mut self, kind: Kind, block: Value, out: &mut Vec<Event>) {
        self.close(out);
        self.block = Some(kind);
        self.has_content = true;
        let event = json!({ "type": "content_block_start", "index": self.index, "content_block": block });
        self.push(out, "content_block_start", event);
    }

    fn delta(&self, delta: Value, out: &mut Vec<Event>) {
        let event = json!({ "type": "content_block_delta", "index": self.index, "delta": delta });
        self.push(out, "content_block_delta", event);
    }

    fn close(&mut self, out: &mut Vec<Event>) {
        if self.block.take().is_some() {
            let event = json!({ "type": "content_block_stop", "index": self.index });
            self.push(out, "content_block_stop", event);
            self.index += 1;
        }
    }

    fn push(&self, out: &mut Vec<Event>, name: &'static str, data: Value) {
        out.push(Event::json(Some(name), data));
    }
}
