//! LCS: what two strings have in common. <https://redis.io/docs/latest/commands/lcs/>

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::entry::Entry;
use crate::types::lcs::{self, Lengths, Match, TableError};
use crate::types::string;

const NO_STRINGS: Error = Error::fixed("ERR The specified keys must contain string values");

#[derive(Default)]
struct Options {
    length: bool,
    indexes: bool,
    least_match: i64,
    with_match_length: bool,
}

impl Options {
    fn parse(cx: &Context<'_>) -> Result<Options, Error> {
        let mut options = Options::default();
        let mut at = 3;
        while at < cx.args.len() {
            if cx.is(at, "IDX") {
                options.indexes = true;
            } else if cx.is(at, "LEN") {
                options.length = true;
            } else if cx.is(at, "WITHMATCHLEN") {
                options.with_match_length = true;
            } else if cx.is(at, "MINMATCHLEN") && at + 1 < cx.args.len() {
                at += 1;
                options.least_match = cx.integer(at)?;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        if options.length && options.indexes {
            return Err(Error::fixed("ERR If you want both the length and indexes, please just use IDX."));
        }
        Ok(options)
    }

    fn shows(&self, found: &Match) -> bool {
        found.len() as i64 >= self.least_match
    }
}

pub(super) fn lcs(cx: &mut Context<'_>) -> Result<(), Error> {
    let lens = (length(cx, 1)?, length(cx, 2)?);
    let options = Options::parse(cx)?;
    let limit = cx.store.settings.max_bulk_bytes();
    lcs::check_table(lens.0, lens.1, limit).map_err(table_error)?;
    let (first, second) = (copy(cx, 1)?, copy(cx, 2)?);
    if options.length {
        let length = lcs::length(&first, &second, limit).map_err(table_error)?;
        return cx.reply_integer(length as i64);
    }
    let lengths = Lengths::new(&first, &second, limit).map_err(table_error)?;
    if options.indexes {
        reply_indexes(cx, &options, &lengths);
    } else {
        cx.out.bulk(&lengths.text());
    }
    Ok(())
}

fn length(cx: &mut Context<'_>, index: usize) -> Result<usize, Error> {
    let (database, key) = (cx.database(), cx.arg(index));
    let value = cx.store.keyspace.get(database, key).map(Entry::string).transpose().map_err(|_| NO_STRINGS)?;
    Ok(value.map_or(0, |value| value.len()))
}

/// A copy, because reading the second key may end what is borrowed of the first.
fn copy(cx: &mut Context<'_>, index: usize) -> Result<Vec<u8>, Error> {
    let (database, key) = (cx.database(), cx.arg(index));
    let value = cx.store.keyspace.peek(database, key).map(Entry::string).transpose()?;
    Ok(value.map(|value| string::text(value).into_owned()).unwrap_or_default())
}

fn reply_indexes(cx: &mut Context<'_>, options: &Options, lengths: &Lengths<'_>) {
    let mut matches = lengths.matches();
    matches.retain(|found| options.shows(found));
    cx.out.map(2);
    cx.out.bulk(b"matches");
    cx.out.array(matches.len());
    for found in &matches {
        cx.out.array(2 + usize::from(options.with_match_length));
        for (start, end) in [found.first, found.second] {
            cx.out.array(2);
            cx.out.integer(start as i64);
            cx.out.integer(end as i64);
        }
        if options.with_match_length {
            cx.out.integer(found.len() as i64);
        }
    }
    cx.out.bulk(b"len");
    cx.out.integer(lengths.total() as i64);
}

#[cold]
fn table_error(error: TableError) -> Error {
    Error::fixed(match error {
        TableError::TooLarge => "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        TableError::NoMemory => "ERR Insufficient memory, failed allocating transient memory for LCS",
    })
}
