//! The store: a Ferrite elsewhere, one request a command.

use std::cell::RefCell;
use std::io::Read;
use std::time::{Duration, Instant};

use fastly::handle::{BodyHandle, PendingRequestHandle, PollHandleResult};
use ferrite_gateway::{Reply, StoreError};
use ferrite_remote::limits::{CONNECT_TIMEOUT_MS, TOTAL_TIMEOUT_MS};
use ferrite_remote::{Failure, Outage, Receiving, Request, Store, Value};

use crate::backends::Backends;
use crate::{readiness, upstream};

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 << 10;

/// A store elsewhere, and how it is.
pub(crate) struct Remote {
    store: Store,
    backends: Backends,
    outage: RefCell<Outage>,
    /// Commands of which nobody needs the reply. They go together in one request, because an instance has few.
    later: RefCell<Vec<Vec<String>>>,
    began: Instant,
}

impl Remote {
    pub(crate) fn new(store: Store, backends: Backends) -> Self {
        Self { store, backends, outage: RefCell::default(), later: RefCell::default(), began: Instant::now() }
    }

    /// Runs one command. A store that does not answer is told to `warn`, once an outage.
    pub(crate) fn run(&self, argv: &[&[u8]], warn: impl Fn(&str)) -> Result<Reply, StoreError> {
        self.send(|store| store.request(argv), warn)
    }

    /// Runs a command with the others of [`flush`](Remote::flush); one that is no text at once.
    pub(crate) fn run_later(&self, argv: &[&[u8]], warn: impl Fn(&str)) {
        match argv.iter().map(|word| String::from_utf8(word.to_vec())).collect() {
            Ok(words) => self.later.borrow_mut().push(words),
            // What nobody needs is not missed.
            Err(_) => drop(self.run(argv, warn)),
        }
    }

    /// Runs what was left for later: the exchange is over, and nobody waits for it.
    pub(crate) fn flush(&self, warn: impl Fn(&str)) {
        let later = self.later.take();
        if !later.is_empty() {
            let commands: Vec<Vec<&str>> =
                later.iter().map(|words| words.iter().map(String::as_str).collect()).collect();
            // What nobody needs is not missed.
            let _ = self.send(|store| store.pipeline(&commands), warn);
        }
    }

    fn send(
        &self,
        request: impl FnOnce(&Store) -> Result<Request, Failure>,
        warn: impl Fn(&str),
    ) -> Result<Reply, StoreError> {
        let now_ms = || u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.outage.borrow().check(now_ms()).map_err(error)?;
        let result = request(&self.store).and_then(|request| self.ask(request));
        self.outage.borrow_mut().note(now_ms(), &result);
        if let Err(failure @ Failure::Unavailable(_)) = &result {
            warn(&failure.to_string());
        }
        result.map(reply).map_err(error)
    }

    fn ask(&self, request: Request) -> Result<Value, Failure> {
        let deadline = Instant::now() + Duration::from_millis(TOTAL_TIMEOUT_MS);
        let address = &self.store.address;
        let unavailable = |reason: String| self.store.unavailable(&reason);
        let backend = self.backends.find(address.tls, &address.authority, CONNECT_TIMEOUT_MS).map_err(unavailable)?;
        let url = format!("{}://{}{}", if address.tls { "https" } else { "http" }, address.authority, request.path);
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let mut pending = upstream::send("POST", &url, headers, request.body, &backend).map_err(unavailable)?;
        let (response, mut body) = loop {
            self.wait(pending.as_u32(), deadline)?;
            pending = match PendingRequestHandle::poll(pending) {
                PollHandleResult::Pending(pending) => pending,
                PollHandleResult::Done(result) => {
                    break result.map_err(|error| unavailable(format!("no answer: {error}")))?;
                }
            };
        };
        let mut receiving = Receiving::new(&self.store, response.get_status().as_u16());
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            self.wait(number(&body), deadline)?;
            match body.read(&mut piece).map_err(|error| unavailable(format!("its answer broke off: {error}")))? {
                0 => return receiving.finish(),
                length => receiving.take(piece.get(..length).unwrap_or_default())?,
            }
        }
    }

    fn wait(&self, handle: readiness::Handle, deadline: Instant) -> Result<(), Failure> {
        let left = deadline.saturating_duration_since(Instant::now());
        match readiness::first(&[handle], Some(left)) {
            Some(_) => Ok(()),
            None => Err(self.store.unavailable(&format!("no answer within {TOTAL_TIMEOUT_MS} ms"))),
        }
    }
}

/// The platform's number of a body.
pub(crate) fn number(body: &BodyHandle) -> readiness::Handle {
    // SAFETY: the number is only waited for, while the body lives.
    unsafe { body.as_u32() }
}

fn error(failure: Failure) -> StoreError {
    match failure {
        Failure::Command(line) => StoreError::Command(line),
        Failure::Unavailable(reason) => StoreError::Unavailable(reason),
    }
}

/// In the gateway's words, which are those of RESP2. As deep as replies are read.
fn reply(value: Value) -> Reply {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    match value {
        Value::Null | Value::NullArray => Reply::Nil,
        Value::Boolean(yes) => Reply::Integer(yes.into()),
        Value::Integer(number) => Reply::Integer(number),
        Value::Double(number) => Reply::Bulk(number.to_string().into_bytes()),
        Value::Bulk(bytes) | Value::BigNumber(bytes) | Value::Verbatim { text: bytes, .. } => Reply::Bulk(bytes),
        Value::Simple(bytes) | Value::Error(bytes) => Reply::Status(text(bytes)),
        Value::Array(items) | Value::Set(items) | Value::Push(items) => {
            Reply::Array(items.into_iter().map(reply).collect())
        }
        Value::Map(pairs) => {
            Reply::Array(pairs.into_iter().flat_map(|(key, value)| [reply(key), reply(value)]).collect())
        }
    }
}
