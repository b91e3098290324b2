//! A stream of messages as a stream of chat chunks.

use super::super::error::ApiError;
use super::super::fields::{Object, Path, get, object, required, text};
use super::super::problem::Problem;
use super::super::usage::Usage;
use super::super::{ids, limits, reasons};
use super::start::Start;
use super::{Data, Event, Phase};
use serde_json::{Value, json};

/// The machine for clients of the Chat Completions API in front of the Messages API.
#[derive(Debug)]
pub struct ToChat {
    start: Start,
    phase: Phase,
    /// Content blocks between their start and their stop.
    open: Vec<Block>,
    tool_calls: usize,
    usage: Usage,
    /// Whether the upstream has counted anything.
    counted: bool,
    has_content: bool,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    index: u64,
    /// The number among the answer's tool calls, if it is one.
    tool_call: Option<usize>,
    /// Whether anything of a tool call's arguments has been sent.
    has_arguments: bool,
}

impl ToChat {
    /// A machine for one answer.
    pub fn new(start: Start) -> Self {
        let start = Start { id: ids::completion(&start.id), ..start };
        Self {
            start,
            phase: Phase::Waiting,
            open: Vec::new(),
            tool_calls: 0,
            usage: Usage::default(),
            counted: false,
            has_content: false,
        }
    }

    /// Takes one event of the upstream, `data` parsed, and appends what it means. The event's name is not needed: the
    /// data repeats it as `type`. Events and blocks of types that came later than this code are skipped.
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

    /// The upstream's stream has ended: appends the end if it is still owed, and says whether the answer was complete.
    /// A reason for the end is enough: some servers leave out `message_stop`.
    pub fn end(&mut self, out: &mut Vec<Event>) -> bool {
        if self.phase == Phase::Ending {
            self.message_stop(out);
        }
        if self.phase != Phase::Complete {
            self.phase = Phase::Failed;
        }
        self.phase == Phase::Complete
    }

    /// Whether text, thinking or a tool call has come: only then the answer has begun for a client.
    pub fn has_content(&self) -> bool {
        self.has_content
    }

    /// What the upstream has counted so far, as `usage` of a completion.
    pub fn usage(&self) -> Option<Value> {
        self.counted.then(|| self.usage.to_chat())
    }

    fn take(&mut self, data: &Value, out: &mut Vec<Event>) -> Result<(), Problem> {
        let at = Path::Root;
        let event = object(data, &at)?;
        match required(event, &at, "type")? {
            "ping" => out.push(Event { name: None, data: Data::Comment("ping") }),
            "message_start" => self.message_start(event, out),
            // Nothing is said after the reason for the end.
            "content_block_start" | "content_block_delta" | "content_block_stop" if self.phase == Phase::Ending => {}
            "content_block_start" => self.block_start(event, &at, out)?,
            "content_block_delta" => self.block_delta(event, &at, out)?,
            "content_block_stop" => self.block_stop(event, out),
            "message_delta" => self.message_delta(event, out),
            "message_stop" => self.message_stop(out),
            "error" => {
                out.push(Event::chat_error(&ApiError::from_messages(None, data)));
                self.phase = Phase::Failed;
            }
            _ => {}
        }
        Ok(())
    }

    fn message_start(&mut self, event: &Object, out: &mut Vec<Event>) {
        if let Some(message) = get(event, "message").and_then(Value::as_object) {
            // Once begun, an answer keeps its name.
            if self.phase == Phase::Waiting {
                self.start.take(text(message, "id"), text(message, "model"), ids::completion);
            }
            self.count(message);
        }
        self.open_answer(out);
    }

    /// The chunk with the role comes first, also where an upstream forgets `message_start`.
    fn open_answer(&mut self, out: &mut Vec<Event>) {
        if self.phase == Phase::Waiting {
            self.phase = Phase::Open;
            out.push(self.chunk(json!({ "role": "assistant", "content": "", "refusal": null }), None));
        }
    }

    fn block_start(&mut self, event: &Object, at: &Path<'_>, out: &mut Vec<Event>) -> Result<(), Problem> {
        self.open_answer(out);
        let at = at.key("content_block");
        let block = object(event.get("content_block").ok_or_else(|| at.missing("an object"))?, &at)?;
        let index = event.get("index").and_then(Value::as_u64).unwrap_or(0);
        let mut open = Block { index, tool_call: None, has_arguments: false };
        match required(block, &at, "type")? {
            "text" => self.text("content", text(block, "text"), out),
            "thinking" => self.text("reasoning_content", text(block, "thinking"), out),
            "redacted_thinking" => {
                self.has_content = true;
                out.push(self.chunk(json!({ "thinking_blocks": [block] }), None));
            }
            "tool_use" => {
                if self.tool_calls >= limits::TOOL_CALLS {
                    return Err(at.invalid(&json!(self.tool_calls + 1), "at most 128 tool calls in one answer"));
                }
                let (id, name) = (required(block, &at, "id")?, required(block, &at, "name")?);
                // Some servers send the whole input here; Anthropic sends `{}` and then pieces.
                let input = block.get("input").and_then(Value::as_object).filter(|input| !input.is_empty());
                let arguments = input.map(|input| Value::Object(input.clone()).to_string()).unwrap_or_default();
                open.tool_call = Some(self.tool_calls);
                open.has_arguments = !arguments.is_empty();
                let call = json!({
                    "index": self.tool_calls,
                    "id": id,
                    "type": "function",
                    "function": { "name": name, "arguments": arguments },
                });
                self.tool_calls += 1;
                self.has_content = true;
                out.push(self.chunk(json!({ "tool_calls": [call] }), None));
            }
            _ => {}
        }
        if self.open.len() >= limits::OPEN_BLOCKS {
            return Err(at.invalid(&json!(self.open.len() + 1), "at most 16 open blocks"));
        }
        self.open.push(open);
        Ok(())
    }

    fn block_delta(&mut self, event: &Object, at: &Path<'_>, out: &mut Vec<Event>) -> Result<(), Problem> {
        self.open_answer(out);
        let at = at.key("delta");
        let delta = object(event.get("delta").ok_or_else(|| at.missing("an object"))?, &at)?;
        match required(delta, &at, "type")? {
            "text_delta" => self.text("content", text(delta, "text"), out),
            "thinking_delta" => self.text("reasoning_content", text(delta, "thinking"), out),
            "signature_delta" => {
                let signature = required(delta, &at, "signature")?;
                let block = json!({ "type": "thinking", "thinking": "", "signature": signature });
                out.push(self.chunk(json!({ "thinking_blocks": [block] }), None));
            }
            "input_json_delta" => {
                let index = event.get("index").and_then(Value::as_u64).unwrap_or(0);
                let arguments = required(delta, &at, "partial_json")?;
                let block = self.open.iter_mut().rev().find(|block| block.index == index);
                if let Some(Block { tool_call: Some(call), has_arguments, .. }) = block
                    && !arguments.is_empty()
                {
                    *has_arguments = true;
                    let call = *call;
                    out.push(self.arguments(call, arguments));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn block_stop(&mut self, event: &Object, out: &mut Vec<Event>) {
        let index = event.get("index").and_then(Value::as_u64).unwrap_or(0);
        if let Some(position) = self.open.iter().rposition(|block| block.index == index) {
            let block = self.open.remove(position);
            self.close(block, out);
        }
    }

    /// A call without input has sent no piece of JSON; clients parse the arguments all the same.
    fn close(&self, block: Block, out: &mut Vec<Event>) {
        if let Block { tool_call: Some(call), has_arguments: false, .. } = block {
            out.push(self.arguments(call, "{}"));
        }
    }

    fn finish(&mut self, said: Value, reason: Option<&str>, out: &mut Vec<Event>) {
        for block in std::mem::take(&mut self.open) {
            self.close(block, out);
        }
        self.phase = Phase::Ending;
        out.push(self.chunk(said, Some(reasons::finish_reason(reason))));
    }

    fn message_delta(&mut self, event: &Object, out: &mut Vec<Event>) {
        self.open_answer(out);
        self.count(event);
        let delta = get(event, "delta").and_then(Value::as_object);
        let Some(reason) = delta.and_then(|delta| text(delta, "stop_reason")) else { return };
        if self.phase == Phase::Open {
            let details = delta.and_then(|delta| get(delta, "stop_details"));
            let refusal = details.and_then(|details| details.get("explanation")).and_then(Value::as_str);
            let said = refusal.map_or_else(|| json!({}), |refusal| json!({ "refusal": refusal }));
            self.finish(said, Some(reason), out);
        }
    }

    fn message_stop(&mut self, out: &mut Vec<Event>) {
        self.open_answer(out);
        if self.phase == Phase::Open {
            self.finish(json!({}), None, out);
        }
        self.phase = Phase::Complete;
        if self.start.include_usage {
            let mut chunk = self.envelope(json!([]));
            if let Some(chunk) = chunk.as_object_mut() {
                chunk.insert("usage".into(), self.usage.to_chat());
            }
            out.push(Event::json(None, chunk));
        }
        out.push(Event { name: None, data: Data::Done });
    }

    /// Counts are totals so far, in the start of a message and in its deltas.
    fn count(&mut self, holder: &Object) {
        if let Some(usage) = get(holder, "usage").and_then(Value::as_object) {
            self.usage.update_from_messages(usage);
            self.counted = true;
        }
    }

    fn text(&mut self, name: &str, text: Option<&str>, out: &mut Vec<Event>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.has_content = true;
            out.push(self.chunk(json!({ name: text }), None));
        }
    }

    fn arguments(&self, call: usize, arguments: &str) -> Event {
        self.chunk(json!({ "tool_calls": [{ "index": call, "function": { "arguments": arguments } }] }), None)
    }

    fn chunk(&self, delta: Value, finish_reason: Option<&str>) -> Event {
        let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason });
        let mut chunk = self.envelope(json!([choice]));
        if let Some(chunk) = chunk.as_object_mut().filter(|_| self.start.include_usage) {
            chunk.insert("usage".into(), Value::Null);
        }
        Event::json(None, chunk)
    }

    fn envelope(&self, choices: Value) -> Value {
        json!({
            "id": self.start.id,
            "object": "chat.completion.chunk",
            "created": self.start.created,
            "model": self.start.model,
            "choices": choices,
        })
    }
}
