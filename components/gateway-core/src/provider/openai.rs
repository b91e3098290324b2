//! OpenAI's API, and those that are compatible with it.

use serde_json::{Map, Value};

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
        if call.api != Api::Messages {
            let body = with_model(&call.body, call, deployment);
            return Ok(Prepared { path: call.api.path(), headers: headers(call, deployment), body });
        }
        let asked = Value::Object(call.body.clone());
        let chat = request::to_chat(&asked, &deployment.conversion.to_chat).map_err(|problem| refuse(&problem))?;
        let fields = chat.as_object().ok_or_else(|| Refusal::invalid("The request cannot be converted."))?;
        let body = with_model(fields, call, deployment);
        Ok(Prepared { path: Api::Chat.path(), headers: headers(call, deployment), body })
    }

    fn whole(&self, call: &Call, body: Vec<u8>, _moment: Moment) -> Result<(Vec<u8>, Option<Usage>), String> {
        let usage = plain::usage(&body)?;
        if call.api != Api::Messages {
            return Ok((body, usage));
        }
        let chat: Value = crate::json::read(&body).map_err(|error| error.to_string())?;
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
        let value: Value = crate::json::read(body).ok()?;
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
fn with_model(fields: &Map<String, Value>, call: &Call, deployment: &Deployment) -> Vec<u8> {
    let mut replaced = Vec::new();
    if let Some(model) = &deployment.model {
        replaced.push(("model", Value::String(model.clone())));
    }
    let has_options = matches!(call.api, Api::Chat | Api::Completions | Api::Messages);
    if call.stream && has_options && deployment.stream_usage {
        let mut options = match fields.get("stream_options") {
            Some(Value::Object(options)) => options.clone(),
            _ => Map::new(),
        };
        options.insert("include_usage".to_owned(), Value::Bool(true));
        replaced.push(("stream_options", Value::Object(options)));
    }
    super::body_with(fields, &replaced)
}

/// What cannot be said in the upstream's language.
pub(super) fn refuse(problem: &crate::convert::Problem) -> Refusal {
    let param = Some(problem.path().to_owned()).filter(|path| !path.is_empty());
    Refusal { param, ..Refusal::invalid(format!("{problem}.")) }
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
            let data: Value = crate::json::read(&event.data).map_err(|error| Fault::Garbage(error.to_string()))?;
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
        Usage::read(&self.machine.usage()?)
    }

    fn text_bytes(&self) -> usize {
        self.text_bytes
    }
}
