//! DEBUG, where `enable-debug-command` allows it: what tests and tools use of it.
//! <https://redis.io/docs/latest/commands/debug/>

mod digest;
mod sha1;

use crate::context::Context;
use crate::dispatch::PROTECTED;
use crate::error::Error;
use crate::rdb::payload;
use crate::types::Collection;
use ferrite_resp::number::format_fixed;

/// DEBUG SLEEP ends after so many seconds at the latest.
const SLEEP_MAX_S: f64 = 60.0;

/// The subcommand, and what comes behind it.
pub(super) fn debug(cx: &mut Context<'_>) -> Result<(), Error> {
    if !cx.store.allows_debug(cx.session) {
        return Err(Error::fixed(PROTECTED));
    }
    let count = cx.args.len();
    match () {
        () if cx.is(1, "RELOAD") => reload(cx),
        () if cx.is(1, "DIGEST") && count == 2 => {
            let digest = digest::of_all(cx.keys());
            cx.out.simple(&digest.hex());
            Ok(())
        }
        () if cx.is(1, "DIGEST-VALUE") && count >= 2 => digest_values(cx),
        () if cx.is(1, "OBJECT") && count >= 3 => object(cx),
        () if cx.is(1, "SLEEP") && count == 3 => sleep(cx),
        () if cx.is(1, "SET-ACTIVE-EXPIRE") && count == 3 => {
            cx.store.expires_actively = cx.integer(2)? != 0;
            cx.ok()
        }
        () if cx.is(1, "QUICKLIST-PACKED-THRESHOLD") && count == 3 => cx.ok(),
        () if cx.is(1, "ERROR") && count == 3 => Err(Error::Quoting(cx.arg(2).to_vec())),
        () if cx.is(1, "STRINGMATCH-LEN") && count == 4 => {
            let matches = crate::glob::matches(cx.arg(3), cx.arg(2));
            cx.reply_integer(i64::from(matches))
        }
        // As in Redis the server ends: what comes of a mistake in the engine can be seen.
        () if cx.is(1, "PANIC") && count == 2 => panic!("DEBUG PANIC"),
        () if cx.is(1, "JMAP") || cx.is(1, "CHANGE-REPL-ID") => {
            Err(Error::fixed("ERR this part of DEBUG is not served: it is about what there is not here"))
        }
        () if cx.is(1, "HELP") && count == 2 => cx.reply_help(&[
            ("DIGEST", "The digest of all databases."),
            ("DIGEST-VALUE <key> [<key> ...]", "The digests of values."),
            ("ERROR <text>", "Replies this error."),
            ("OBJECT <key>", "How a value is kept."),
            ("PANIC", "Ends the server as a mistake in the engine would."),
            ("QUICKLIST-PACKED-THRESHOLD <size>", "Changes nothing: no element of a list stands by itself."),
            ("RELOAD", "Writes all databases as a snapshot, and loads that."),
            ("SET-ACTIVE-EXPIRE <0|1>", "Whether keys go when their time comes, or when somebody asks for them."),
            ("SLEEP <seconds>", "Lets everybody wait, for a minute at the most."),
        ]),
        () => Err(Error::quoting(
            "ERR unknown subcommand or wrong number of arguments for '",
            cx.arg(1).get(..128).unwrap_or(cx.arg(1)),
            "'. Try DEBUG HELP.",
        )),
    }
}

fn reload(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.args.len() > 2 {
        return Err(Error::fixed("ERR DEBUG RELOAD takes no options here"));
    }
    cx.store.snapshot_abort();
    match cx.store.reload() {
        Ok(_) => cx.ok(),
        Err(error) => Err(Error::line(format!("ERR Error trying to load the RDB dump: {error}"))),
    }
}

fn digest_values(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, now_ms) = (cx.database(), cx.keys().now_ms());
    cx.out.array(cx.args.len() - 2);
    for key in cx.args.skip(2).iter() {
        let found = cx.store.keyspace.peek(database, key).map(|entry| digest::of_value(entry, now_ms));
        cx.out.simple(&found.unwrap_or_default().hex());
    }
    Ok(())
}

/// What a payload has around the value: its type, version and checksum.
const AROUND: usize = 11;

fn object(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(2));
    let (now_ms, now_us) = (cx.keys().now_ms(), cx.keys().now_us());
    let entry = cx.keys().peek(database, key).ok_or(Error::NoSuchKey)?;
    let content = entry.content();
    let length = payload::dump(content, now_ms).len() - AROUND;
    let access = entry.access();
    let mut line = format!(
        "Value at:{entry:p} refcount:1 encoding:{} serializedlength:{length} lru:{} lru_seconds_idle:{}",
        content.encoding(),
        access.bits(),
        access.idle_seconds(now_us),
    );
    if let Some(Collection::List(list)) = entry.collection() {
        let (nodes, bytes) = list.packs().fold((0, 0), |(nodes, bytes), pack| (nodes + 1, bytes + pack.used()));
        let average = format_fixed(list.len() as f64 / f64::from(nodes.max(1)), 2);
        line.push_str(&format!(
            " ql_nodes:{nodes} ql_avg_node:{average} ql_listpack_max:-2 ql_compressed:0 ql_uncompressed_size:{bytes}"
        ));
    }
    cx.out.simple(&line);
    Ok(())
}

fn sleep(cx: &mut Context<'_>) -> Result<(), Error> {
    let seconds = ferrite_resp::number::strtod(cx.arg(2)).unwrap_or(0.0).clamp(0.0, SLEEP_MAX_S);
    let end_us = cx.store.clock_us() + (seconds * 1e6) as u64;
    while cx.store.clock_us() < end_us {}
    cx.ok()
}
