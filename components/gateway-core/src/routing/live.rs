//! An answer that comes piece by piece.

use std::rc::Rc;

use super::trouble::Trouble;
use crate::flight::Denial;
use crate::gateway::Busy;
use crate::head::Headers;
use crate::limits;
use crate::port::{Port, Upstream};
use crate::provider::{Fault, Reader};
use crate::refusal::Refusal;
use crate::stream::sse::{Item, Parser};
use crate::usage::{self, Usage};
use crate::world::Level;

/// A stream of an upstream.
pub(crate) struct Live {
    upstream: Upstream,
    parser: Parser,
    reader: Box<dyn Reader>,
    pub(crate) headers: Headers,
    /// What came and is not taken yet.
    items: Vec<Item>,
    parsed: Vec<Item>,
    between_ms: u64,
    deadline_ms: u64,
    /// The upstream's bytes have ended.
    ended: bool,
    /// What went wrong behind `items`.
    fault: Option<Refusal>,
    /// Counts among the requests in flight.
    _busy: Busy,
}

impl Live {
    pub(super) fn new(
        upstream: Upstream,
        reader: Box<dyn Reader>,
        headers: Headers,
        (between_ms, deadline_ms): (u64, u64),
        busy: Busy,
    ) -> Self {
        let (items, parsed, parser) = (Vec::new(), Vec::new(), Parser::default());
        Self {
            upstream,
            parser,
            reader,
            headers,
            items,
            parsed,
            between_ms,
            deadline_ms,
            ended: false,
            fault: None,
            _busy: busy,
        }
    }

    /// Reads until there is content.
    pub(super) async fn begin(&mut self, port: &Rc<Port>) -> Result<(), Trouble> {
        let mut bytes = 0;
        loop {
            if self.reader.has_content() {
                return Ok(());
            }
            match self.read(port).await? {
                None if self.ended => return Ok(()),
                None => {}
                Some(read) => bytes += read,
            }
            if bytes > limits::STREAM_PREFIX_BYTES && !self.reader.has_content() {
                return Err(Trouble::garbage("a stream without content"));
            }
        }
    }

    /// What came since the last time; none at the end of a whole answer.
    pub(crate) async fn next(&mut self, port: &Rc<Port>) -> Result<Option<Vec<Item>>, Refusal> {
        loop {
            if !self.items.is_empty() {
                return Ok(Some(std::mem::take(&mut self.items)));
            }
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if self.ended {
                return Ok(None);
            }
            if let Err(trouble) = self.read(port).await {
                port.world.log(Level::Warning, &format!("a stream broke: {}", trouble.cause));
                self.fault = Some(match trouble.denial {
                    Denial::Refusal(refusal) => refusal,
                    Denial::Upstream { .. } => Refusal::bad_upstream("The upstream failed."),
                });
            }
        }
    }

    /// Reads one piece: its bytes, none at the end.
    async fn read(&mut self, port: &Rc<Port>) -> Result<Option<usize>, Trouble> {
        let until = self.deadline_ms.min(port.now().saturating_add(self.between_ms));
        let piece = port.before(until, self.upstream.piece()).await;
        let piece = piece.map_err(|_| Trouble::timeout("the next piece of a stream"))?.map_err(Trouble::lost)?;
        let Some(piece) = piece else {
            self.ended = self.reader.end(&mut self.items);
            return if self.ended { Ok(None) } else { Err(Trouble::garbage("a stream that ended early")) };
        };
        let mut parsed = std::mem::take(&mut self.parsed);
        let fits = self.parser.push(&piece, &mut parsed);
        for item in parsed.drain(..) {
            match item {
                Item::Comment(_) => self.items.push(item),
                Item::Event(event) => self.reader.event(event, &mut self.items).map_err(|fault| match fault {
                    Fault::Garbage(cause) => Trouble::garbage(cause),
                    Fault::Told(text) => Trouble::passing(
                        Refusal::bad_upstream(format!("The upstream failed: {text}")),
                        "an error in a stream",
                    ),
                })?,
            }
        }
        self.parsed = parsed;
        fits.map_err(|_| Trouble::garbage("an event that is too long"))?;
        Ok(Some(piece.len()))
    }

    /// Tokens so far: what the upstream tells, or what the text makes about.
    pub(crate) fn usage(&self, input: u64) -> Usage {
        let estimated = Usage { input, output: usage::estimate(self.reader.text_bytes()) };
        match self.reader.usage() {
            None => estimated,
            // Anthropic tells the input first; the output grows meanwhile.
            Some(told) => Usage {
                input: told.input.max(1),
                output: told.output.max(if self.ended { 0 } else { estimated.output }),
            },
        }
    }
}
