//! What an exchange gives back to whoever runs the engine.

use crate::rows::HostCommand;

/// What came of an exchange.
#[derive(Debug, PartialEq, Eq)]
pub struct Turn {
    /// Bytes of the input that are done with.
    pub consumed: usize,
    /// Encoded replies.
    pub replies: Vec<u8>,
    /// Why the engine stopped.
    pub next: Next,
    /// Whether there are deliveries to take.
    pub outbox: bool,
    /// Whether there are events to take.
    pub events: bool,
    /// Whether the session is subscribed to channels.
    pub subscribed: bool,
}

/// Why an exchange stopped.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Everything complete ran, and no bytes are left over.
    Input,
    /// An incomplete command is left: at least so many bytes from its start are needed.
    Need(usize),
    /// The replies reached [`REPLY_BUDGET`]: write them, then call again with what is not consumed.
    Again,
    /// Commands that the host executes and answers with `resume`.
    Host(HostCall),
    /// A blocking command parked the session until it is woken, or until this time in microseconds since the Unix epoch:
    /// call again with what is not consumed.
    Parked(Option<u64>),
    /// Write the replies, then close.
    Close,
}

/// Commands for the host.
#[derive(Debug, PartialEq, Eq)]
pub struct HostCall {
    /// The database that the session has selected.
    pub database: u32,
    /// 2 or 3.
    pub protocol_version: u8,
    /// Whether EXEC runs it, so that no other session may run before `resume`.
    pub in_exec: bool,
    /// One or more commands as RESP arrays of bulk strings.
    pub commands: Vec<u8>,
}

/// Replies of one turn stop growing here, in bytes; a single reply may go beyond.
pub const REPLY_BUDGET: usize = 1 << 20;

/// Several commands in one host turn have at most this many bytes; a single one may have more.
pub const HOST_BATCH_BYTES: usize = 64 << 10;

/// Something that only the host can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// CONFIG SET changed this setting.
    Setting {
        /// Its name.
        name: String,
        /// Its new value.
        value: String,
    },
    /// This session's connection is to be closed.
    CloseSession(u64),
    /// Stop serving.
    ShutDown(SaveMode),
}

/// What SHUTDOWN asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveMode {
    /// Neither SAVE nor NOSAVE.
    Unspecified,
    /// SAVE.
    Save,
    /// NOSAVE.
    Discard,
}

/// Something that only the host knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The value of a setting at start.
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A field of INFO.
    Info {
        /// Its name.
        field: String,
        /// Its value.
        value: String,
    },
    /// A command that the host executes.
    Command(HostCommand),
    /// A command of the host's that is gone.
    RemoveCommand(String),
}
