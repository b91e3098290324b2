//! Requests by `wasi:http`.

use ferrite_udf::prelude::*;
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, OutgoingRequest, RequestOptions, Scheme,
};
use wasip2::io::streams::StreamError;

fn request(authority: &str, path: &str, patience_ms: u64) -> Result<FutureIncomingResponse> {
    let request = OutgoingRequest::new(Fields::new());
    let set = request
        .set_scheme(Some(&Scheme::Http))
        .and_then(|()| request.set_authority(Some(authority)))
        .and_then(|()| request.set_path_with_query(Some(path)));
    if set.is_err() {
        bail!("`{authority}{path}` is no address");
    }
    let options = RequestOptions::new();
    let _ = options.set_first_byte_timeout(Some(patience_ms * 1_000_000));
    handle(request, Some(options)).map_err(failed)
}

fn response(future: &FutureIncomingResponse) -> Result<IncomingResponse> {
    loop {
        match future.get() {
            Some(Ok(Ok(response))) => return Ok(response),
            Some(Ok(Err(error))) => return Err(failed(error)),
            Some(Err(())) => bail!("the response was taken already"),
            None => future.subscribe().block(),
        }
    }
}

fn failed(error: ErrorCode) -> Error {
    Error::msg(format!("the request failed: {error:?}"))
}

/// The status and the whole body.
pub(crate) fn get(authority: &str, path: &str, patience_ms: u64) -> Result<(u16, Vec<u8>)> {
    let response = response(&request(authority, path, patience_ms)?)?;
    let mut all = Vec::new();
    read(&response, |bytes| all.extend(bytes))?;
    Ok((response.status(), all))
}

/// How long the body is.
pub(crate) fn drain(authority: &str, path: &str) -> Result<u64> {
    let response = response(&request(authority, path, 60_000)?)?;
    let mut length = 0;
    read(&response, |bytes| length += bytes.len() as u64)?;
    Ok(length)
}

fn read(response: &IncomingResponse, mut take: impl FnMut(Vec<u8>)) -> Result<()> {
    let Ok(body) = response.consume() else { bail!("there is no body") };
    let stream = body.stream().map_err(|()| Error::msg("there is no stream"))?;
    let ended = loop {
        match stream.blocking_read(64 << 10) {
            Ok(bytes) => take(bytes),
            Err(StreamError::Closed) => break Ok(()),
            Err(StreamError::LastOperationFailed(error)) => {
                let code = wasip2::http::types::http_error_code(&error);
                break Err(code.map_or_else(|| Error::msg(error.to_debug_string()), failed));
            }
        }
    };
    drop(stream);
    drop(IncomingBody::finish(body));
    ended
}

/// How many requests can be open at the same time.
pub(crate) fn flood(authority: &str) -> Result<i64> {
    let requests: Vec<_> = (0..20).map(|_| request(authority, "/slow", 60_000)).collect::<Result<_>>()?;
    // Long enough for those to fail that are too many, whose answer comes without a connection.
    wasip2::clocks::monotonic_clock::subscribe_duration(200_000_000).block();
    // A future is looked at by its pollable only.
    let has_failed =
        |request: &&FutureIncomingResponse| request.subscribe().ready() && matches!(request.get(), Some(Ok(Err(_))));
    let failed = requests.iter().filter(has_failed).count();
    Ok((requests.len() - failed) as i64)
}
