//! How a client gets its answer.

use std::rc::Rc;

use crate::answer::{self, Format};
use crate::cache::entry::Entry;
use crate::flight::{Denial, End, Reader};
use crate::head::Headers;
use crate::metrics;
use crate::port::Port;

/// Why a client has no answer yet.
pub(super) enum Undelivered {
    Denied(Denial),
    /// Who made it is gone, before the client saw anything.
    Abandoned,
}

/// Gives the answer to the client as it comes. `cache` is the value of `x-ferrite-cache`.
pub(super) async fn answer(
    port: &Rc<Port>,
    reader: Reader,
    model: &str,
    cache: Option<&'static str>,
    format: Format,
) -> Result<(), Undelivered> {
    let mut start = reader.start().await.ok_or(Undelivered::Abandoned)?.map_err(Undelivered::Denied)?;
    label(&mut start.headers, cache);
    if start.stream {
        // A stream begins with its first piece, so that there is still somebody to ask when it never comes.
        let first = match reader.piece().await {
            Err(End::Abandoned) => return Err(Undelivered::Abandoned),
            first => first,
        };
        count(port, model, start.status, cache);
        port.begin(start.status, start.headers);
        let mut next = first;
        loop {
            match next {
                Ok(piece) => port.write(piece),
                Err(End::Whole) => break port.finish(),
                Err(End::Broken | End::Abandoned) => break port.abort(),
            }
            port.drained().await;
            next = reader.piece().await;
        }
        return Ok(());
    }
    let mut body = Vec::new();
    loop {
        match reader.piece().await {
            Ok(piece) if body.is_empty() => body = piece,
            Ok(mut piece) => body.append(&mut piece),
            Err(End::Whole) => break,
            Err(End::Broken | End::Abandoned) => return Err(Undelivered::Abandoned),
        }
    }
    count(port, model, start.status, cache);
    answer::json(port, format, start.status, start.headers, body);
    Ok(())
}

/// Gives an answer from the cache.
pub(super) fn kept(port: &Port, entry: Entry, model: &str, cache: &'static str, format: Format) {
    let mut headers = Headers::new();
    label(&mut headers, Some(cache));
    count(port, model, 200, Some(cache));
    if !entry.stream {
        return answer::json(port, format, 200, headers, entry.body);
    }
    headers.extend(stream_headers());
    port.begin(200, headers);
    port.write(entry.body);
    port.finish();
}

pub(super) fn stream_headers() -> Headers {
    vec![
        ("content-type".to_owned(), "text/event-stream; charset=utf-8".to_owned()),
        ("cache-control".to_owned(), "no-cache".to_owned()),
    ]
}

fn label(headers: &mut Headers, cache: Option<&'static str>) {
    if let Some(cache) = cache {
        headers.push(("x-ferrite-cache".to_owned(), cache.to_owned()));
    }
}

fn count(port: &Port, model: &str, status: u16, cache: Option<&'static str>) {
    metrics::request(port, model, status);
    port.access.borrow_mut().cache = cache;
    if let Some(cache) = cache {
        metrics::cache(port, model, cache);
    }
}
