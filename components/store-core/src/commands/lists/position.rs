//! LPOS: where an element is.

use crate::commands::reply::reserve;
use crate::context::Context;
use crate::error::Error;
use crate::types::List;
use crate::types::list::Wanted;

/// What to look for.
struct Options {
    /// Which match is the first that counts; negative ones from the end.
    rank: i64,
    /// How many matches to return, 0 for all; none for the first alone.
    count: Option<u64>,
    /// How many elements to compare at most, 0 for all.
    max_len: u64,
}

impl Options {
    fn parse(cx: &Context<'_>) -> Result<Options, Error> {
        const ZERO: Error = Error::fixed(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to \
             start from the end of the list",
        );
        let mut options = Options { rank: 1, count: None, max_len: 0 };
        let mut at = 3;
        while at < cx.args.len() {
            let positive = |otherwise: &'static str| {
                let number = cx.integer(at + 1).ok().and_then(|number| u64::try_from(number).ok());
                number.ok_or(Error::fixed(otherwise))
            };
            if at + 1 == cx.args.len() {
                return Err(Error::Syntax);
            } else if cx.is(at, "RANK") {
                options.rank = cx.integer(at + 1)?;
                if options.rank == 0 {
                    return Err(ZERO);
                }
            } else if cx.is(at, "COUNT") {
                options.count = Some(positive("ERR COUNT can't be negative")?);
            } else if cx.is(at, "MAXLEN") {
                options.max_len = positive("ERR MAXLEN can't be negative")?;
            } else {
                return Err(Error::Syntax);
            }
            at += 2;
        }
        Ok(options)
    }
}

pub(super) fn lpos(cx: &mut Context<'_>) -> Result<(), Error> {
    /// What a position takes in the reply.
    const INTEGER: usize = 24;
    let (options, wanted) = (Options::parse(cx)?, Wanted::new(cx.arg(2)));
    let backwards = options.rank < 0;
    // The least rank of all has no opposite: in Redis every match counts then.
    let (rank, most) = match (options.rank, options.count) {
        (i64::MIN, Some(_)) => (1, u64::MAX),
        (i64::MIN, None) => (1, 1),
        (rank, Some(0)) => (rank.unsigned_abs(), u64::MAX),
        (rank, count) => (rank.unsigned_abs(), count.unwrap_or(1)),
    };
    let (list, out) = cx.read::<List>(1)?;
    let start = out.len();
    let mut found = 0;
    if let Some(list) = list.filter(|list| !list.is_empty()) {
        let last = list.len() - 1;
        let compared =
            if options.max_len == 0 { usize::MAX } else { usize::try_from(options.max_len).unwrap_or(usize::MAX) };
        let elements = list.iter(if backwards { last } else { 0 }, backwards).take(compared).enumerate();
        let mut skipped = rank - 1;
        for (at, _) in elements.filter(|(_, element)| wanted.is(*element)) {
            if skipped > 0 {
                skipped -= 1;
                continue;
            }
            reserve(out, INTEGER)?;
            out.integer(if backwards { last - at } else { at } as i64);
            found += 1;
            if found as u64 == most {
                break;
            }
        }
    }
    match options.count {
        Some(_) => out.array_at(start, found),
        None if found == 0 => out.null(),
        None => {}
    }
    Ok(())
}
