//! OBJECT: what a value is made of. <https://redis.io/docs/latest/commands/object/>

use crate::command::{Command, Flags, Handler, KeySpec, key_at};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::access::Tracking;
use crate::keyspace::entry::{Content, Entry, Value};

/// Redis keeps one object for each integer below this that everybody shares, and never counts its references.
const SHARED_INTEGERS: i64 = 10_000;
const REFCOUNT_OF_SHARED: i64 = i32::MAX as i64;

const NO_FREQUENCY: Error = Error::fixed(
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
     between policies at runtime LRU and LFU data will take some time to adjust.",
);
const NO_IDLE_TIME: Error = Error::fixed(
    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies \
     at runtime LRU and LFU data will take some time to adjust.",
);

/// What `figure` makes of the key, or none when there is no such key.
fn of_key<T>(cx: &mut Context<'_>, figure: impl FnOnce(&Entry) -> T) -> Option<T> {
    let (database, key) = (cx.database(), cx.arg(2));
    cx.keys().inspect_quietly(database, key).map(figure)
}

fn reply(cx: &mut Context<'_>, figure: Option<i64>) -> Result<(), Error> {
    match figure {
        Some(figure) => cx.out.integer(figure),
        None => cx.out.null(),
    }
    Ok(())
}

fn encoding(cx: &mut Context<'_>) -> Result<(), Error> {
    let encoding = of_key(cx, |entry| entry.content().encoding());
    cx.out.optional_bulk(encoding.map(str::as_bytes));
    Ok(())
}

fn refcount(cx: &mut Context<'_>) -> Result<(), Error> {
    // Objects that are evicted by their use cannot be shared.
    let evicts_by_use = cx.store.settings.max_memory() != 0
        && cx
            .store
            .settings
            .get("maxmemory-policy")
            .is_some_and(|policy| policy.ends_with("lru") || policy.ends_with("lfu"));
    let count = of_key(cx, |entry| match entry.content() {
        Content::String(Value::Int(0..SHARED_INTEGERS)) if !evicts_by_use => REFCOUNT_OF_SHARED,
        _ => 1,
    });
    reply(cx, count)
}

fn idletime(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_us = cx.keys().now_us();
    let seconds = of_key(cx, |entry| i64::from(entry.access().idle_seconds(now_us)));
    if seconds.is_some() && cx.keys().tracking.counts() {
        return Err(NO_IDLE_TIME);
    }
    reply(cx, seconds)
}

fn freq(cx: &mut Context<'_>) -> Result<(), Error> {
    let now_us = cx.keys().now_us();
    let rule = match cx.keys().tracking {
        Tracking::LeastFrequentlyUsed(rule) => Some(rule),
        Tracking::LeastRecentlyUsed => None,
    };
    let frequency = of_key(cx, |entry| rule.map(|rule| entry.access().frequency(rule, now_us)));
    if frequency == Some(None) {
        return Err(NO_FREQUENCY);
    }
    reply(cx, frequency.flatten().map(i64::from))
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("ENCODING <key>", "In which form the value is kept."),
        ("FREQ <key>", "How often the key was used lately, 0 to 255, under an LFU policy."),
        ("IDLETIME <key>", "Seconds since the key was last used, unless under an LFU policy."),
        ("REFCOUNT <key>", "How many references to the value there are."),
    ])
}

const KEY: &[KeySpec] = &[key_at(2, &["RO"])];

const fn about_key(name: &'static str, handler: Handler) -> Command {
    Command::new(name, 3, handler)
        .group("generic")
        .categories(&["keyspace"])
        .flags(&[Flags::READONLY])
        .keys(KEY)
        .tips(&["nondeterministic_output"])
}

static SUBCOMMANDS: &[Command] = &[
    about_key("encoding", encoding).docs("2.2.3", "O(1)", "Returns the form in which a value is kept."),
    about_key("freq", freq).docs("4.0.0", "O(1)", "Returns how often a key was used, as a logarithm."),
    about_key("idletime", idletime).docs("2.2.3", "O(1)", "Returns the seconds since a key was last used."),
    about_key("refcount", refcount).docs("2.2.3", "O(1)", "Returns how many references to a value there are."),
    Command::new("help", 2, help)
        .group("generic")
        .categories(&["keyspace"])
        .flags(&[Flags::LOADING, Flags::STALE])
        .docs("6.2.0", "O(1)", "Explains the subcommands."),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::container("object", SUBCOMMANDS).group("generic").docs(
    "2.2.3",
    "Depends on subcommand.",
    "Says what values are made of.",
)];
