//! Clients that would notice a write which was undone: who waits, who watches, who listens, who keeps a cache.

use anyhow::{Context, Result, ensure};
use ferrite_tests::client::encode;
use ferrite_tests::functions::ask;
use ferrite_tests::{Client, FerriteServer};

use crate::PATIENCE;
use crate::data::{self, figure};

/// What a client waits for, who ends its wait, and what it reads then.
const WAITING: &[(&str, &str, &str)] = &[
    ("BLPOP wait:list 0", "RPUSH wait:list served", "*2\r\n$9\r\nwait:list\r\n$6\r\nserved\r\n"),
    ("BLMOVE wait:rename wait:moved LEFT LEFT 0", "RPUSH wait:rename served", "$6\r\nserved\r\n"),
    ("BZPOPMIN wait:sorted 0", "ZADD wait:sorted 5 served", "*3\r\n$11\r\nwait:sorted\r\n$6\r\nserved\r\n$1\r\n5\r\n"),
    (
        "XREAD BLOCK 0 STREAMS wait:stream $",
        "XADD wait:stream 9-9 f served",
        "*1\r\n*2\r\n$11\r\nwait:stream\r\n*1\r\n*2\r\n$3\r\n9-9\r\n*2\r\n$1\r\nf\r\n$6\r\nserved\r\n",
    ),
    (
        "XREADGROUP GROUP waiting me BLOCK 0 STREAMS wait:stream >",
        "",
        "*1\r\n*2\r\n$11\r\nwait:stream\r\n*1\r\n*2\r\n$3\r\n9-9\r\n*2\r\n$1\r\nf\r\n$6\r\nserved\r\n",
    ),
];

/// All of them, on connections of their own.
pub(crate) struct Witnesses {
    waiting: Vec<Client>,
    watcher: Client,
    listener: Client,
    /// Keeps what it reads in a cache of its own, and is told when that changes.
    tracker: Client,
    /// Is told about every key.
    broadcast: Client,
    names: Vec<String>,
    markers: u64,
}

impl Witnesses {
    /// To be called when the data is there; `operator` is any client.
    pub(crate) fn gather(server: &FerriteServer, operator: &mut Client) -> Result<Witnesses> {
        let mut names = data::names(operator)?;
        names.extend(data::ABSENT.iter().map(|name| (*name).to_owned()));
        let mut witnesses = Witnesses {
            waiting: Vec::new(),
            watcher: server.connect()?,
            listener: server.connect()?,
            tracker: server.connect()?,
            broadcast: server.connect()?,
            names,
            markers: 0,
        };
        ensure!(ask(operator, "CONFIG SET notify-keyspace-events KEA")? == "+OK\r\n");
        for (command, ..) in WAITING {
            let mut client = server.connect()?;
            client.send(&encode(&command.split(' ').collect::<Vec<_>>()))?;
            witnesses.waiting.push(client);
        }
        while figure(operator, "clients", "blocked_clients")? < witnesses.waiting.len() as i64 {}
        ask(&mut witnesses.listener, "PSUBSCRIBE *")?;
        for (client, mode) in [(&mut witnesses.tracker, ""), (&mut witnesses.broadcast, " BCAST")] {
            ask(client, "HELLO 3")?;
            ensure!(ask(client, &format!("CLIENT TRACKING ON{mode}"))? == "+OK\r\n");
        }
        // Any command that reads makes the server remember the key, whatever its type.
        let reads: Vec<Vec<String>> =
            witnesses.names.iter().map(|name| vec!["TYPE".to_owned(), name.clone()]).collect();
        data::pipeline(&mut witnesses.tracker, &reads)?;
        witnesses.watch()?;
        Ok(witnesses)
    }

    fn watch(&mut self) -> Result<()> {
        let mut words = vec!["WATCH".to_owned()];
        words.extend(self.names.iter().cloned());
        ensure!(self.watcher.command(&words)? == b"+OK\r\n");
        Ok(())
    }

    /// Nobody has noticed anything since the last time.
    pub(crate) fn assert_undisturbed(&mut self, operator: &mut Client, after: &str) -> Result<()> {
        let blocked = figure(operator, "clients", "blocked_clients")?;
        assert_eq!(blocked, self.waiting.len() as i64, "who waited waits still, after {after}");

        let commands = [vec!["MULTI".to_owned()], vec!["PING".to_owned()], vec!["EXEC".to_owned()]];
        let replies = data::pipeline(&mut self.watcher, &commands)?;
        assert_eq!(replies.last().map(Vec::as_slice), Some(&b"*1\r\n+PONG\r\n"[..]), "nothing changed, after {after}");
        self.watch()?;

        // Whatever had been sent to the listener stands before the marker.
        self.markers += 1;
        let marker = format!("marker-{}", self.markers);
        assert_eq!(ask(operator, &format!("PUBLISH marker {marker}"))?, ":1\r\n");
        let heard = self.listener.reply_within(PATIENCE).context("the marker")?;
        let expected = format!("*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$6\r\nmarker\r\n${}\r\n{marker}\r\n", marker.len());
        assert_eq!(String::from_utf8_lossy(&heard), expected, "nothing else was to be heard, after {after}");

        for client in [&mut self.tracker, &mut self.broadcast] {
            assert_eq!(ask(client, "PING")?, "+PONG\r\n", "no key changed, after {after}");
        }
        Ok(())
    }

    /// Real writes reach all of them.
    pub(crate) fn assert_served(mut self, operator: &mut Client) -> Result<()> {
        for (_, command, _) in WAITING.iter().filter(|(_, command, _)| !command.is_empty()) {
            let reply = ask(operator, command)?;
            assert!(!reply.starts_with('-'), "{command}: {reply}");
        }
        for ((command, _, expected), client) in WAITING.iter().zip(&mut self.waiting) {
            let reply = client.reply_within(PATIENCE).with_context(|| format!("{command} is served"))?;
            assert_eq!(String::from_utf8_lossy(&reply), *expected, "{command}");
        }
        ask(operator, "SET text changed")?;
        let replies = data::pipeline(&mut self.watcher, &[vec!["MULTI".to_owned()], vec!["EXEC".to_owned()]])?;
        assert_eq!(replies.last().map(Vec::as_slice), Some(&b"*-1\r\n"[..]), "the watcher sees a real write");
        let event = self.listener.reply_within(PATIENCE)?;
        assert!(event.starts_with(b"*4\r\n$8\r\npmessage\r\n"), "{}", event.escape_ascii());
        // Who tracks is told about every key that was asked for: none was forgotten when writes were undone.
        self.tracker.send(&encode(&["ECHO", "end"]))?;
        while self.tracker.reply_within(PATIENCE)? != b"$3\r\nend\r\n" {}
        for name in self.names.iter().filter(|name| !name.starts_with("wait:") && *name != "text") {
            assert_eq!(ask(operator, &format!("SET {name} changed"))?, "+OK\r\n");
            let invalidation = self.tracker.reply_within(PATIENCE).with_context(|| format!("{name} was tracked"))?;
            assert!(
                String::from_utf8_lossy(&invalidation).contains(&format!("\r\n{name}\r\n")),
                "{name}: {}",
                invalidation.escape_ascii()
            );
        }
        Ok(())
    }
}
