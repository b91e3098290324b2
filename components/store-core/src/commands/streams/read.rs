//! XREAD and XREADGROUP: what came since, of several streams, as it is or to a consumer of a group.

use ferrite_resp::{Args, OwnedArgs, Writer};

use super::arguments::id;
use super::consume::{deliver, history};
use super::{no_group, write_entries};
use crate::commands::reply::reserve;
use crate::context::Context;
use crate::error::Error;
use crate::parked::Timeout;
use crate::types::Stream;
use crate::types::stream::StreamId;

/// What a call asks for.
pub(crate) struct Request<'a> {
    /// For how many milliseconds to wait if there is nothing, 0 for as long as it takes; none for not at all.
    timeout_ms: Option<u64>,
    /// How many entries of each stream at most.
    pub(crate) count: usize,
    /// To whom, for XREADGROUP.
    pub(crate) reader: Option<Reader<'a>>,
    /// The streams.
    pub(crate) keys: Args<'a>,
    /// From where on, for each stream.
    pub(crate) after: Vec<After>,
}

/// A consumer of a group.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) group: &'a [u8],
    pub(crate) consumer: &'a [u8],
    /// Whether entries are pending until they are acknowledged.
    pub(crate) acknowledges: bool,
}

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Behind this id; for a reader, what is pending for it from there on.
    Id(StreamId),
    /// Behind the last entry that was delivered to the group.
    Delivered,
}

pub(super) fn xread(cx: &mut Context<'_>) -> Result<(), Error> {
    let request = Request::parse(cx)?;
    if request.serve(cx)? {
        return Ok(());
    }
    match request.timeout_ms {
        Some(timeout_ms) if cx.may_park() => {
            let args = request.resolved(cx)?;
            cx.park_as(args, request.keys, Timeout::milliseconds(timeout_ms), serve_parked);
        }
        _ => cx.out.null_array(),
    }
    Ok(())
}

/// Replies with what came to one stream since the session was parked.
fn serve_parked(cx: &mut Context<'_>, key: &[u8]) -> Result<bool, Error> {
    let request = Request::parse_options(cx)?;
    let database = cx.database();
    let Some(index) = request.keys.iter().position(|other| other == key) else { return Ok(false) };
    let after = match &request.reader {
        None if !cx.holds::<Stream>(key) => return Ok(false),
        None => After::Id(id(cx, cx.args.len() - request.keys.len() + index)?),
        Some(_) if !cx.holds::<Stream>(key) => {
            return Err(Error::fixed("UNBLOCKED the stream key no longer exists"));
        }
        Some(reader) => {
            let stream = cx.store.keyspace.read::<Stream>(database, key)?;
            if stream.is_none_or(|stream| stream.find_group(reader.group).is_none()) {
                let line = "NOGROUP the consumer group this client was blocked on no longer exists";
                return Err(Error::fixed(line));
            }
            After::Delivered
        }
    };
    let start = cx.out.len();
    let served = request.serve_stream(cx, key, after)?;
    if served {
        cx.out.insert_at(start, &mut |out| write_header(out, 1));
    }
    Ok(served)
}

impl<'a> Request<'a> {
    pub(crate) fn parse(cx: &mut Context<'a>) -> Result<Request<'a>, Error> {
        let mut request = Request::parse_options(cx)?;
        let ids = cx.args.len() - request.keys.len();
        for index in 0..request.keys.len() {
            let after = request.after(cx, index, ids + index)?;
            request.after.push(after);
        }
        Ok(request)
    }

    fn parse_options(cx: &Context<'a>) -> Result<Request<'a>, Error> {
        let is_group = cx.command.name == "xreadgroup";
        let only_for_groups = |option: &str| {
            let line = format!("ERR The {option} option is only supported by XREADGROUP. You called XREAD instead.");
            if is_group { Ok(()) } else { Err(Error::line(line)) }
        };
        let (mut timeout_ms, mut count, mut reader, mut acknowledges, mut keys) = (None, 0, None, true, None);
        let mut at = 1;
        while at < cx.args.len() && keys.is_none() {
            let behind = cx.args.len() - at - 1;
            if cx.is(at, "BLOCK") && behind >= 1 {
                at += 1;
                let timeout =
                    cx.integer(at).map_err(|_| Error::fixed("ERR timeout is not an integer or out of range"))?;
                timeout_ms = Some(u64::try_from(timeout).map_err(|_| Error::fixed("ERR timeout is negative"))?);
            } else if cx.is(at, "COUNT") && behind >= 1 {
                at += 1;
                count = cx.integer(at)?.max(0);
            } else if cx.is(at, "STREAMS") && behind >= 1 {
                if !behind.is_multiple_of(2) {
                    return Err(Error::fixed(
                        "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
                    ));
                }
                keys = Some(cx.args.slice(at + 1, behind / 2));
            } else if cx.is(at, "GROUP") && behind >= 2 {
                only_for_groups("GROUP")?;
                reader = Some((cx.arg(at + 1), cx.arg(at + 2)));
                at += 2;
            } else if cx.is(at, "NOACK") {
                only_for_groups("NOACK")?;
                acknowledges = false;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        let keys = keys.ok_or(Error::Syntax)?;
        if is_group && reader.is_none() {
            return Err(Error::fixed("ERR Missing GROUP option for XREADGROUP"));
        }
        let reader = reader.map(|(group, consumer)| Reader { group, consumer, acknowledges });
        let count = if count == 0 { usize::MAX } else { usize::try_from(count).unwrap_or(usize::MAX) };
        Ok(Request { timeout_ms, count, reader, keys, after: Vec::new() })
    }

    /// Where to begin with the stream of this number, from the argument at `index`.
    fn after(&self, cx: &mut Context<'_>, number: usize, index: usize) -> Result<After, Error> {
        let (database, key) = (cx.database(), self.keys.at(number));
        let stream = cx.store.keyspace.read::<Stream>(database, key)?;
        if let Some(reader) = &self.reader
            && stream.is_none_or(|stream| stream.find_group(reader.group).is_none())
        {
            return Err(no_group(key, reader.group, " in XREADGROUP with GROUP option"));
        }
        let last_id = stream.map_or(StreamId::MIN, |stream| stream.figures().last_id);
        match (cx.arg(index), &self.reader) {
            (b"$", None) => Ok(After::Id(last_id)),
            (b"$", Some(_)) => Err(Error::fixed(
                "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this \
                 consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return \
                 an empty result set.",
            )),
            (b">", Some(_)) => Ok(After::Delivered),
            (b">", None) => Err(Error::fixed(
                "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
            )),
            _ => match (id(cx, index)?, &self.reader) {
                // Redis itself keeps `>` as the greatest id.
                (StreamId::MAX, Some(_)) => Ok(After::Delivered),
                (id, _) => Ok(After::Id(id)),
            },
        }
    }

    /// The arguments with ids in the place of `$`, which means what was the last one when the command came.
    fn resolved(&self, cx: &Context<'_>) -> Result<OwnedArgs, Error> {
        let ids = cx.args.len() - self.keys.len();
        let mut args = OwnedArgs::default();
        for (index, arg) in cx.args.iter().enumerate() {
            let after = index.checked_sub(ids).and_then(|number| self.after.get(number));
            let pushed = match after {
                Some(After::Id(id)) => args.push(format!("{}-{}", id.ms, id.seq).as_bytes()),
                _ => args.push(arg),
            };
            if !pushed {
                return Err(Error::OutOfMemory);
            }
        }
        Ok(args)
    }

    /// Replies with what there is; false, and no reply, when there is nothing.
    pub(crate) fn serve(&self, cx: &mut Context<'_>) -> Result<bool, Error> {
        let start = cx.out.len();
        let mut served = 0;
        for (key, &after) in self.keys.iter().zip(&self.after) {
            served += usize::from(self.serve_stream(cx, key, after)?);
        }
        if served > 0 {
            cx.out.insert_at(start, &mut |out| write_header(out, served));
        }
        Ok(served > 0)
    }

    /// Replies with a stream's name and what there is of it; false, and no reply, when there is nothing.
    pub(crate) fn serve_stream(&self, cx: &mut Context<'_>, key: &[u8], after: After) -> Result<bool, Error> {
        let database = cx.database();
        let Some(stream) = cx.store.keyspace.read::<Stream>(database, key)? else { return Ok(false) };
        let Some(reader) = &self.reader else {
            let After::Id(after) = after else { return Ok(false) };
            let last = stream.last_entry_id();
            let Some(first) = after.next().filter(|first| last.is_some_and(|last| last >= *first)) else {
                return Ok(false);
            };
            write_name(cx.out, key)?;
            let entries = stream.range(first, StreamId::MAX, false).take(self.count);
            write_entries(cx.out, entries)?;
            return Ok(true);
        };
        match after {
            After::Id(after) => {
                let first = after.next().unwrap_or_default();
                history(cx, key, reader, first, self.count)
            }
            After::Delivered => deliver(cx, key, reader, self.count),
        }
    }
}

/// Of so many streams: a map of their names, in RESP2 an array of pairs.
pub(crate) fn write_header(out: &mut Writer, streams: usize) {
    if out.is_resp3() {
        out.map(streams);
    } else {
        out.array(streams);
    }
}

/// A stream's name in front of its entries.
pub(super) fn write_name(out: &mut Writer, key: &[u8]) -> Result<(), Error> {
    if !out.is_resp3() {
        out.array(2);
    }
    reserve(out, key.len())?;
    out.bulk(key);
    Ok(())
}
