//! One request: between its client, its upstreams and the component.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

use super::bindings::exports::ferrite::gateway::exchanges::{
    Action, AnswerHead, Event, Level, RequestHead, UpstreamEvent,
};
use super::body::{Answer, Broken, Piece};
use super::embedder::Embedder;
use super::instance::{Handle, Instance, Lost};
use super::pool::Pool;
use super::upstream::{Events, Upstream};

/// What all requests reach the outside by.
pub(super) struct Upstreams {
    pub(super) pool: Pool,
    pub(super) embedder: Option<Embedder>,
}

/// Where the head of the answer goes.
pub(super) type Head = oneshot::Sender<Response<Answer>>;

/// Answers a request; it goes on behind the head, and when the client has gone as long as others wait for it.
pub(super) async fn answer(instance: Rc<Instance>, upstreams: Rc<Upstreams>, request: Request<Incoming>, head: Head) {
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let request = RequestHead {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: headers.collect(),
    };
    let wake = Rc::new(Notify::new());
    let Ok(handle) = instance.begin(&request, &wake) else {
        return lost(&mut Client::new(head)).await;
    };
    let (events, happened) = mpsc::unbounded_channel();
    let mut exchange = Exchange {
        instance: instance.clone(),
        outside: upstreams,
        handle,
        wake,
        client: Client::new(head),
        body: Some(body),
        body_wanted: false,
        upstreams: HashMap::new(),
        embeddings: JoinSet::new(),
        embedding: HashMap::new(),
        events,
        happened,
        wake_at: None,
    };
    if exchange.run().await.is_err() {
        lost(&mut exchange.client).await;
    }
    // What the component does at the end is nobody's answer.
    others_first().await;
    instance.end(handle);
}

/// Tells a client that the component trapped while it was served.
async fn lost(client: &mut Client) {
    let body = r#"{"error":{"message":"the gateway failed and has begun anew: try again","type":"server_error","param":null,"code":"gateway_failed"}}"#;
    if client.head.is_none() {
        return client.abort().await;
    }
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("content-length".to_owned(), body.len().to_string()),
    ];
    client.begin(AnswerHead { status: 500, headers });
    client.write(body.as_bytes().to_vec()).await;
}

struct Exchange {
    instance: Rc<Instance>,
    outside: Rc<Upstreams>,
    handle: Handle,
    /// Others have something for it.
    wake: Rc<Notify>,
    client: Client,
    /// The request's, until its end.
    body: Option<Incoming>,
    body_wanted: bool,
    upstreams: HashMap<u64, Upstream>,
    /// Texts that the model engine has; given up, they are not embedded unless it works on them already.
    embeddings: JoinSet<()>,
    embedding: HashMap<u64, AbortHandle>,
    events: Events,
    happened: mpsc::UnboundedReceiver<Event>,
    wake_at: Option<Instant>,
}

impl Exchange {
    async fn run(&mut self) -> Result<(), Lost> {
        let mut actions = self.instance.more(self.handle)?;
        loop {
            loop {
                let (may_be_more, writes) = (may_be_more(&actions), actions.iter().any(is_write));
                for action in actions {
                    if self.obey(action).await? {
                        return Ok(());
                    }
                }
                if writes {
                    others_first().await;
                }
                if !may_be_more {
                    break;
                }
                actions = self.instance.more(self.handle)?;
            }
            let event = self.next_event().await;
            actions = self.instance.handle(self.handle, &event)?;
        }
    }

    /// Does one thing; true when it was the last.
    async fn obey(&mut self, action: Action) -> Result<bool, Lost> {
        match action {
            Action::ReadBody => self.body_wanted = true,
            Action::Send(request) => {
                let id = request.id;
                let upstream = Upstream::send(&self.outside.pool, request, self.events.clone());
                self.upstreams.insert(id, upstream);
            }
            Action::Read(id) => {
                if let Some(upstream) = self.upstreams.get(&id) {
                    upstream.read();
                }
            }
            Action::Cancel(id) => {
                self.upstreams.remove(&id);
                if let Some(embedding) = self.embedding.remove(&id) {
                    embedding.abort();
                }
            }
            Action::Embed(call) => match &self.outside.embedder {
                Some(embedder) => {
                    let (later, events) = (embedder.embed(call.texts), self.events.clone());
                    let embedding = self.embeddings.spawn_local(async move {
                        let vectors = later.await.unwrap_or_else(|_| Err("the embedder has ended".to_owned()));
                        // The exchange may be over.
                        let _ = events.send(Event::Embedded((call.id, vectors)));
                    });
                    self.embedding.insert(call.id, embedding);
                }
                None => {
                    let reason = "there is no model: `ferrite gateway --model DIR`".to_owned();
                    self.tell(&Event::Embedded((call.id, Err(reason)))).await?;
                }
            },
            Action::Policy(call) => {
                let answer = self.instance.ask_policy(&call);
                // Others are served between any two.
                tokio::task::yield_now().await;
                self.tell(&Event::Policy((call.id, answer))).await?;
            }
            Action::Head(head) => self.client.begin(head),
            Action::Write(bytes) => self.client.write(bytes).await,
            Action::Finish => {
                self.client.finish();
                return Ok(true);
            }
            Action::Abort => {
                self.client.abort().await;
                return Ok(true);
            }
            Action::WakeAt(ms) => {
                let now_ms = crate::wasm::Clock::system_us() / 1000;
                self.wake_at = Some(Instant::now() + Duration::from_millis(ms.saturating_sub(now_ms)));
            }
            Action::Log((level, text)) => match level {
                Level::Debug => tracing::debug!("{text}"),
                Level::Info => tracing::info!("{text}"),
                Level::Warning => tracing::warn!("{text}"),
                Level::Error => tracing::error!("{text}"),
            },
            Action::Wake(numbers) => self.instance.wake(&numbers),
        }
        Ok(false)
    }

    /// An event in the middle of actions: what it leads to follows them.
    async fn tell(&mut self, event: &Event) -> Result<(), Lost> {
        for action in self.instance.handle(self.handle, event)? {
            Box::pin(self.obey(action)).await?;
        }
        Ok(())
    }

    async fn next_event(&mut self) -> Event {
        let wake_at = self.wake_at;
        let timer = async {
            match wake_at {
                Some(time) => tokio::time::sleep_until(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            // The exchange holds a sender, so that there is always a next one.
            Some(event) = self.happened.recv() => {
                match &event {
                    Event::Upstream((id, UpstreamEvent::End | UpstreamEvent::Failed(_))) => {
                        self.upstreams.remove(id);
                    }
                    Event::Embedded((id, _)) => {
                        self.embedding.remove(id);
                    }
                    _ => {}
                }
                event
            }
            () = self.wake.notified() => Event::Woken,
            event = read(&mut self.body), if self.body_wanted => {
                self.body_wanted = false;
                event
            }
            () = timer => {
                self.wake_at = None;
                Event::Woken
            }
            () = self.client.gone() => {
                self.client.leave();
                Event::ClientGone
            }
        }
    }
}

/// Fewer actions than these, with fewer bytes to write, are all that there are: the contract says so.
const BATCH_ACTIONS: usize = 16;
const BATCH_BYTES: usize = 64 << 10;

/// Whether `more` may have something behind these.
fn may_be_more(actions: &[Action]) -> bool {
    let bytes = actions.iter().map(|action| if let Action::Write(bytes) = action { bytes.len() } else { 0 });
    actions.len() >= BATCH_ACTIONS || bytes.sum::<usize>() >= BATCH_BYTES
}

fn is_write(action: &Action) -> bool {
    matches!(action, Action::Write(_))
}

/// Lets everybody run who is ready: what was written goes to the client before anything else is done.
async fn others_first() {
    let mut has_waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The next piece of the request.
async fn read(body: &mut Option<Incoming>) -> Event {
    loop {
        let Some(incoming) = body else { return Event::BodyFailed };
        match poll_fn(|context| Pin::new(&mut *incoming).poll_frame(context)).await {
            Some(Ok(frame)) => {
                // Trailers say nothing to us.
                if let Ok(bytes) = frame.into_data() {
                    return Event::Body(bytes.into());
                }
            }
            Some(Err(_)) => {
                *body = None;
                return Event::BodyFailed;
            }
            None => {
                *body = None;
                return Event::BodyEnd;
            }
        }
    }
}

/// Who asked, from the head of the answer on.
struct Client {
    head: Option<Head>,
    pieces: Option<mpsc::Sender<Piece>>,
    has_left: bool,
}

impl Client {
    fn new(head: Head) -> Client {
        Client { head: Some(head), pieces: None, has_left: false }
    }

    fn begin(&mut self, head: AnswerHead) {
        let Some(to) = self.head.take() else { return };
        // One on the way beside the one that is written.
        let (pieces, receiver) = mpsc::channel(1);
        let length = head.headers.iter().find(|(name, _)| name == CONTENT_LENGTH.as_str());
        let length = length.and_then(|(_, value)| value.parse().ok());
        let mut response = Response::new(Answer::new(receiver, length));
        *response.status_mut() = StatusCode::from_u16(head.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in &head.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                response.headers_mut().append(name, value);
            }
        }
        // If nobody waits for it, `gone` says so.
        let _ = to.send(response);
        self.pieces = Some(pieces);
    }

    async fn write(&mut self, bytes: Vec<u8>) {
        if let Some(pieces) = &self.pieces {
            // Whoever has gone is noticed by `gone`.
            let _ = pieces.send(Ok(Bytes::from(bytes))).await;
        }
    }

    /// The answer is whole.
    fn finish(&mut self) {
        self.pieces = None;
    }

    /// Resets the connection.
    async fn abort(&mut self) {
        if let Some(pieces) = self.pieces.take() {
            // Who has gone already needs no reset.
            let _ = pieces.send(Err(Broken)).await;
        }
    }

    /// Comes back when the client has gone; never again after `leave`.
    async fn gone(&mut self) {
        if self.has_left {
            return std::future::pending().await;
        }
        match (&mut self.head, &self.pieces) {
            (Some(head), _) => head.closed().await,
            (None, Some(pieces)) => pieces.closed().await,
            (None, None) => std::future::pending().await,
        }
    }

    fn leave(&mut self) {
        self.has_left = true;
        self.pieces = None;
    }
}
