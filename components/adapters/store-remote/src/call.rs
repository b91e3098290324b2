//! One request over `wasi:http`, waited for.

use ferrite_remote::limits::{CONNECT_TIMEOUT_MS, TOTAL_TIMEOUT_MS};
use ferrite_remote::{Failure, Receiving, Request, Store, Value};
use wasip2::clocks::monotonic_clock;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions,
    Scheme,
};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{OutputStream, StreamError};

/// Bytes that are read at once.
const PIECE_BYTES: u64 = 64 << 10;

/// Sends a request and reads the answer, within [`TOTAL_TIMEOUT_MS`].
pub(crate) fn send(store: &Store, request: Request) -> Result<Value, Failure> {
    Call { store, deadline: monotonic_clock::subscribe_duration(TOTAL_TIMEOUT_MS * 1_000_000) }.run(request)
}

/// One request and its time.
struct Call<'a> {
    store: &'a Store,
    deadline: Pollable,
}

impl Call<'_> {
    fn run(&self, request: Request) -> Result<Value, Failure> {
        let (response, body) = self.begin(&request)?;
        self.write(body, &request.body)?;
        self.read(self.head(&response)?)
    }

    fn begin(&self, request: &Request) -> Result<(FutureIncomingResponse, OutgoingBody), Failure> {
        let refused = |what: &str| self.store.unavailable(&format!("this host refuses the {what} of the request"));
        let mut headers: Vec<_> =
            request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_bytes())).collect();
        headers.push(("content-length".to_owned(), request.body.len().to_string().into_bytes()));
        let outgoing = OutgoingRequest::new(Fields::from_list(&headers).map_err(|_| refused("headers"))?);
        let address = &self.store.address;
        let scheme = if address.tls { Scheme::Https } else { Scheme::Http };
        outgoing.set_method(&Method::Post).map_err(|()| refused("method"))?;
        outgoing.set_scheme(Some(&scheme)).map_err(|()| refused("scheme"))?;
        outgoing.set_authority(Some(&address.authority)).map_err(|()| refused("authority"))?;
        outgoing.set_path_with_query(Some(&request.path)).map_err(|()| refused("path"))?;
        let options = RequestOptions::new();
        // Not every host has it; the whole has its own time.
        let _ = options.set_connect_timeout(Some(CONNECT_TIMEOUT_MS * 1_000_000));
        let body = outgoing.body().map_err(|()| refused("body"))?;
        let response = outgoing_handler::handle(outgoing, Some(options)).map_err(|error| self.failed(&error))?;
        Ok((response, body))
    }

    fn write(&self, body: OutgoingBody, bytes: &[u8]) -> Result<(), Failure> {
        let Ok(output) = body.write() else { return Err(self.store.unavailable("this host takes no body")) };
        self.write_all(&output, bytes)?;
        drop(output);
        // Fails when the server has closed; then the answer fails too, or is there.
        let _ = OutgoingBody::finish(body, None);
        Ok(())
    }

    /// Ends early where nobody reads it any more: the server may have answered already, and its answer says why.
    fn write_all(&self, output: &OutputStream, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let Ok(room) = output.check_write() else { return Ok(()) };
            if room == 0 {
                self.wait(&output.subscribe())?;
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
            if output.write(now).is_err() {
                return Ok(());
            }
            bytes = later;
        }
        Ok(())
    }

    fn head(&self, response: &FutureIncomingResponse) -> Result<IncomingResponse, Failure> {
        loop {
            match response.get() {
                None => self.wait(&response.subscribe())?,
                Some(Ok(Ok(response))) => return Ok(response),
                Some(Ok(Err(error))) => return Err(self.failed(&error)),
                Some(Err(())) => return Err(self.store.unavailable("its answer was taken twice")),
            }
        }
    }

    fn read(&self, response: IncomingResponse) -> Result<Value, Failure> {
        let mut receiving = Receiving::new(self.store, response.status());
        let none = |()| self.store.unavailable("this host gives no body");
        let body = response.consume().map_err(none)?;
        let input = body.stream().map_err(none)?;
        loop {
            match input.read(PIECE_BYTES) {
                Ok(piece) if piece.is_empty() => self.wait(&input.subscribe())?,
                Ok(piece) => receiving.take(&piece)?,
                Err(StreamError::Closed) => break,
                Err(StreamError::LastOperationFailed(error)) => {
                    return Err(self.store.unavailable(&format!("its answer broke off: {}", error.to_debug_string())));
                }
            }
        }
        receiving.finish()
    }

    /// Waits for a pollable, or fails when the time is over.
    fn wait(&self, pollable: &Pollable) -> Result<(), Failure> {
        if poll(&[pollable, &self.deadline]).contains(&0) {
            return Ok(());
        }
        Err(self.store.unavailable(&format!("no answer within {TOTAL_TIMEOUT_MS} ms")))
    }

    fn failed(&self, error: &ErrorCode) -> Failure {
        let reason = match error {
            ErrorCode::ConnectionRefused => "nobody listens there".to_owned(),
            ErrorCode::ConnectionTimeout => format!("no connection within {CONNECT_TIMEOUT_MS} ms"),
            ErrorCode::DnsError(_) | ErrorCode::DnsTimeout | ErrorCode::DestinationNotFound => {
                "its name has no address".to_owned()
            }
            other => format!("{other:?}"),
        };
        self.store.unavailable(&reason)
    }
}
