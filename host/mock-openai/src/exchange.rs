//! One exchange, from a request whose body is there to the head of its answer.

use std::sync::Arc;

use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Response, StatusCode};
use serde_json::Value;

use crate::api::{self, ApiError, Dialect, Endpoint, Kind, Reply, Settings};
use crate::body::{Aborted, Body, Place, Plan, Source};
use crate::digest::Digest;
use crate::limits::ENDLESS_BYTES;
use crate::pace::Pace;
use crate::record::{End, Ticket};
use crate::script::{Active, Decision, Fault, Seen, Then};
use crate::wire::Line;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream; charset=utf-8";

/// A request whose body is there, and what decides on it.
pub(crate) struct Exchange<'a> {
    pub(crate) active: Arc<Active>,
    pub(crate) line: Arc<Line>,
    pub(crate) is_http_1: bool,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

impl Exchange<'_> {
    /// The answer; `body` is `None` where it was too long.
    pub(crate) async fn answer(self, body: Option<Bytes>, mut ticket: Ticket) -> Result<Response<Body>, Aborted> {
        let dialect = self.dialect();
        let request = match &body {
            None => Err(ApiError::of_status(413)),
            Some(_) if *self.method == Method::GET => Ok(Value::Null),
            Some(bytes) => api::parse(bytes),
        };
        let field = |name: &str| request.as_ref().map_or(&Value::Null, |request| &request[name]);
        let decision = self.active.decide(&Seen {
            path: self.path,
            key: self.key(),
            model: field("model").as_str().unwrap_or_default(),
            is_stream: field("stream") == true,
            body: body.as_deref().unwrap_or_default(),
        });
        ticket.rule = decision.rule;
        let pace = Pace::new(&decision);
        let latency = pace.latency();
        if !latency.is_zero() {
            ticket.note();
            tokio::time::sleep(latency).await;
        }
        let place = place(&decision);
        if let (Some(fault), None) = (decision.fault, place) {
            return self.fail(fault, &mut ticket).await;
        }
        let request_id = Digest::of(request.as_ref().unwrap_or(&Value::Null)).id("req_", 0);
        let (status, kind, source) = self.outcome(request, dialect, &request_id, &decision);
        ticket.status = Some(status.as_u16());
        let kind = decision.then.content_type.as_deref().unwrap_or(kind);
        let headers = headers(dialect, &request_id, &decision.then);
        let plan = decision.fault.zip(place).and_then(|(fault, place)| {
            let place = fit(place, fault, &source)?;
            let error = decision.then.api_error(if dialect == Dialect::Anthropic { 529 } else { 500 });
            let endless_bytes = decision.then.endless_bytes.unwrap_or(ENDLESS_BYTES);
            Some(Plan { fault, place, error, dialect, request_id, endless_bytes })
        });
        let body = Body::new(source, pace, self.line, self.is_http_1, ticket);
        Ok(respond(status, kind, headers, body.with(plan)))
    }

    fn dialect(&self) -> Dialect {
        let is_anthropic = self.headers.contains_key("anthropic-version");
        Endpoint::find(self.path).map_or(Dialect::OpenAi, |endpoint| endpoint.dialect(is_anthropic))
    }

    /// The key that the client sent.
    fn key(&self) -> &str {
        let text = |name: HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        bearer.or_else(|| text(HeaderName::from_static("x-api-key"))).unwrap_or_default()
    }

    /// A fault before the head.
    async fn fail(self, fault: Fault, ticket: &mut Ticket) -> Result<Response<Body>, Aborted> {
        match fault {
            Fault::Stall => {
                ticket.note();
                std::future::pending().await
            }
            Fault::Reset => {
                if self.is_http_1 {
                    self.line.reset();
                }
                ticket.end(End::Reset);
                Err(Aborted)
            }
            _ => {
                ticket.end(End::Closed);
                Err(Aborted)
            }
        }
    }

    /// The status, the content type and the body, before anything goes wrong with it.
    fn outcome(
        &self,
        request: Result<Value, ApiError>,
        dialect: Dialect,
        request_id: &str,
        decision: &Decision,
    ) -> (StatusCode, &'static str, Source) {
        let reply = match decision.status.filter(|status| *status >= 400) {
            Some(status) => Err(decision.then.api_error(status)),
            None => request.and_then(|request| self.ask(&request, dialect, &decision.then)),
        };
        let status = reply.as_ref().map_or_else(|error| error.status, |_| decision.status.unwrap_or(200));
        // Both were checked: the script's when it was read, and the API's are constants.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (kind, source) = match (reply, &decision.then.body) {
            (_, Some(text)) => (JSON, Source::Whole(text.clone().into())),
            (Err(error), None) => (JSON, Source::Whole(error.body(dialect, request_id).to_string().into())),
            (Ok(Reply::Whole(bytes)), None) => (JSON, Source::Whole(bytes)),
            (Ok(Reply::Stream(events)), None) if decision.fault == Some(Fault::NoDone) => {
                (EVENTS, Source::Events(Box::new(events.filter(|event| event.kind != Kind::Last))))
            }
            (Ok(Reply::Stream(events)), None) => (EVENTS, Source::Events(events)),
        };
        (status, kind, source)
    }

    fn ask(&self, request: &Value, dialect: Dialect, then: &Then) -> Result<Reply, ApiError> {
        let script = &self.active.script;
        if !script.api_keys.is_empty() && !script.api_keys.iter().any(|key| key == self.key()) {
            return Err(ApiError::of_status(401));
        }
        let unknown = |status| {
            let message = format!("Invalid URL ({} {})", self.method, self.path);
            ApiError { message: Some(message), ..ApiError::of_status(status) }
        };
        let endpoint = Endpoint::find(self.path).ok_or_else(|| unknown(404))?;
        if *self.method != endpoint.method() {
            return Err(unknown(405));
        }
        let settings = Settings {
            created: script.created,
            models: &script.models,
            only_these: script.only_these_models,
            answer: then.answer.as_deref(),
            tokens: then.tokens,
            chunk_tokens: then.chunk_tokens.unwrap_or(1),
        };
        endpoint.answer(request, dialect, &settings)
    }
}

fn headers(dialect: Dialect, request_id: &str, then: &Then) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let name = if dialect == Dialect::Anthropic { "request-id" } else { "x-request-id" };
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static(name), id);
    }
    for (name, value) in &then.headers {
        // Checked when the script was read.
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Where the fault comes; `None`: before the head.
fn place(decision: &Decision) -> Option<Place> {
    let then = &decision.then;
    let told = then.after_bytes.map(Place::Bytes).or_else(|| then.after_chunks.map(Place::Chunks));
    told.or(match decision.fault? {
        Fault::Close | Fault::Reset | Fault::Stall => None,
        Fault::Garbage => Some(Place::Bytes(0)),
        Fault::Endless | Fault::NoDone => Some(Place::Chunks(0)),
        Fault::Cut | Fault::ErrorEvent | Fault::HalfEvent => Some(Place::Chunks(1)),
    })
}

/// Where the fault comes in this body, which may be no stream; `None` where it means nothing.
fn fit(place: Place, fault: Fault, source: &Source) -> Option<Place> {
    match (fault, place, source) {
        // The last event was left out, that is all.
        (Fault::NoDone, ..) | (Fault::ErrorEvent, _, Source::Whole(_)) => None,
        (_, Place::Chunks(0), Source::Whole(_)) if fault != Fault::Endless => Some(Place::Bytes(0)),
        (_, Place::Chunks(_), Source::Whole(bytes)) => Some(Place::Bytes(bytes.len() as u64 / 2)),
        (_, place, _) => Some(place),
    }
}

/// An answer; `kind` is its content type, unless the headers have one.
pub(crate) fn respond(status: StatusCode, kind: &str, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
    }
    response
}
