//! What all connections share, and where their requests go.

use std::sync::{Arc, PoisonError, RwLock};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::{HeaderMap, Response, Version};

use crate::body::{Aborted, Body, Source};
use crate::control;
use crate::exchange::{Exchange, respond};
use crate::limits::BODY_BYTES;
use crate::pace::Pace;
use crate::record::{Head, Record};
use crate::script::{Active, Script, Then};
use crate::wire::Line;

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
