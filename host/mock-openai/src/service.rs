//! One exchange, from the request's head to the answer's.

use std::sync::{Arc, PoisonError, RwLock};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Response, StatusCode, Version};
use serde_json::Value;

use crate::api::{self, ApiError, Dialect, Endpoint, Kind, Reply, Settings};
use crate::body::{Aborted, Body, Place, Plan, Source};
use crate::control;
use crate::digest::Digest;
use crate::limits::{BODY_BYTES, ENDLESS_BYTES};
use crate::pace::Pace;
use crate::record::{End, Head, Record, Ticket};
use crate::script::{Active, Decision, Fault, Script, Seen, Then};
use crate::wire::Line;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream; charset=utf-8";

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) record: Arc<Record>,
    active: RwLock<Arc<Active>>,
    /// What holds where scripts say nothing.
    base: Then,
}

impl Shared {
    pub(crate) fn new(script: Script, base: Then, kept: usize) -> Shared {
        let active = RwLock::new(Arc::new(Active::new(script, &base)));
        Shared { record: Arc::new(Record::new(kept)), active, base }
    }

    /// Begins another script; what is under way goes on by the old one.
    pub(crate) fn set_script(&self, script: Script) {
        let active = Arc::new(Active::new(script, &self.base));
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = active;
    }

    pub(crate) fn active(&self) -> Arc<Active> {
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Answers a request.
///
/// # Errors
///
/// When the script wants the connection to end, or the client broke off its request.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    line: Arc<Line>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, Aborted> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_BYTES).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(_) => return Err(Aborted),
    };
    let path = head.uri.path();
    let full_path = head.uri.path_and_query().map_or(path, |path| path.as_str());
    let written = Head { method: head.method.as_str(), path: full_path, headers: &head.headers };
    if let Some(asked) = path.strip_prefix("/mock/") {
        let ticket = Arc::new(Record::new(0)).begin(&written, b"");
        let (status, kind, text) = control::answer(&shared, &head.method, asked, body.as_deref());
        let body = Body::new(Source::Whole(text.into()), Pace::default(), line, false, ticket);
        return Ok(respond(status, kind, HeaderMap::new(), body));
    }
    let ticket = shared.record.begin(&written, body.as_deref().unwrap_or_default());
    let exchange = Exchange {
        active: shared.active(),
        line,
        is_http_1: head.version < Version::HTTP_2,
        method: &head.method,
        path,
        headers: &head.headers,
    };
    exchange.answer(body, ticket).await
}

/// A request whose body is there.
struct Exchange<'a> {
    active: Arc<Active>,
    line: Arc<Line>,
    is_http_1: bool,
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
}

impl Exchange<'_> {
    async fn answer(self, body: Option<Bytes>, mut ticket: Ticket) -> Result<Response<Body>, Aborted> {
        let endpoint = Endpoint::find(self.path);
        let dialect = endpoint
            .map_or(Dialect::OpenAi, |endpoint| endpoint.dialect(self.headers.contains_key("anthropic-version")));
        let parsed = match &body {
            None => Err(ApiError::of_status(413)),
            Some(_) if *self.method == Method::GET => Ok(Value::Null),
            Some(bytes) => api::parse(bytes),
        };
        let key = key(self.headers);
        let field = |name: &str| parsed.as_ref().map_or(&Value::Null, |value| &value[name]);
        let decision = self.active.decide(&Seen {
            path: self.path,
            key,
            model: field("model").as_str().unwrap_or_default(),
            is_stream: field("stream") == true,
            body: body.as_deref().unwrap_or_default(),
        });
        let digest = parsed.as_ref().map_or_else(|_| Digest::of(&Value::Null), Digest::of);
        let request_id = digest.id("req_", 0);
        ticket.rule = decision.rule;
        let pace = Pace::new(&decision);
        if !pace.latency().is_zero() {
            ticket.note();
            tokio::time::sleep(pace.latency()).await;
        }
        let place = place(&decision);
        if let (Some(fault), None) = (decision.fault, place) {
            return self.fail(fault, &mut ticket).await;
        }
        let script = &self.active.script;
        let result = match decision.status.filter(|status| *status >= 400) {
            Some(status) => Err(decision.then.api_error(status)),
            None if !script.api_keys.is_empty() && !script.api_keys.iter().any(|other| other == key) => {
                Err(ApiError::of_status(401))
            }
            None => parsed.and_then(|request| self.ask(endpoint, &request, dialect, script, &decision.then)),
        };
        let (status, kind, source) = match (result, &decision.then.body) {
            (Err(error), None) => {
                (error.status, JSON, Source::Whole(error.body(dialect, &request_id).to_string().into()))
            }
            (Err(error), Some(text)) => (error.status, JSON, Source::Whole(text.clone().into())),
            (Ok(_), Some(text)) => (decision.status.unwrap_or(200), JSON, Source::Whole(text.clone().into())),
            (Ok(Reply::Whole(bytes)), None) => (decision.status.unwrap_or(200), JSON, Source::Whole(bytes)),
            (Ok(Reply::Stream(events)), None) => {
                let has_last = decision.fault != Some(Fault::NoDone);
                let events = events.filter(move |event| has_last || event.kind != Kind::Last);
                (decision.status.unwrap_or(200), EVENTS, Source::Events(Box::new(events)))
            }
        };
        ticket.status = Some(status);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = decision.then.content_type.as_deref().unwrap_or(kind);
        let mut headers = HeaderMap::new();
        let id_name = if dialect == Dialect::Anthropic { "request-id" } else { "x-request-id" };
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            headers.insert(HeaderName::from_static(id_name), id);
        }
        for (name, value) in &decision.then.headers {
            // Checked when the script was read.
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
        let plan = decision.fault.zip(place).and_then(|(fault, place)| {
            let (place, fault) = fit(place, fault, &source)?;
            let error = decision.then.api_error(if dialect == Dialect::Anthropic { 529 } else { 500 });
            let endless_bytes = decision.then.endless_bytes.unwrap_or(ENDLESS_BYTES);
            Some(Plan { fault, place, error, dialect, request_id, endless_bytes })
        });
        let body = Body::new(source, pace, self.line, self.is_http_1, ticket);
        let body = match plan {
            Some(plan) => body.with(plan),
            None => body,
        };
        Ok(respond(status, kind, headers, body))
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

    fn ask(
        &self,
        endpoint: Option<Endpoint<'_>>,
        request: &Value,
        dialect: Dialect,
        script: &Script,
        then: &Then,
    ) -> Result<Reply, ApiError> {
        let unknown = || format!("Invalid URL ({} {})", self.method, self.path);
        let Some(endpoint) = endpoint else {
            return Err(ApiError { message: Some(unknown()), ..ApiError::of_status(404) });
        };
        if *self.method != endpoint.method() {
            return Err(ApiError { message: Some(unknown()), ..ApiError::of_status(405) });
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

/// The key that a client sent.
fn key(headers: &HeaderMap) -> &str {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| text(HeaderName::from_static("x-api-key"))).unwrap_or_default()
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

/// What a fault means for a body that is no stream; `None` where it means nothing.
fn fit(place: Place, fault: Fault, source: &Source) -> Option<(Place, Fault)> {
    let Source::Whole(bytes) = source else { return Some((place, fault)).filter(|_| fault != Fault::NoDone) };
    let half = bytes.len() as u64 / 2;
    match (fault, place) {
        (Fault::ErrorEvent | Fault::NoDone, _) => None,
        (_, Place::Chunks(0)) if fault != Fault::Endless => Some((Place::Bytes(0), fault)),
        (_, Place::Chunks(_)) => Some((Place::Bytes(half), fault)),
        (_, place) => Some((place, fault)),
    }
}

fn respond(status: StatusCode, kind: &str, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
    }
    response
}
