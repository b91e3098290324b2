//! What an exchange asks of its driver.

use crate::head::Headers;

/// Names one outgoing call of one exchange: an upstream request, an embedding or a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u64);

/// One thing to do, in the order in which they come.
///
/// `ReadBody`, `Send`, `Read`, `Embed`, `Policy` and `WakeAt` only begin something, whose end is an event. `Head` and
/// `Write` are done when the client's connection has taken them: only then the driver asks for the next action, so that
/// a slow client slows the upstream down; events may be handled meanwhile. [`Finish`](Action::Finish) or
/// [`Abort`](Action::Abort) is the last one of every exchange.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Give the next piece of the request's body: `Event::Body`, `Event::BodyEnd` or `Event::BodyFailed`.
    ReadBody,
    /// Begin a request upstream; nothing is told of it before the first [`Read`](Action::Read), but a failure may be.
    Send(UpstreamRequest),
    /// Give the next thing of this call: the head first, then one piece of the body at a time, then the end. There is
    /// one event for each `Read`; after `Failed` and `End` there are none.
    Read(CallId),
    /// Nobody waits for this call any more, whichever kind it is: drop it, its connection too if it has not ended.
    Cancel(CallId),
    /// Turn these texts into vectors: `Event::Embedded`.
    Embed(CallId, Vec<String>),
    /// Ask a policy: `Event::Policy`.
    Policy(CallId, PolicyCall),
    /// The head of the answer; comes once, before any `Write`.
    Head {
        /// The HTTP status code.
        status: u16,
        /// Lower-case names. There is `content-length` where the whole answer is known.
        headers: Headers,
    },
    /// A piece of the answer's body, never empty.
    Write(Vec<u8>),
    /// The answer is whole.
    Finish,
    /// The answer has begun and cannot be completed, or nobody waits for it: reset the connection.
    Abort,
    /// Give `Event::Woken` when this time has come: milliseconds since the Unix epoch. A newer one replaces it. To come
    /// early, or when it is not needed any more, does no harm.
    WakeAt(u64),
}

/// How an upstream is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

/// A request to an upstream.
#[derive(Clone, Debug, PartialEq)]
pub struct UpstreamRequest {
    /// What events and later actions call it.
    pub id: CallId,
    /// `POST`, `GET`.
    pub method: &'static str,
    /// With TLS or without.
    pub scheme: Scheme,
    /// Host, and port if it is not the scheme's own: `api.example.com`, `127.0.0.1:8000`, `[::1]:8000`.
    pub authority: String,
    /// With a `/` first, and with the query.
    pub path: String,
    /// Lower-case names; neither `host` nor `content-length`, which the driver writes.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
    /// How long a connection may take, name resolution and TLS included, in milliseconds. The other time limits are
    /// kept by the exchange.
    pub connect_timeout_ms: u64,
}

/// When a policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Before anything else happens to a request.
    OnRequest,
    /// About a whole answer, before the client sees any of it.
    OnResponse,
    /// About a piece of a stream.
    OnChunk,
}

/// A question to a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyCall {
    /// The policy's name in the configuration.
    pub name: String,
    /// Which of its functions to call.
    pub hook: Hook,
    /// `OnRequest` and `OnResponse`: the body, JSON text. `OnChunk`: text that the client has not seen, what the policy
    /// kept the last time first.
    pub payload: String,
    /// `OnChunk`: the text before the payload, which the client has seen, at most [`limits::POLICY_WINDOW_BYTES`] of
    /// it. Otherwise empty.
    ///
    /// [`limits::POLICY_WINDOW_BYTES`]: crate::limits::POLICY_WINDOW_BYTES
    pub window: String,
    /// `OnChunk`: no text comes after this; what is kept then goes out too. Otherwise true.
    pub last: bool,
}
