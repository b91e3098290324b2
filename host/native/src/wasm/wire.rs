//! `ferrite:store/wire`: sessions, turns, events and facts.

use super::abi::{list_of, record, variant};
use super::core::{Core, Export, Layout, Result};

/// The exports of the interface.
pub(super) struct Wire {
    open: Export<(u32, u32, u32, u32), u32>,
    id: Export<u32, u64>,
    close: Export<u32, ()>,
    exchange: Export<(u32, u32, u32), u32>,
    resume: Export<(u32, u32, u32, u32, u32), u32>,
    take_outbox: Export<(), u32>,
    take_events: Export<(), u32>,
    learn: Export<(u32, u32), ()>,
}

impl Wire {
    pub(super) fn find(core: &mut Core) -> Result<Wire> {
        Ok(Wire {
            open: Export::find(core, "wire", "[constructor]session")?,
            id: Export::find(core, "wire", "[method]session.id")?,
            close: Export::find(core, "wire", "[dtor]session")?,
            exchange: Export::find(core, "wire", "[method]session.exchange")?,
            resume: Export::find(core, "wire", "[method]session.resume")?,
            take_outbox: Export::find(core, "wire", "take-outbox")?,
            take_events: Export::find(core, "wire", "take-events")?,
            learn: Export::find(core, "wire", "learn")?,
        })
    }

    pub(super) fn open(&self, core: &mut Core, address: &str, local_address: &str) -> Result<Session> {
        let (address, length) = core.give(address.as_bytes())?;
        let (local, local_length) = core.give(local_address.as_bytes())?;
        let handle = self.open.call(core, (address, length, local, local_length))?;
        let id = self.id.call(core, handle)?;
        Ok(Session { id, handle })
    }

    pub(super) fn close(&self, core: &mut Core, session: &Session) -> Result<()> {
        self.close.call(core, session.handle)
    }

    #[inline]
    pub(super) fn exchange(&self, core: &mut Core, session: &Session, input: &[u8]) -> Result<Turn> {
        let (input, length) = core.give(input)?;
        self.exchange.load(core, (session.handle, input, length))
    }

    pub(super) fn resume(&self, core: &mut Core, session: &Session, replies: &[u8], input: &[u8]) -> Result<Turn> {
        let (replies, replies_length) = core.give(replies)?;
        let (input, length) = core.give(input)?;
        self.resume.load(core, (session.handle, replies, replies_length, input, length))
    }

    pub(super) fn take_outbox(&self, core: &mut Core) -> Result<Vec<Delivery>> {
        self.take_outbox.load(core, ())
    }

    pub(super) fn take_events(&self, core: &mut Core) -> Result<Vec<Event>> {
        self.take_events.load(core, ())
    }

    pub(super) fn learn(&self, core: &mut Core, facts: Vec<Fact>) -> Result<()> {
        let (facts, count) = core.give_each(facts, FACT_BYTES, lay_fact)?;
        self.learn.call(core, (facts, count))
    }
}

/// One client's state inside the component. Hand it back with [`super::StoreInstance::close_session`].
#[derive(Debug)]
pub struct Session {
    id: u64,
    /// Where it lies in the store's memory.
    handle: u32,
}

impl Session {
    /// The number that CLIENT ID answers and that events name.
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// What came of handing bytes to a session.
#[derive(Debug)]
pub struct Turn {
    /// Bytes of the input that are done with.
    pub consumed: u32,
    /// Encoded replies, to be written before anything else happens on the session.
    pub replies: Vec<u8>,
    /// Why the engine stopped.
    pub next: Next,
    /// What there is to fetch, as the flags `pending`.
    pub has: u8,
}

/// Why the engine stopped.
#[derive(Debug)]
pub enum Next {
    /// Everything ran.
    Input,
    /// An incomplete command is left: call again when this many bytes are there.
    Need(u32),
    /// Write the replies, then call again with what was not consumed.
    Again,
    /// Commands that the host executes and answers with `resume`.
    Host(HostCall),
    /// A blocking command parked the session, until this time in microseconds since the Unix epoch.
    Parked(Option<u64>),
    /// Write the replies, then close the connection.
    Close,
}

/// Commands that the host executes.
#[derive(Debug)]
pub struct HostCall {
    /// The database that the session has selected.
    pub database: u32,
    /// 2 or 3: the RESP version of the reply.
    pub protocol_version: u8,
    /// Whether EXEC runs it, so that nobody else may run before `resume`.
    pub in_exec: bool,
    /// One or more commands in RESP, to be executed in their order.
    pub commands: Vec<u8>,
}

/// Bytes for sessions whose turn it was not.
#[derive(Debug)]
pub struct Delivery {
    /// Who gets them.
    pub sessions: Vec<u64>,
    /// Whole replies and pushes; empty to have a parked session offered its input again.
    pub bytes: Vec<u8>,
}

/// Something that only the host can do.
#[derive(Debug)]
pub enum Event {
    /// CONFIG SET changed a setting.
    Setting(Setting),
    /// This session is to be closed.
    CloseSession(u64),
    /// Stop serving.
    ShutDown(SaveMode),
}

/// A setting by its name, as CONFIG GET shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
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
    /// From a first to a last argument.
    Range {
        /// The first key; the name is 0.
        first: u32,
        /// The last key; negative: counted from the end.
        last: i32,
        /// From one key to the next.
        step: u32,
    },
}

impl Turn {
    /// Whether there are deliveries to take.
    #[inline]
    pub fn has_outbox(&self) -> bool {
        const OUTBOX: u8 = 1;
        self.has & OUTBOX != 0
    }

    /// Whether there are events to take.
    #[inline]
    pub fn has_events(&self) -> bool {
        const EVENTS: u8 = 1 << 2;
        self.has & EVENTS != 0
    }

    /// Whether the session listens to channels.
    #[inline]
    pub fn is_subscribed(&self) -> bool {
        const SUBSCRIBED: u8 = 1 << 3;
        self.has & SUBSCRIBED != 0
    }
}

record!(Turn { consumed: u32, replies: Vec<u8>, next: Next, has: u8 });
variant!(Next { 0 => Input, 1 => Need(u32), 2 => Again, 3 => Host(HostCall), 4 => Parked(Option<u64>), 5 => Close });
record!(HostCall { database: u32, protocol_version: u8, in_exec: bool, commands: Vec<u8> });
variant!(Event { 0 => Setting(Setting), 1 => CloseSession(u64), 2 => ShutDown(SaveMode) });
variant!(SaveMode { 0 => Unspecified, 1 => Save, 2 => Discard });
record!(Setting { name: String, value: String });
record!(Delivery { sessions: Vec<u64>, bytes: Vec<u8> });
list_of!(Event);
list_of!(Delivery);
list_of!(u64);

/// The size of a `fact`: its case, and in its widest one the record of a command.
const FACT_BYTES: usize = 4 + 40;

fn lay_fact(layout: &mut Layout<'_>, fact: Fact) -> Result<()> {
    match fact {
        Fact::Setting(name, value) => {
            layout.u8(0);
            layout.text(&name)?;
            layout.text(&value)
        }
        Fact::Info(name, value) => {
            layout.u8(1);
            layout.text(&name)?;
            layout.text(&value)
        }
        Fact::Command(row) => {
            layout.u8(2);
            layout.text(&row.name)?;
            layout.u32(row.arity.cast_unsigned());
            layout.u8(row.flags.bits());
            layout.align(4);
            let (case, payload) = match row.keys {
                KeyPositions::None => (0, [0; 3]),
                KeyPositions::Counted(index) => (1, [index, 0, 0]),
                KeyPositions::Keyword => (2, [0; 3]),
                KeyPositions::Range { first, last, step } => (3, [first, last.cast_unsigned(), step]),
            };
            layout.u8(case);
            payload.into_iter().for_each(|word| layout.u32(word));
            layout.text(&row.summary)
        }
        Fact::RemoveCommand(name) => {
            layout.u8(3);
            layout.text(&name)
        }
    }
}

impl CommandFlags {
    fn bits(self) -> u8 {
        [self.readonly, self.write, self.admin, self.no_multi, self.noscript, self.allow_busy]
            .into_iter()
            .rev()
            .fold(0, |bits, set| bits << 1 | u8::from(set))
    }
}
