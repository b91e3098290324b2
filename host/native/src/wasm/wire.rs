//! The host's own words for what crosses `ferrite:store/wire` and `maintenance`, and their conversion.

use super::bindings::exports::ferrite::store::{maintenance, wire};

/// What came of handing bytes to a session.
#[derive(Debug)]
pub struct Turn {
    /// Bytes of the input that are done with.
    pub consumed: usize,
    /// Encoded replies, to be written before anything else happens on the session.
    pub replies: Vec<u8>,
    /// Why the engine stopped.
    pub next: Next,
    /// Whether there are events to take.
    pub events: bool,
}

/// Why the engine stopped.
#[derive(Debug)]
pub enum Next {
    /// Everything ran.
    Input,
    /// An incomplete command is left: call again when this many bytes are there.
    Need(usize),
    /// Write the replies, then call again with what was not consumed.
    Again,
    /// A command that the host executes and answers with `resume`.
    Host(HostCall),
    /// A blocking command parked the session, until this time in microseconds since the Unix epoch.
    Parked(Option<u64>),
    /// Write the replies, then close the connection.
    Close,
}

/// A command that the host executes.
#[derive(Debug)]
pub struct HostCall {
    /// The database that the session has selected.
    pub database: u32,
    /// 2 or 3: the RESP version of the reply.
    pub protocol_version: u8,
    /// Whether EXEC runs it, so that nobody else may run before `resume`.
    pub in_exec: bool,
    /// The command's name, then its arguments.
    pub argv: Vec<Vec<u8>>,
}

/// Something that only the host can do.
#[derive(Debug)]
pub enum Event {
    /// CONFIG SET changed a setting: name and value.
    Setting(String, String),
    /// This session is to be closed.
    CloseSession(u64),
    /// Stop serving.
    ShutDown(SaveMode),
}

/// What SHUTDOWN asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveMode {
    /// Neither SAVE nor NOSAVE.
    Unspecified,
    /// SHUTDOWN SAVE.
    Save,
    /// SHUTDOWN NOSAVE.
    Discard,
}

/// Something that only the host knows.
#[derive(Debug, Clone)]
pub enum Fact {
    /// The value of a CONFIG setting: name and value.
    Setting(String, String),
    /// A field of INFO: name and value.
    Info(String, String),
    /// A command that the host executes.
    Command(CommandRow),
    /// A command of the host's that is gone.
    RemoveCommand(String),
}

/// A row of the command table.
#[derive(Debug, Clone)]
pub struct CommandRow {
    /// Upper case, such as `WASM.CALL`.
    pub name: String,
    /// The exact number of arguments with the name, or minus the least number.
    pub arity: i32,
    /// COMMAND's flags that apply.
    pub flags: CommandFlags,
    /// Where the keys are.
    pub keys: KeyPositions,
    /// One line for COMMAND DOCS.
    pub summary: String,
}

/// Flags of a command, as COMMAND names them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommandFlags {
    /// Reads keys, never writes.
    pub readonly: bool,
    /// May write keys.
    pub write: bool,
    /// For administrators.
    pub admin: bool,
    /// Refused in MULTI.
    pub no_multi: bool,
    /// Refused from within functions.
    pub noscript: bool,
    /// Obeyed while a function runs.
    pub allow_busy: bool,
}

/// Where a command's keys are among its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPositions {
    /// It has none.
    None,
    /// The argument at this index (from 1) is the number of keys that follow it.
    Counted(u32),
    /// All arguments between the keywords `KEYS` and `ARGS`.
    Keyword,
}

/// Figures of the engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    /// Bytes that the engine's allocator holds.
    pub used_memory_bytes: u64,
    /// Keys in all databases.
    pub keys: u64,
    /// Keys that have a time to live.
    pub expiring_keys: u64,
    /// Commands executed since the start.
    pub commands: u64,
    /// Open sessions.
    pub sessions: u64,
}

impl From<wire::Turn> for Turn {
    #[inline]
    fn from(turn: wire::Turn) -> Turn {
        Turn {
            consumed: turn.consumed as usize,
            replies: turn.replies,
            events: turn.has.contains(wire::Pending::EVENTS),
            next: match turn.next {
                wire::Next::Input => Next::Input,
                wire::Next::Need(bytes) => Next::Need(bytes as usize),
                wire::Next::Again => Next::Again,
                wire::Next::Host(call) => Next::Host(HostCall {
                    database: call.database,
                    protocol_version: call.protocol_version,
                    in_exec: matches!(call.origin, wire::Origin::Exec),
                    argv: call.argv,
                }),
                wire::Next::Parked(until) => Next::Parked(until),
                wire::Next::Close => Next::Close,
            },
        }
    }
}

impl From<wire::Event> for Event {
    fn from(event: wire::Event) -> Event {
        match event {
            wire::Event::Setting((name, value)) => Event::Setting(name, value),
            wire::Event::CloseSession(id) => Event::CloseSession(id),
            wire::Event::ShutDown(mode) => Event::ShutDown(match mode {
                wire::SaveMode::Unspecified => SaveMode::Unspecified,
                wire::SaveMode::Save => SaveMode::Save,
                wire::SaveMode::Discard => SaveMode::Discard,
            }),
        }
    }
}

impl From<Fact> for wire::Fact {
    fn from(fact: Fact) -> wire::Fact {
        match fact {
            Fact::Setting(name, value) => wire::Fact::Setting((name, value)),
            Fact::Info(name, value) => wire::Fact::Info((name, value)),
            Fact::RemoveCommand(name) => wire::Fact::RemoveCommand(name),
            Fact::Command(row) => wire::Fact::Command(wire::CommandRow {
                name: row.name,
                arity: row.arity,
                attributes: row.flags.into(),
                keys: match row.keys {
                    KeyPositions::None => wire::KeyPositions::None,
                    KeyPositions::Counted(index) => wire::KeyPositions::Counted(index),
                    KeyPositions::Keyword => wire::KeyPositions::Keyword,
                },
                summary: row.summary,
            }),
        }
    }
}

impl From<CommandFlags> for wire::CommandFlags {
    fn from(flags: CommandFlags) -> wire::CommandFlags {
        [
            (flags.readonly, wire::CommandFlags::READONLY),
            (flags.write, wire::CommandFlags::WRITE),
            (flags.admin, wire::CommandFlags::ADMIN),
            (flags.no_multi, wire::CommandFlags::NO_MULTI),
            (flags.noscript, wire::CommandFlags::NOSCRIPT),
            (flags.allow_busy, wire::CommandFlags::ALLOW_BUSY),
        ]
        .into_iter()
        .filter(|(set, _)| *set)
        .fold(wire::CommandFlags::empty(), |all, (_, flag)| all | flag)
    }
}

impl From<maintenance::Statistics> for Statistics {
    fn from(figures: maintenance::Statistics) -> Statistics {
        Statistics {
            used_memory_bytes: figures.used_memory_bytes,
            keys: figures.keys,
            expiring_keys: figures.expiring_keys,
            commands: figures.commands,
            sessions: figures.sessions,
        }
    }
}
