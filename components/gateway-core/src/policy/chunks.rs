//! Policies over streams: what a model says goes through them, text by text, before a client or the cache has it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::{ask, failed, refused};
use crate::action::{Hook, PolicyCall};
use crate::call::Api;
use crate::config::{Config, Policy};
use crate::event::PolicyAnswer;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::stream::sse::{Event, Item};

/// The fields of a chat chunk's `delta` that have text. Arguments of tools are no text.
const TEXT_FIELDS: [&str; 4] = ["content", "reasoning_content", "reasoning", "refusal"];

/// One text of a stream: a choice's or a block's number, and its field.
type Lane = (u64, String);

/// What is known of one text.
struct Passage {
    /// The event that its last piece came in: what is held back goes out in its like.
    template: Event,
    /// For each policy, what it holds back, and what it has let through lately.
    states: Vec<(String, String)>,
}

/// The policies of one stream.
pub(crate) struct Chunks<'a> {
    api: Api,
    policies: Vec<&'a Policy>,
    passages: BTreeMap<Lane, Passage>,
}

impl<'a> Chunks<'a> {
    /// Nothing when no policy looks at pieces of this model's answers.
    pub(crate) fn new(config: &'a Config, model: &str, api: Api) -> Option<Self> {
        let policies = super::of(config, model, Hook::OnChunk);
        // Policies that are closed have refused these streams before.
        (!policies.is_empty() && api != Api::Responses).then(|| Self { api, policies, passages: BTreeMap::new() })
    }

    /// Passes events through all policies.
    pub(crate) async fn pass(&mut self, port: &Rc<Port>, items: Vec<Item>) -> Result<Vec<Item>, Refusal> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Event(event) => self.event(port, event, &mut out).await?,
                comment => out.push(comment),
            }
        }
        Ok(out)
    }

    async fn event(&mut self, port: &Rc<Port>, mut event: Event, out: &mut Vec<Item>) -> Result<(), Refusal> {
        let Ok(mut data) = crate::json::read::<Value>(&event.data) else {
            // `[DONE]`, behind which nothing is held back.
            self.flush(port, None, out).await?;
            out.push(Item::Event(event));
            return Ok(());
        };
        let ending = self.ending(&data);
        let mut changed = false;
        for lane in self.lanes(&data) {
            let Some(text) = slot(self.api, &mut data, &lane).and_then(|slot| slot.as_str().map(str::to_owned)) else {
                continue;
            };
            let last = ending.as_ref().is_some_and(|ending| ending.contains(&lane.0));
            if text.is_empty() && !last {
                continue;
            }
            let passage = self.passages.entry(lane.clone()).or_insert_with(|| Passage {
                template: Event::default(),
                states: vec![Default::default(); self.policies.len()],
            });
            passage.template.clone_from(&event);
            let passed = through(port, &self.policies, passage, text.clone(), last).await?;
            if last {
                self.passages.remove(&lane);
            }
            if passed != text
                && let Some(slot) = slot(self.api, &mut data, &lane)
            {
                *slot = Value::String(passed);
                changed = true;
            }
        }
        if let Some(ending) = ending {
            self.flush(port, Some(&ending), out).await?;
        }
        if changed {
            event.data = data.to_string();
        }
        out.push(Item::Event(event));
        Ok(())
    }

    /// The numbers of choices or blocks that end with this event.
    fn ending(&self, data: &Value) -> Option<Vec<u64>> {
        let number = |value: &Value| value.get("index").and_then(Value::as_u64).unwrap_or_default();
        if self.api == Api::Messages {
            return (data.get("type")? == "content_block_stop").then(|| vec![number(data)]);
        }
        let choices = data.get("choices")?.as_array()?.iter();
        let ended = choices.filter(|choice| choice.get("finish_reason").is_some_and(|reason| !reason.is_null()));
        Some(ended.map(number).collect::<Vec<u64>>()).filter(|ended| !ended.is_empty())
    }

    /// The texts in an event.
    fn lanes(&self, data: &Value) -> Vec<Lane> {
        let number = |value: &Value| value.get("index").and_then(Value::as_u64).unwrap_or_default();
        let named = |value: &Value, field: &str| value.get(field).is_some_and(Value::is_string);
        if self.api == Api::Messages {
            let Some(delta) = data.get("delta") else { return Vec::new() };
            let fields = ["text", "thinking"].into_iter().filter(|field| named(delta, field));
            return fields.map(|field| (number(data), field.to_owned())).collect();
        }
        let choices = data.get("choices").and_then(Value::as_array);
        let mut lanes = Vec::new();
        for choice in choices.into_iter().flatten() {
            if self.api == Api::Completions && named(choice, "text") {
                lanes.push((number(choice), "text".to_owned()));
            }
            if let Some(delta) = choice.get("delta") {
                let fields = TEXT_FIELDS.iter().filter(|field| named(delta, field));
                lanes.extend(fields.map(|field| (number(choice), (*field).to_owned())));
            }
        }
        lanes
    }

    /// Lets out what is held back of some numbers, or of all.
    async fn flush(&mut self, port: &Rc<Port>, numbers: Option<&[u64]>, out: &mut Vec<Item>) -> Result<(), Refusal> {
        let ends = |lane: &Lane| numbers.is_none_or(|numbers| numbers.contains(&lane.0));
        let lanes: Vec<Lane> = self.passages.keys().filter(|lane| ends(lane)).cloned().collect();
        for lane in lanes {
            let Some(mut passage) = self.passages.remove(&lane) else { continue };
            if passage.states.iter().all(|(kept, _)| kept.is_empty()) {
                continue;
            }
            let text = through(port, &self.policies, &mut passage, String::new(), true).await?;
            if !text.is_empty() {
                out.extend(like(self.api, passage.template, &lane, text).map(Item::Event));
            }
        }
        Ok(())
    }
}

/// An event like another one, with one text and nothing else.
fn like(api: Api, mut template: Event, lane: &Lane, text: String) -> Option<Event> {
    let mut data: Value = crate::json::read(&template.data).ok()?;
    if api == Api::Messages {
        *slot(api, &mut data, lane)? = Value::String(text);
    } else {
        let mut choice = json!({"index": lane.0, "finish_reason": null});
        if api == Api::Completions {
            choice["text"] = text.into();
        } else {
            let field = lane.1.as_str();
            choice["delta"] = json!({field: text});
        }
        data["choices"] = json!([choice]);
    }
    template.data = data.to_string();
    Some(template)
}

/// Where a text is in an event.
fn slot<'v>(api: Api, data: &'v mut Value, lane: &Lane) -> Option<&'v mut Value> {
    if api == Api::Messages {
        return data.get_mut("delta")?.get_mut(&lane.1);
    }
    let is_it = |choice: &&mut Value| choice.get("index").and_then(Value::as_u64).unwrap_or_default() == lane.0;
    let choice = data.get_mut("choices")?.as_array_mut()?.iter_mut().find(is_it)?;
    if api == Api::Completions { choice.get_mut("text") } else { choice.get_mut("delta")?.get_mut(&lane.1) }
}

/// Passes a text through all policies, one after the other: what may go out now.
async fn through(
    port: &Rc<Port>,
    policies: &[&Policy],
    passage: &mut Passage,
    mut text: String,
    last: bool,
) -> Result<String, Refusal> {
    for (policy, (kept, window)) in policies.iter().zip(&mut passage.states) {
        let payload = std::mem::take(kept) + &text;
        let question = PolicyCall {
            name: policy.name.clone(),
            hook: Hook::OnChunk,
            payload: payload.clone(),
            window: window.clone(),
            last,
        };
        text = match ask(port, question).await {
            Ok(PolicyAnswer::Continue) => payload,
            Ok(PolicyAnswer::Replace(text)) => text,
            Ok(PolicyAnswer::Refuse { status, message }) => return Err(refused(status, message)),
            Ok(PolicyAnswer::Hold { send, keep }) if last => send + &keep,
            Ok(PolicyAnswer::Hold { send, keep }) if keep.len() <= limits::POLICY_KEPT_BYTES => {
                *kept = keep;
                send
            }
            Ok(PolicyAnswer::Hold { .. }) => {
                failed(port, policy, "it holds back too much")?;
                payload
            }
            Err(error) => {
                failed(port, policy, &error)?;
                payload
            }
        };
        window.push_str(&text);
        let mut from = window.len().saturating_sub(limits::POLICY_WINDOW_BYTES);
        while !window.is_char_boundary(from) {
            from += 1;
        }
        window.drain(..from);
    }
    Ok(text)
}
