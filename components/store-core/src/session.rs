//! One client's state.

use std::collections::VecDeque;

use ferrite_resp::{OwnedArgs, Protocol};

use crate::invalidation::ClientTracking;
use crate::keyspace::Database;
use crate::parked::Parked;
use crate::pubsub::{Kind, Subscriptions};
use crate::rows::Row;

/// One client's state: what HELLO, SELECT, MULTI, CLIENT … changed.
pub struct Session {
    /// The number that CLIENT ID answers.
    pub id: u64,
    /// The client's address and port.
    pub address: Box<str>,
    /// The server's end of the connection.
    pub local_address: Box<str>,
    /// CLIENT SETNAME; empty when never set.
    pub name: Box<[u8]>,
    /// CLIENT SETINFO lib-name.
    pub library_name: Box<[u8]>,
    /// CLIENT SETINFO lib-ver.
    pub library_version: Box<[u8]>,
    /// What SELECT chose.
    pub database: Database,
    /// RESP2, or RESP3 after HELLO 3.
    pub protocol: Protocol,
    /// False until AUTH when a password is required.
    pub authenticated: bool,
    /// The transaction between MULTI and EXEC.
    pub multi: Option<Multi>,
    /// What EXEC has still to run.
    pub exec: Option<VecDeque<Queued>>,
    /// CLIENT REPLY.
    pub reply: ReplyMode,
    /// CLIENT NO-EVICT ON.
    pub no_evict: bool,
    /// CLIENT NO-TOUCH ON: its commands do not count as uses of keys.
    pub no_touch: bool,
    /// When it was opened, in microseconds since the Unix epoch.
    pub opened_us: u64,
    /// When it sent its last command.
    pub last_us: u64,
    /// The last command's full name (`client|list`).
    pub last_command: Option<Row>,
    /// The host has a command of this session to answer.
    pub waits_for_host: bool,
    /// No command after this one is run, and the connection closes once its reply is written.
    pub closing: bool,
    /// The command that was just executed is the host's to answer; then the session does not close.
    pub(crate) is_handed_out: bool,
    /// It waits: no command runs until something comes for it, or its time is over.
    pub(crate) parked: Option<Box<Parked>>,
    /// What it listens to; none when it listens to nothing.
    pub subscriptions: Option<Box<Subscriptions>>,
    /// What CLIENT TRACKING ON chose; none when it is off.
    pub tracking: Option<Box<ClientTracking>>,
    /// It sees every command (MONITOR).
    pub monitors: bool,
    /// Pushes that came while the host worked for it.
    pub(crate) held_pushes: Vec<u8>,
    /// A function's session: commands that belong to a connection are refused.
    pub is_function: bool,
}

/// The commands between MULTI and EXEC.
#[derive(Default)]
pub struct Multi {
    /// In the order they came.
    pub queue: VecDeque<Queued>,
    /// One was refused, so EXEC will be.
    pub failed: bool,
}

/// A command in the queue of MULTI.
pub struct Queued {
    /// Its row.
    pub row: Row,
    /// Its name and arguments.
    pub args: OwnedArgs,
}

/// Whether replies are sent. <https://redis.io/commands/client-reply>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyMode {
    /// They are.
    #[default]
    On,
    /// None is.
    Off,
    /// That of the next command is not.
    SkipNext,
    /// That of this command is not.
    Skip,
}

impl Session {
    /// A new session.
    pub fn new(id: u64, address: &str, local_address: &str, now_us: u64) -> Session {
        Session {
            id,
            address: address.into(),
            local_address: local_address.into(),
            name: Box::default(),
            library_name: Box::default(),
            library_version: Box::default(),
            database: 0,
            protocol: Protocol::Resp2,
            authenticated: false,
            multi: None,
            exec: None,
            reply: ReplyMode::On,
            no_evict: false,
            no_touch: false,
            opened_us: now_us,
            last_us: now_us,
            last_command: None,
            waits_for_host: false,
            closing: false,
            is_handed_out: false,
            parked: None,
            subscriptions: None,
            tracking: None,
            monitors: false,
            held_pushes: Vec::new(),
            is_function: false,
        }
    }

    /// Whether nothing stands between a command and its execution, and between its reply and the client.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.authenticated
            && self.multi.is_none()
            && self.exec.is_none()
            && self.reply == ReplyMode::On
            && !self.no_touch
            && self.subscriptions.is_none()
            && self.tracking.is_none()
            && !self.monitors
    }

    /// How many subscriptions of a kind it has.
    pub fn subscribed(&self, kind: Kind) -> usize {
        self.subscriptions.as_ref().map_or(0, |subscriptions| subscriptions.len(kind))
    }

    /// Whether it may only subscribe, unsubscribe and little else: in RESP2 replies and messages look alike.
    #[inline]
    pub fn only_listens(&self) -> bool {
        self.subscriptions.is_some() && self.protocol == Protocol::Resp2
    }

    /// Whether replies are dropped at the moment.
    #[inline]
    pub fn is_muted(&self) -> bool {
        matches!(self.reply, ReplyMode::Off | ReplyMode::Skip)
    }

    /// A command has ended: SKIP counts down.
    #[inline]
    pub fn command_ended(&mut self) {
        self.reply = match self.reply {
            ReplyMode::SkipNext => ReplyMode::Skip,
            ReplyMode::Skip => ReplyMode::On,
            mode => mode,
        };
    }
}
