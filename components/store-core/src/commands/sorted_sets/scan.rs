//! ZSCAN. <https://redis.io/docs/latest/commands/zscan/>

use crate::commands::scan::{self, Options};
use crate::context::Context;
use crate::error::Error;
use crate::types::{Element, SortedSet};

pub(super) fn zscan(cx: &mut Context<'_>) -> Result<(), Error> {
    let cursor = scan::cursor(cx, 2)?;
    // What is wrong with the options is only said when the key exists.
    let options = Options::of_collection(cx);
    let (set, out) = cx.read::<SortedSet>(1)?;
    let Some(set) = set else { return scan::reply_page(out, |_| 0) };
    let options = options?;
    scan::reply_page(out, |page| {
        // Scores are text here, also in RESP3.
        set.scan(cursor, options.count, &mut |member, score| {
            if options.matches(member) {
                page.push(Element::Bytes(member));
                page.push(Element::Bytes(score));
            }
        })
    })
}
