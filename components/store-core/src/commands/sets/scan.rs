//! SSCAN. <https://redis.io/docs/latest/commands/sscan/>

use crate::commands::scan::{self, Options};
use crate::context::Context;
use crate::error::Error;
use crate::types::Set;

pub(super) fn sscan(cx: &mut Context<'_>) -> Result<(), Error> {
    let cursor = scan::cursor(cx, 2)?;
    // What is wrong with the options is only said when the key exists.
    let options = Options::of_collection(cx);
    let (set, out) = cx.read::<Set>(1)?;
    let Some(set) = set else { return scan::reply_page(out, |_| 0) };
    let options = options?;
    scan::reply_page(out, |page| {
        set.scan(cursor, options.count, &mut |member| {
            if options.matches(&member.text()) {
                page.push(member);
            }
        })
    })
}
