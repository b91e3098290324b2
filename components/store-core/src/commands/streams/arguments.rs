//! What arguments of several commands are: ids, bounds, how to trim.

use super::Error;
use crate::context::Context;
use crate::types::stream::{NewId, StreamId, Trim, TrimTo};

const INVALID: Error = Error::fixed("ERR Invalid stream ID specified as stream command argument");

/// The argument as an id, in which a number left out is 0.
pub(super) fn id(cx: &Context<'_>, index: usize) -> Result<StreamId, Error> {
    StreamId::parse(cx.arg(index), 0).ok_or(INVALID)
}

/// As [`id`], also `-` and `+` for the first and the last of all.
pub(super) fn bound(cx: &Context<'_>, index: usize) -> Result<StreamId, Error> {
    StreamId::parse_bound(cx.arg(index), 0).ok_or(INVALID)
}

/// The argument as the beginning of a range, with `(` in front to leave that id out.
pub(super) fn start(cx: &Context<'_>, index: usize) -> Result<StreamId, Error> {
    match cx.arg(index) {
        [b'(', text @ ..] if !text.is_empty() => {
            let id = StreamId::parse(text, 0).ok_or(INVALID)?;
            id.next().ok_or(Error::fixed("ERR invalid start ID for the interval"))
        }
        text => StreamId::parse_bound(text, 0).ok_or(INVALID),
    }
}

/// The argument as the end of a range, with `(` in front to leave that id out; a number left out is the greatest.
pub(super) fn end(cx: &Context<'_>, index: usize) -> Result<StreamId, Error> {
    match cx.arg(index) {
        [b'(', text @ ..] if !text.is_empty() => {
            let id = StreamId::parse(text, u64::MAX).ok_or(INVALID)?;
            id.previous().ok_or(Error::fixed("ERR invalid end ID for the interval"))
        }
        text => StreamId::parse_bound(text, u64::MAX).ok_or(INVALID),
    }
}

/// What XADD and XTRIM understand between the key and the fields.
pub(super) struct Options {
    /// The id of the new entry.
    pub(super) id: NewId,
    pub(super) trim: Option<Trim>,
    /// Whether XADD makes a stream that does not exist.
    pub(super) creates: bool,
    /// The index behind all of it.
    pub(super) end: usize,
}

/// What has been read of how to trim.
#[derive(Default)]
struct Trimming {
    to: Option<TrimTo>,
    is_approximate: bool,
    limit: Option<u64>,
}

impl Trimming {
    /// Reads an option at index `at`, MAXLEN or MINID, without its value; where the value is.
    fn strategy(&mut self, cx: &Context<'_>, at: usize) -> Result<usize, Error> {
        if self.to.is_some() {
            return Err(Error::fixed("ERR syntax error, MAXLEN and MINID options at the same time are not compatible"));
        }
        let has_mark = at + 2 < cx.args.len() && matches!(cx.arg(at + 1), b"~" | b"=");
        self.is_approximate = has_mark && cx.arg(at + 1) == b"~";
        Ok(if has_mark { at + 2 } else { at + 1 })
    }

    /// Checks what fits together and fills in the limit.
    fn finish(&self, cx: &Context<'_>, is_add: bool) -> Result<Option<Trim>, Error> {
        if self.limit.is_some_and(|limit| limit > 0) && self.to.is_none() {
            return Err(Error::fixed("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"));
        }
        if !is_add && self.to.is_none() {
            return Err(Error::fixed("ERR syntax error, XTRIM must be called with a trimming strategy"));
        }
        if self.limit.is_some() && !self.is_approximate {
            return Err(Error::fixed("ERR syntax error, LIMIT cannot be used without the special ~ option"));
        }
        let limit = match self.limit {
            Some(limit) => limit,
            None if self.is_approximate => default_limit(cx.store.keyspace.limits.stream_entries as u64),
            None => 0,
        };
        Ok(self.to.map(|to| Trim { to, is_approximate: self.is_approximate, limit }))
    }
}

/// How many entries are trimmed at once when nobody says: those of a hundred nodes.
fn default_limit(node_entries: u64) -> u64 {
    const FEW: u64 = 10_000;
    const MANY: u64 = 1_000_000;
    match node_entries.saturating_mul(100) {
        0 => FEW,
        limit => limit.min(MANY),
    }
}

impl Options {
    pub(super) fn parse(cx: &Context<'_>, is_add: bool) -> Result<Options, Error> {
        let mut options = Options { id: NewId::Any, trim: None, creates: true, end: cx.args.len() + 1 };
        let mut trimming = Trimming::default();
        let not_negative = |index: usize, otherwise: &'static str| {
            u64::try_from(cx.integer(index)?).map_err(|_| Error::fixed(otherwise))
        };
        let mut at = 2;
        while at < cx.args.len() {
            let has_value = at + 1 < cx.args.len();
            if is_add && cx.arg(at) == b"*" {
                options.end = at + 1;
                break;
            } else if cx.is(at, "MAXLEN") && has_value {
                at = trimming.strategy(cx, at)?;
                let most = not_negative(at, "ERR The MAXLEN argument must be >= 0.")?;
                trimming.to = Some(TrimTo::Length(most));
            } else if cx.is(at, "MINID") && has_value {
                at = trimming.strategy(cx, at)?;
                trimming.to = Some(TrimTo::From(id(cx, at)?));
            } else if cx.is(at, "LIMIT") && has_value {
                at += 1;
                trimming.limit = Some(not_negative(at, "ERR The LIMIT argument must be >= 0.")?);
            } else if is_add && cx.is(at, "NOMKSTREAM") {
                options.creates = false;
            } else if is_add {
                options.id = NewId::parse(cx.arg(at)).ok_or(INVALID)?;
                options.end = at + 1;
                break;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        options.trim = trimming.finish(cx, is_add)?;
        Ok(options)
    }
}
