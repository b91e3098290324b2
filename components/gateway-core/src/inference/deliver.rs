//! How a client gets its answer.

use std::rc::Rc;

use crate::answer::{self, Format};
use crate::flight::{Denial, End, Reader};
use crate::metrics;
use crate::port::Port;
use crate::refusal::Refusal;

/// Gives the answer to the client as it comes.
pub(super) async fn answer(port: &Rc<Port>, reader: Reader, model: &str, format: Format) -> Result<(), Denial> {
    let lost = || Refusal::unavailable("The request for this answer was given up.");
    let start = reader.start().await.ok_or_else(lost)??;
    if start.stream {
        metrics::request(port, model, start.status);
        port.begin(start.status, start.headers);
        loop {
            port.drained().await;
            match reader.piece().await {
                Ok(piece) => port.write(piece),
                Err(End::Whole) => break port.finish(),
                Err(End::Broken | End::Abandoned) => break port.abort(),
            }
        }
        return Ok(());
    }
    let mut body = reader.piece().await.map_err(|_| lost())?;
    loop {
        match reader.piece().await {
            Ok(mut piece) => body.append(&mut piece),
            Err(End::Whole) => break,
            Err(End::Broken | End::Abandoned) => return Err(lost().into()),
        }
    }
    metrics::request(port, model, start.status);
    answer::json(port, format, start.status, start.headers, body);
    Ok(())
}
