//! Anthropic's API.

use serde_json::Value;

use super::openai::refuse;
use super::plain::{self, Plain};
use super::{Fault, Moment, Prepared, Provider, Reader};
use crate::call::{Api, Call};
use crate::config::Deployment;
use crate::convert::{error::ApiError, request, response, stream};
use crate::head::Headers;
use crate::refusal::Refusal;
use crate::stream::chunk;
use crate::stream::sse::{Event, Item};
use crate::usage::{self, Usage};

/// The version of the API that is asked for where the client names none.
const VERSION: &str = "2023-06-01";

pub(crate) struct Anthropic;

impl Provider for Anthropic {
    fn prepare(&self, call: &Call, deployment: &Deployment) -> Result<Prepared, Refusal> {
        let converted;
        let fields = match call.api {
            Api::Messages => &call.body,
            Api::Chat => {
                let asked = Value::Object(call.body.clone());
                let options = &deployment.conversion.to_messages;
                converted = request::to_messages(&asked, options).map_err(|problem| refuse(&problem))?;
                converted.as_object().ok_or_else(|| Refusal::invalid("The request cannot be converted."))?
            }
            _ => {
                return Err(Refusal::invalid(
                    "The model's provider has no such API; /v1/chat/completions is possible.",
                ));
            }
        };
        let model = deployment.model.iter().map(|model| ("model", Value::String(model.clone())));
        let body = super::body_with(fields, &model.collect::<Vec<_>>());
        let mut headers = json_headers();
        if let Some(key) = deployment.api_key.as_ref().or(call.client_key.as_ref()) {
            headers.push(("x-api-key".to_owned(), key.clone()));
        }
        headers.extend(call.anthropic_headers.iter().cloned());
        if !call.anthropic_headers.iter().any(|(name, _)| name == "anthropic-version") {
            headers.push(("anthropic-version".to_owned(), VERSION.to_owned()));
        }
        Ok(Prepared { path: Api::Messages.path(), headers, body })
    }

    fn whole(&self, call: &Call, body: Vec<u8>, moment: Moment) -> Result<(Vec<u8>, Option<Usage>), String> {
        let usage = plain::usage(&body)?;
        if call.api == Api::Messages {
            return Ok((body, usage));
        }
        let message: Value = crate::json::read(&body).map_err(|error| error.to_string())?;
        let chat = response::to_chat(&message, moment.now_ms / 1000).map_err(|problem| problem.to_string())?;
        Ok((chat.to_string().into_bytes(), usage))
    }

    fn reader(&self, call: &Call, moment: Moment) -> Box<dyn Reader> {
        if call.api == Api::Messages {
            return Box::new(Plain::new(call));
        }
        let machine = stream::ToChat::new(start(call, moment));
        Box::new(AsChat { machine, text_bytes: 0, events: Vec::new() })
    }

    fn error(&self, call: &Call, status: u16, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let value: Value = crate::json::read(body).ok()?;
        if !value.get("error").is_some_and(Value::is_object) {
            return None;
        }
        if call.api == Api::Messages {
            return Some((status, body.to_vec()));
        }
        let (status, value) = ApiError::from_messages(Some(status), &value).to_chat();
        Some((status, value.to_string().into_bytes()))
    }
}

/// Compressed answers cannot be looked into.
pub(super) fn json_headers() -> Headers {
    vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("accept-encoding".to_owned(), "identity".to_owned()),
    ]
}

/// What a converted stream says of itself.
pub(super) fn start(call: &Call, moment: Moment) -> stream::Start {
    stream::Start {
        id: format!("{:016x}", moment.random),
        model: call.model.clone(),
        created: moment.now_ms / 1000,
        include_usage: call.include_usage,
        input_tokens: usage::estimate(call.bytes),
    }
}

pub(super) fn item(event: stream::Event) -> Item {
    let name = event.name.map(str::to_owned);
    match event.data {
        stream::Data::Json(value) => Item::Event(Event { name, id: None, data: value.to_string() }),
        stream::Data::Done => Item::Event(Event { name, id: None, data: "[DONE]".to_owned() }),
        stream::Data::Comment(text) => Item::Comment(format!(" {text}")),
    }
}

/// A stream of messages for a client of the Chat Completions API.
struct AsChat {
    machine: stream::ToChat,
    text_bytes: usize,
    /// Kept between events, so that it is allocated once.
    events: Vec<stream::Event>,
}

impl Reader for AsChat {
    fn event(&mut self, event: Event, out: &mut Vec<Item>) -> Result<(), Fault> {
        let seen = chunk::read(Api::Messages, &event.data).map_err(Fault::Garbage)?;
        if let Some(error) = seen.error {
            return Err(Fault::Told(plain::told(&error)));
        }
        self.text_bytes = self.text_bytes.saturating_add(seen.text_bytes);
        let data: Value = crate::json::read(&event.data).map_err(|error| Fault::Garbage(error.to_string()))?;
        self.machine.event(&data, &mut self.events).map_err(|problem| Fault::Garbage(problem.to_string()))?;
        out.extend(self.events.drain(..).map(item));
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Item>) -> bool {
        let whole = self.machine.end(&mut self.events);
        out.extend(self.events.drain(..).map(item));
        whole
    }

    fn has_content(&self) -> bool {
        self.machine.has_content()
    }

    fn usage(&self) -> Option<Usage> {
        Usage::read(&self.machine.usage()?)
    }

    fn text_bytes(&self) -> usize {
        self.text_bytes
    }
}
