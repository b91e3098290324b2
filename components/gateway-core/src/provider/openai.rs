//! OpenAI's API, and those that are compatible with it.

use serde_json::{Map, Value, json};

use super::plain::{self, Plain};
use super::{Fault, Moment, Prepared, Provider, Reader};
use crate::call::{Api, Call};
use crate::config::Deployment;
use crate::convert::{error::ApiError, request, response, stream};
use crate::head::Headers;
use crate::refusal::Refusal;
use crate::stream::sse::{Event, Item};
use crate::usage::Usage;

pub(crate) struct OpenAi;

impl Provider for OpenAi {
    fn prepare(&self, call: &Call, deployment: &Deployment) -> Result<Prepared, Refusal> {
        let converted;
        let (path, fields) = if call.api == Api::Messages {
            let body = Value::Object(call.body.clone());
            converted = request::to_chat(&body, &request::ToChat::default()).map_err(|problem| refuse(&problem))?;
            (Api::Chat.path(), converted.as_object().cloned().unwrap_or_default())
        } else {
            (call.api.path(), call.body.clone())
        };
        let body = with_model(fields, call, deployment);
        Ok(Prepared { path, headers: headers(call, deployment), body: body.into_bytes() })
    }

    fn whole(&self, call: &Call, body: Vec<u8>, _moment: Moment) -> Result<(Vec<u8>, Option<Usage>), String> {
        let usage = plain::usage(&body)?;
        if call.api != Api::Messages {
            return Ok((body, usage));
        }
        let chat: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let message = response::to_messages(&chat).map_err(|problem| problem.to_string())?;
        Ok((message.to_string().into_bytes(), usage))
    }

    fn reader(&self, call: &Call, moment: Moment) -> Box<dyn Reader> {
        if call.api == Api::Messages {
            let start = super::anthropic::start(call, moment);
            return Box::new(AsMessages { machine: stream::ToMessages::new(start), text_bytes: 0, events: Vec::new() });
        }
        Box::new(Plain::new(call))
    }

    fn error(&self, call: &Call, status: u16, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let value: Value = serde_json::from_slice(body).ok()?;
        if value.get("error").is_none_or(Value::is_null) {
            return None;
        }
        if call.api != Api::Messages {
            return Some((status, body.to_vec()));
        }
        let (status, value) = ApiError::from_chat(Some(status), &value).to_messages();
        Some((status, value.to_string().into_bytes()))
    }
}

fn headers(call: &Call, deployment: &Deployment) -> Headers {
    let mut headers = super::anthropic::json_headers();
    if let Some(key) = deployment.api_key.as_ref().or(call.client_key.as_ref()) {
        headers.push(("authorization".to_owned(), format!("Bearer {key}")));
    }
    headers
}

/// The body as text, with the upstream's name of the model, and asking for the tokens of a stream.
fn with_model(mut body: Map<String, Value>, call: &Call, deployment: &Deployment) -> String {
    if let Some(model) = &deployment.model
        && let Some(field) = body.get_mut("model")
    {
        *field = Value::String(model.clone());
    }
    let has_options = matches!(call.api, Api::Chat | Api::Completions | Api::Messages);
    if call.stream && has_options && deployment.stream_usage {
        match body.get_mut("stream_options") {
            Some(Value::Object(options)) => {
                options.insert("include_usage".to_owned(), Value::Bool(true));
            }
            _ => {
                body.insert("stream_options".to_owned(), json!({"include_usage": true}));
            }
        }
    }
    Value::Object(body).to_string()
}

/// What cannot be said in the upstream's language.
pub(super) fn refuse(problem: &crate::convert::Problem) -> Refusal {
    Refusal::invalid(format!("{problem}."))
}

/// A stream of chat chunks for a client of the Messages API.
struct AsMessages {
    machine: stream::ToMessages,
    text_bytes: usize,
    /// Kept between events, so that it is allocated once.
    events: Vec<stream::Event>,
}

impl AsMessages {
    fn give(&mut self, out: &mut Vec<Item>) {
        out.extend(self.events.drain(..).map(super::anthropic::item));
    }
}

impl Reader for AsMessages {
    fn event(&mut self, event: Event, out: &mut Vec<Item>) -> Result<(), Fault> {
        if event.data == "[DONE]" {
            self.machine.done(&mut self.events);
        } else {
            let data: Value = serde_json::from_str(&event.data).map_err(|error| Fault::Garbage(error.to_string()))?;
            if let Some(error) = data.get("error").filter(|error| !error.is_null()) {
                return Err(Fault::Told(plain::told(error)));
            }
            if let Ok(seen) = crate::stream::chunk::read(Api::Chat, &event.data) {
                self.text_bytes = self.text_bytes.saturating_add(seen.text_bytes);
            }
            self.machine.event(&data, &mut self.events).map_err(|problem| Fault::Garbage(problem.to_string()))?;
        }
        self.give(out);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<Item>) -> bool {
        let whole = self.machine.end(&mut self.events);
        self.give(out);
        whole
    }

    fn has_content(&self) -> bool {
        self.machine.has_content()
    }

    fn usage(&self) -> Option<Usage> {
        Usage::read(&self.machine.usage()).filter(|usage| usage.total() > 0)
    }

    fn text_bytes(&self) -> usize {
        self.text_bytes
    }
}
