//! Values as bytes, and back. <https://redis.io/docs/latest/commands/dump/>

use crate::command::{Command, Flags, Handler, KeySpec, one_key};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::access::{Access, Tracking};
use crate::keyspace::notices::Class;
use crate::rdb::payload::{self, PayloadError};
use crate::rdb::read::Loaded;
use crate::rdb::write;

fn dump(cx: &mut Context<'_>) -> Result<(), Error> {
    let (database, key) = (cx.database(), cx.arg(1));
    let now_ms = cx.keys().now_ms();
    let entry = cx.keys().get(database, key).map(|entry| entry.content());
    let bytes = entry.filter(|&content| !write::is_gone(content, now_ms)).map(|content| payload::dump(content, now_ms));
    cx.out.optional_bulk(bytes.as_deref());
    Ok(())
}

/// What stands behind the payload.
#[derive(Default)]
struct Options {
    replace: bool,
    is_absolute: bool,
    idle_s: Option<i64>,
    frequency: Option<i64>,
}

impl Options {
    fn read(cx: &Context<'_>) -> Result<Options, Error> {
        let mut options = Options::default();
        let mut at = 4;
        while at < cx.args.len() {
            let has_more = at + 1 < cx.args.len();
            if cx.is(at, "REPLACE") {
                options.replace = true;
            } else if cx.is(at, "ABSTTL") {
                options.is_absolute = true;
            } else if cx.is(at, "IDLETIME") && has_more && options.frequency.is_none() {
                at += 1;
                let idle_s = cx.integer(at)?;
                if idle_s < 0 {
                    return Err(Error::fixed("ERR Invalid IDLETIME value, must be >= 0"));
                }
                options.idle_s = Some(idle_s);
            } else if cx.is(at, "FREQ") && has_more && options.idle_s.is_none() {
                at += 1;
                let frequency = cx.integer(at)?;
                if !(0..=255).contains(&frequency) {
                    return Err(Error::fixed("ERR Invalid FREQ value, must be >= 0 and <= 255"));
                }
                options.frequency = Some(frequency);
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        Ok(options)
    }

    /// How the key was used, as far as the options and the policy say.
    fn access(&self, tracking: Tracking, now_us: u64) -> Option<Access> {
        match (tracking, self.idle_s, self.frequency) {
            (Tracking::LeastRecentlyUsed, Some(idle_s), _) => Some(Access::idle_for(idle_s, now_us)),
            (Tracking::LeastFrequentlyUsed(_), _, Some(frequency)) => Some(Access::of_frequency(frequency, now_us)),
            _ => None,
        }
    }
}

fn refusal(error: PayloadError) -> Error {
    Error::fixed(match error {
        PayloadError::Footer => "ERR DUMP payload version or checksum are wrong",
        PayloadError::Value => "ERR Bad data format",
    })
}

fn restore(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = Options::read(cx)?;
    let (database, key) = (cx.database(), cx.arg(1));
    if !options.replace && cx.keys().use_key(database, key).is_some() {
        return Err(Error::fixed("BUSYKEY Target key name already exists."));
    }
    let ttl_ms = cx.integer(2)?;
    if ttl_ms < 0 {
        return Err(Error::fixed("ERR Invalid TTL value, must be >= 0"));
    }
    let bytes = payload::verify(cx.arg(3)).map_err(refusal)?;
    let keys = cx.keys();
    let value = payload::value(bytes, &keys.limits).map_err(refusal)?;
    let now_ms = keys.now_ms();
    let expire_ms = match ttl_ms {
        0 => None,
        time if options.is_absolute => Some(time),
        // Redis' sum runs over; here it is the latest time there is.
        ttl => Some(now_ms.saturating_add(ttl)),
    };
    let access = options.access(keys.tracking, keys.now_us());
    if expire_ms.is_none_or(|expire| expire > now_ms) && !matches!(value, Loaded::Nothing) {
        keys.restore(database, key, value, expire_ms, access);
        keys.notify(Class::GENERIC, "restore", database, key);
    } else {
        keys.delete(database, key);
    }
    cx.ok()
}

const fn generic(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("generic").categories(&["keyspace"])
}

/// RESTORE, and what nodes of a cluster say to each other instead.
const fn restores(name: &'static str, since: &'static str) -> Command {
    generic(name, -4, restore)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .categories(&["keyspace", "dangerous"])
        .keys(RESTORED)
        .docs(
            since,
            "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of \
             Redis objects composing the value and M their average size. For small string values the time complexity is \
             thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is \
             O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).",
            "Makes a key of the bytes that DUMP gave.",
        )
}

const RESTORED: &[KeySpec] = &[one_key(&["OW", "update"])];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    generic("dump", 2, dump)
        .flags(&[Flags::READONLY])
        .keys(&[one_key(&["RO", "access"])])
        .tips(&["nondeterministic_output"])
        .docs(
            "2.6.0",
            "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing \
             the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M \
             is small, so simply O(1).",
            "Returns a key's value as bytes that RESTORE takes.",
        ),
    restores("restore", "2.6.0"),
    restores("restore-asking", "3.0.0").group("server").flags(&[Flags::ASKING, Flags::SYSTEM]),
];
