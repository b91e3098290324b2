//! One request: who asks, what for, a session for it, the answer.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ferrite_http::limits::BODY_BYTES;
use ferrite_http::replies::BadReplies;
use ferrite_http::{Access, Answer, Call, Form, Head, Replies, events};
use ferrite_resp::Value;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::body::{Body, Events};
use super::door::Door;
use super::files;
use crate::limits::{HTTP_BODY_TIME, HTTP_DISCARDED_BYTES, HTTP_SUBSCRIBERS, READ_BUFFER_BYTES};

/// What all requests share.
#[derive(Debug)]
pub(super) struct Site {
    access: Access,
    door: Door,
    root: Option<PathBuf>,
    subscribers: Arc<Semaphore>,
}

/// An answer, or the beginning of one that has no end.
type Said = (Answer, Option<Events>);

impl Site {
    pub(super) fn new(access: Access, door: Door, root: Option<PathBuf>) -> Site {
        Site { access, door, root, subscribers: Arc::new(Semaphore::new(HTTP_SUBSCRIBERS)) }
    }

    /// Answers a request. When the client leaves, this is dropped, and with it the session.
    pub(super) async fn answer(&self, address: SocketAddr, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let head = Head::new(parts.method.as_str(), target, headers);
        let origin = match self.access.greet(&head) {
            Ok(origin) => origin,
            Err(answer) => return response((answer, None)),
        };
        let mut said = self.say(address, &head, body).await.unwrap_or_else(|answer| (answer, None));
        origin.allow(&mut said.0);
        response(said)
    }

    async fn say(&self, address: SocketAddr, head: &Head<'_>, body: Incoming) -> Result<Said, Answer> {
        if let (Some(root), None) = (&self.root, head.token())
            && let Some(file) = files::find(root, head)
        {
            return Ok((file, None));
        }
        self.access.authorize(head)?;
        let body = timeout(HTTP_BODY_TIME, read_body(body))
            .await
            .map_err(|_| Answer::error(408, &format!("the body of a request must come within {HTTP_BODY_TIME:?}")))??;
        let call = Call::read(head, &body)?;
        drop(body);
        let mut socket = self.door.enter(address).await.map_err(|error| {
            tracing::debug!("no session for the HTTP client {address}: {error}");
            Answer::error(503, "there is no session for this request: the server stops, or has no files left")
        })?;
        match call {
            Call::Subscription { .. } => self.subscribe(&call, socket).await,
            _ => {
                let replies = exchange(&mut socket, &call, call.replies()).await?;
                Ok((call.answer(replies, Form::of(head)), None))
            }
        }
    }

    async fn subscribe(&self, call: &Call, mut socket: UnixStream) -> Result<Said, Answer> {
        let room = Arc::clone(&self.subscribers)
            .try_acquire_owned()
            .map_err(|_| Answer::error(503, &format!("there are {HTTP_SUBSCRIBERS} subscribers by HTTP already")))?;
        let mut replies = exchange(&mut socket, call, 1).await?;
        let first = match replies.take() {
            Some(Value::Error(error)) => return Err(Answer::error(400, &String::from_utf8_lossy(&error))),
            Some(value) => events::event(&value),
            None => return Err(Answer::error(503, "the server closed the connection before it replied")),
        };
        let answer = Answer::empty(200).with("Content-Type", events::CONTENT_TYPE);
        Ok((answer, Some(Events::new(socket, replies, first, room))))
    }
}

/// The whole body, or why not. What is too long is read on for a while and thrown away, so that the client hears why.
async fn read_body(mut body: Incoming) -> Result<Vec<u8>, Answer> {
    if body.size_hint().lower() > HTTP_DISCARDED_BYTES as u64 {
        return Err(Call::too_long());
    }
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Answer::error(400, &format!("the body cannot be read: {error}")))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > HTTP_DISCARDED_BYTES {
            break;
        }
        if length > BODY_BYTES {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&data);
        }
    }
    if length > BODY_BYTES { Err(Call::too_long()) } else { Ok(bytes) }
}

/// Sends the commands and waits for so many replies, or for the end of the connection. Both at once: the server reads
/// nothing from a client that does not take its replies.
async fn exchange(socket: &mut UnixStream, call: &Call, wanted: usize) -> Result<Replies, Answer> {
    let commands = call.to_resp();
    let (mut reader, mut writer) = socket.split();
    let send = async {
        // Whoever cannot write has been hung up on, which the other half sees too.
        let _ = writer.write_all(&commands).await;
    };
    let receive = async {
        let mut replies = Replies::new();
        let mut buffer = vec![0; READ_BUFFER_BYTES];
        while replies.len() < wanted {
            let count = reader.read(&mut buffer).await.unwrap_or(0);
            if count == 0 {
                break;
            }
            replies.feed(buffer.get(..count).unwrap_or_default())?;
        }
        Ok::<_, BadReplies>(replies)
    };
    let mut receive = std::pin::pin!(receive);
    let received = tokio::select! {
        biased;
        received = &mut receive => received,
        () = send => receive.await,
    };
    received.map_err(|error| Answer::error(400, &format!("ERR {error}")))
}

fn response((answer, events): Said) -> Response<Body> {
    let body = match events {
        Some(events) => Body::Events(Box::new(events)),
        None => Body::Whole(Some(answer.body.into()).filter(|body: &hyper::body::Bytes| !body.is_empty())),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        // An origin that is no header's value was refused before.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().append(HeaderName::from_bytes(name.as_bytes()).expect("names are ours"), value);
        }
    }
    response
}
