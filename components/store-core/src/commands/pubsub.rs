//! Publish and subscribe. <https://redis.io/docs/latest/commands/?group=pubsub>

use ferrite_resp::{Args, Writer};

use super::reply::{Elements, check_count};
use crate::command::{Command, Flags, Handler, KeySpec, all_keys, one_key};
use crate::context::Context;
use crate::error::Error;
use crate::glob;
use crate::keyspace::notices::Notice;
use crate::memory;
use crate::pubsub::Kind;
use crate::session::Session;
use crate::types::Element;

impl Context<'_> {
    /// Something that the session gets although it may want no replies.
    fn push_to_self(&mut self, write: &mut dyn FnMut(&mut Writer, &Session)) {
        let is_muted = self.session.is_muted() && self.store.outbox.turn_of == self.session.id;
        write(if is_muted { &mut self.store.outbox.own } else { self.out }, self.session);
    }

    /// The end of a subscription or of its opposite, with the number that is left: shards' channels are counted for
    /// themselves.
    fn confirm(&mut self, kind: Kind, event: &str, name: Option<&[u8]>) {
        self.push_to_self(&mut |out, session| {
            let count = match kind {
                Kind::Shard => session.subscribed(kind),
                _ => session.subscribed(Kind::Channel) + session.subscribed(Kind::Pattern),
            };
            out.push(3);
            out.bulk(event.as_bytes());
            out.optional_bulk(name);
            out.integer(count as i64);
        });
    }

    fn subscribe(&mut self, kind: Kind, event: &str) -> Result<(), Error> {
        // Each name is kept twice: for the session and in the index.
        if memory::is_scarce() || !memory::has_room(2 * self.args.total_bytes()) {
            return Err(Error::OutOfMemory);
        }
        for name in self.args.skip(1) {
            if self.session.subscriptions.get_or_insert_default().add(kind, name) {
                self.store.subscribers.add(kind, name, self.session.id);
            }
            self.confirm(kind, event, Some(name));
        }
        Ok(())
    }

    fn unsubscribe(&mut self, kind: Kind, event: &str) -> Result<(), Error> {
        let subscriptions = self.session.subscriptions.as_ref();
        let all: Vec<Box<[u8]>> = match self.args.len() {
            1 => subscriptions.iter().flat_map(|all| all.of(kind)).map(Box::from).collect(),
            _ => Vec::new(),
        };
        for name in self.args.skip(1).iter().chain(all.iter().map(|name| &**name)) {
            if let Some(subscriptions) = &mut self.session.subscriptions
                && subscriptions.remove(kind, name)
            {
                self.store.subscribers.remove(kind, name, self.session.id);
            }
            self.confirm(kind, event, Some(name));
        }
        if self.args.len() == 1 && all.is_empty() {
            self.confirm(kind, event, None);
        }
        self.session.subscriptions.take_if(|subscriptions| subscriptions.is_empty());
        Ok(())
    }

    fn publish(&mut self, kind: Kind) -> Result<(), Error> {
        let (channel, message) = (self.arg(1), self.arg(2));
        if self.store.keyspace.in_transaction() {
            let receivers = self.store.receivers(kind, channel);
            let notice = Notice::Message { kind, channel: channel.into(), message: message.into() };
            self.store.keyspace.tell_later(notice);
            return self.reply_integer(receivers as i64);
        }
        let now = if self.session.is_muted() { None } else { Some(&mut *self.out) };
        let receivers = self.store.publish(kind, channel, message, now);
        self.reply_integer(receivers as i64)
    }

    /// The names that match the pattern, if there is one.
    fn names(&mut self, kind: Kind) -> Result<(), Error> {
        if self.args.len() > 3 {
            let name = String::from_utf8_lossy(self.arg(1)).into_owned();
            let line = format!("ERR unknown subcommand or wrong number of arguments for '{name}'. Try PUBSUB HELP.");
            return Err(Error::line(line));
        }
        let start = self.out.len();
        let pattern = self.args.get(2);
        let names = self.store.subscribers.names(kind);
        let mut elements = Elements::new(self.out);
        let mut count = 0;
        for name in names.filter(|name| pattern.is_none_or(|pattern| glob::matches(pattern, name))) {
            count += 1;
            if !elements.push(Element::Bytes(name)) {
                break;
            }
        }
        elements.end()?;
        self.out.array_at(start, count);
        Ok(())
    }

    fn counts(&mut self, kind: Kind, names: Args<'_>) -> Result<(), Error> {
        check_count(2 * names.len() as u64)?;
        // As in Redis an array in RESP3, too.
        self.out.array(2 * names.len());
        for name in names {
            self.out.bulk(name);
            self.out.integer(self.store.subscribers.of(kind, name).len() as i64);
        }
        Ok(())
    }
}

fn subscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.subscribe(Kind::Channel, "subscribe")
}

fn psubscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.subscribe(Kind::Pattern, "psubscribe")
}

fn ssubscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    if cx.session.exec.is_some() {
        return Err(Error::fixed("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client"));
    }
    cx.subscribe(Kind::Shard, "ssubscribe")
}

fn unsubscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.unsubscribe(Kind::Channel, "unsubscribe")
}

fn punsubscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.unsubscribe(Kind::Pattern, "punsubscribe")
}

fn sunsubscribe(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.unsubscribe(Kind::Shard, "sunsubscribe")
}

fn publish(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.publish(Kind::Channel)
}

fn spublish(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.publish(Kind::Shard)
}

fn channels(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.names(Kind::Channel)
}

fn shardchannels(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.names(Kind::Shard)
}

fn numsub(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.counts(Kind::Channel, cx.args.skip(2))
}

fn shardnumsub(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.counts(Kind::Shard, cx.args.skip(2))
}

fn numpat(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_integer(cx.store.subscribers.len(Kind::Pattern) as i64)
}

fn help(cx: &mut Context<'_>) -> Result<(), Error> {
    cx.reply_help(&[
        ("CHANNELS [<pattern>]", "The channels that somebody listens to, or those of them that match."),
        ("NUMPAT", "How many patterns somebody listens to."),
        ("NUMSUB [<channel> ...]", "How many listen to each of these channels, those with patterns not counted."),
        ("SHARDCHANNELS [<pattern>]", "As CHANNELS, for channels of shards."),
        ("SHARDNUMSUB [<shardchannel> ...]", "As NUMSUB, for channels of shards."),
    ])
}

const fn pubsub(name: &'static str, arity: i32, handler: Handler) -> Command {
    Command::new(name, arity, handler).group("pubsub").flags(&[Flags::PUBSUB, Flags::LOADING, Flags::STALE])
}

const LISTENS: &[Flags] = &[Flags::NOSCRIPT, Flags::WHILE_LISTENING];
const PUBLISHES: &[Flags] = &[Flags::FAST, Flags::MAY_REPLICATE];
const SHARD_CHANNELS: &[KeySpec] = &[all_keys(&["not_key"], 1)];

static SUBCOMMANDS: &[Command] = &[
    pubsub("channels", -2, channels).docs(
        "2.8.0",
        "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short \
         channels and patterns)",
        "The channels that somebody listens to.",
    ),
    Command::new("help", 2, help).group("pubsub").flags(&[Flags::LOADING, Flags::STALE]).docs(
        "6.2.0",
        "O(1)",
        "Explains the subcommands.",
    ),
    pubsub("numpat", 2, numpat).docs("2.8.0", "O(1)", "How many patterns somebody listens to."),
    pubsub("numsub", -2, numsub).docs(
        "2.8.0",
        "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
        "How many listen to channels.",
    ),
    pubsub("shardchannels", -2, shardchannels).docs(
        "7.0.0",
        "O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively \
         short shard channels).",
        "The channels of shards that somebody listens to.",
    ),
    pubsub("shardnumsub", -2, shardnumsub).docs(
        "7.0.0",
        "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
        "How many listen to channels of shards.",
    ),
];

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    pubsub("subscribe", -2, subscribe).flags(LISTENS).docs(
        "2.0.0",
        "O(N) where N is the number of channels to subscribe to.",
        "Listens to channels.",
    ),
    pubsub("unsubscribe", -1, unsubscribe).flags(LISTENS).docs(
        "2.0.0",
        "O(N) where N is the number of clients already subscribed to a channel.",
        "Listens no more to channels, or to none at all.",
    ),
    pubsub("psubscribe", -2, psubscribe).flags(LISTENS).docs(
        "2.0.0",
        "O(N) where N is the number of patterns the client is already subscribed to.",
        "Listens to all channels that match patterns.",
    ),
    pubsub("punsubscribe", -1, punsubscribe).flags(LISTENS).docs(
        "2.0.0",
        "O(N+M) where N is the number of patterns the client is already subscribed and M is the number of total patterns \
         subscribed in the system (by any client).",
        "Listens no more to channels that match patterns.",
    ),
    pubsub("ssubscribe", -2, ssubscribe).flags(LISTENS).keys(SHARD_CHANNELS).docs(
        "7.0.0",
        "O(N) where N is the number of shard channels to subscribe to.",
        "Listens to channels of a shard.",
    ),
    pubsub("sunsubscribe", -1, sunsubscribe).flags(LISTENS).keys(SHARD_CHANNELS).docs(
        "7.0.0",
        "O(N) where N is the number of clients already subscribed to a shard channel.",
        "Listens no more to channels of a shard.",
    ),
    pubsub("publish", 3, publish).flags(PUBLISHES).docs(
        "2.0.0",
        "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of \
         subscribed patterns (by any client).",
        "Sends a message to those who listen to a channel.",
    ),
    pubsub("spublish", 3, spublish).flags(PUBLISHES).keys(&[one_key(&["not_key"])]).docs(
        "7.0.0",
        "O(N) where N is the number of clients subscribed to the receiving shard channel.",
        "Sends a message to those who listen to a channel of a shard.",
    ),
    Command::container("pubsub", SUBCOMMANDS).group("pubsub").docs(
        "2.8.0",
        "Depends on subcommand.",
        "About subscriptions.",
    ),
];
