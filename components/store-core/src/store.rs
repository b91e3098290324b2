//! The engine: databases, sessions, settings, and the face that embedders see.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use ferrite_resp::Argv;

use crate::keyspace::notices::Class;
use crate::keyspace::{DATABASES, Database, Keyspace, TransactionAccess, TransactionError};
use crate::named::Named;
use crate::outbox::{Delivery, Outbox};
use crate::parked::Pause;
use crate::pubsub::Subscribers;
use crate::random::Random;
use crate::rdb::load::Load;
use crate::room::Room;
use crate::rows::Rows;
use crate::session::Session;
use crate::settings::Settings;
use crate::snapshots::Saved;
use crate::sorting;
use crate::timing::Timing;
use crate::turn::{Event, Fact};

/// The version of Redis whose behaviour this is.
pub const VERSION: &str = "7.0.15";

/// What the engine asks of whoever runs it.
pub trait Environment {
    /// Microseconds since the Unix epoch.
    fn now_us(&self) -> u64;
    /// 64 bits that an attacker cannot guess.
    fn entropy(&self) -> u64;
}

/// The whole engine.
pub struct Store {
    pub(crate) environment: Box<dyn Environment>,
    /// The databases.
    pub keyspace: Keyspace,
    /// Open sessions; one that is executing a command is taken out meanwhile.
    pub(crate) sessions: HashMap<u64, Option<Box<Session>>, BuildHasherDefault<SessionHasher>>,
    last_session: u64,
    /// The command table.
    pub rows: Rows,
    /// What CONFIG shows and sets.
    pub settings: Settings,
    /// What the host said for INFO.
    pub info: Named<String>,
    /// Bytes for other sessions, for the host to take.
    pub(crate) outbox: Outbox,
    /// Who listens to which channels.
    pub(crate) subscribers: Subscribers,
    /// Who sees every command.
    pub(crate) monitors: Vec<u64>,
    /// CLIENT PAUSE, until it is over or later.
    pub(crate) pause: Option<Pause>,
    /// The limits of memory in force.
    pub(crate) room: Room,
    /// For the host to take.
    pub(crate) events: Vec<Event>,
    /// Figures for INFO.
    pub stats: Stats,
    /// What commands take.
    pub timing: Timing,
    /// The database of typed calls and of `execute`.
    pub(crate) selected: Database,
    /// When the engine started, in microseconds since the Unix epoch.
    pub started_us: u64,
    /// Which run of the engine this is: 40 hexadecimal digits.
    pub run_id: String,
    /// What goes on at the moment.
    pub rates: Rates,
    /// What the engine took when it was empty, in bytes.
    pub started_bytes: u64,
    /// Reused between exchanges.
    pub(crate) argv: Argv,
    /// The buffer for replies, empty; reused between exchanges.
    pub(crate) replies: Vec<u8>,
    /// The session of commands that functions run.
    pub(crate) function_session: Option<Box<Session>>,
    /// The file that is being loaded.
    pub(crate) loading: Option<Box<Load>>,
    /// Which changes are saved.
    pub(crate) saved: Saved,
    /// Keys go when their time comes, not only when somebody asks for them.
    pub(crate) expires_actively: bool,
}

/// Figures since the start or CONFIG RESETSTAT.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Commands executed.
    pub commands: u64,
    /// Sessions opened.
    pub connections: u64,
    /// Bytes received.
    pub input_bytes: u64,
    /// Bytes sent.
    pub output_bytes: u64,
    /// How long more memory was used than may be, in microseconds.
    pub exceeded_us: u64,
    /// Error replies, by their code.
    pub errors: Named<u64>,
}

/// Commands, bytes received and bytes sent: how many in a second, over the last one that was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// What INFO shows.
    pub per_second: [u64; 3],
    measured_us: u64,
    before: [u64; 3],
}

impl Rates {
    fn measure(&mut self, stats: &Stats, now_us: u64) {
        const SECOND_US: u64 = 1_000_000;
        let passed_us = now_us.saturating_sub(self.measured_us);
        if passed_us < SECOND_US {
            return;
        }
        let now = [stats.commands, stats.input_bytes, stats.output_bytes];
        for (rate, (now, before)) in self.per_second.iter_mut().zip(now.iter().zip(self.before)) {
            *rate = now.saturating_sub(before).saturating_mul(SECOND_US) / passed_us;
        }
        (self.measured_us, self.before) = (now_us, now);
    }
}

/// Session ids are given out one by one, so they need no hashing beyond a spread.
#[derive(Default)]
pub(crate) struct SessionHasher(u64);

impl Hasher for SessionHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.0 << 8 | u64::from(byte)));
    }
    fn write_u64(&mut self, id: u64) {
        self.0 = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Figures of the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

impl Store {
    /// An empty store.
    pub fn new(environment: Box<dyn Environment>) -> Store {
        let mut keyspace = Keyspace::new(Random::new(environment.entropy()));
        let started_us = environment.now_us();
        let run_id =
            format!("{:016x}{:016x}{:08x}", environment.entropy(), environment.entropy(), environment.entropy() as u32);
        keyspace.set_now_us(started_us);
        let mut store = Store {
            environment,
            keyspace,
            sessions: HashMap::default(),
            last_session: 0,
            rows: Rows::default(),
            settings: Settings::default(),
            info: Named::default(),
            outbox: Outbox::default(),
            subscribers: Subscribers::default(),
            monitors: Vec::new(),
            pause: None,
            room: Room::default(),
            events: Vec::new(),
            stats: Stats::default(),
            timing: Timing::default(),
            selected: 0,
            started_us,
            run_id,
            rates: Rates::default(),
            started_bytes: crate::memory::used() as u64,
            argv: Argv::new(),
            replies: Vec::new(),
            function_session: None,
            loading: None,
            saved: Saved::default(),
            expires_actively: true,
        };
        store.apply_settings();
        store
    }

    /// Reads the clock; its time holds until the next crossing.
    #[inline]
    pub(crate) fn read_clock(&mut self) {
        let now_us = self.environment.now_us();
        self.keyspace.set_now_us(now_us);
        self.timing.was_read(now_us);
    }

    /// Microseconds since the Unix epoch, by the clock itself.
    pub(crate) fn clock_us(&self) -> u64 {
        self.environment.now_us()
    }

    /// 64 bits that an attacker cannot guess.
    pub(crate) fn entropy(&self) -> u64 {
        self.environment.entropy()
    }

    /// Opens a session and returns its id. Both addresses are shown by CLIENT LIST.
    pub fn open_session(&mut self, address: &str, local_address: &str) -> u64 {
        self.read_clock();
        self.last_session += 1;
        self.stats.connections += 1;
        let mut session = Session::new(self.last_session, address, local_address, self.keyspace.now_us());
        session.authenticated = self.settings.password().is_none();
        self.sessions.insert(session.id, Some(Box::new(session)));
        self.last_session
    }

    /// Ends a session: its queue, its watches and its subscriptions are gone.
    pub fn close_session(&mut self, id: u64) {
        self.keyspace.watch.clear(id);
        let Some(mut session) = self.sessions.remove(&id).flatten() else { return };
        self.hear_nothing(&mut session);
        if let Some(parked) = session.parked {
            self.forget_parked(id, *parked);
        }
    }

    /// The open sessions but the one that is executing, by id.
    pub fn sessions(&self) -> Vec<&Session> {
        let mut sessions: Vec<&Session> = self.sessions.values().flatten().map(|session| &**session).collect();
        sorting::sort_by_key(&mut sessions, |session| session.id);
        sessions
    }

    /// A session by its id, unless it is the one that is executing.
    pub fn session_mut(&mut self, id: u64) -> Option<&mut Session> {
        self.sessions.get_mut(&id)?.as_deref_mut()
    }

    /// How many sessions are open, the one that is executing included.
    pub fn open_sessions(&self) -> usize {
        self.sessions.len()
    }

    /// CONFIG RESETSTAT: all figures begin anew.
    pub fn reset_stats(&mut self) {
        self.stats = Stats::default();
        self.keyspace.stats = crate::keyspace::Stats { changes: self.keyspace.stats.changes, ..Default::default() };
        self.rows.calls.iter_mut().for_each(|calls| *calls = crate::rows::Calls::default());
    }

    /// Something for the host to do.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Events since the last call, oldest first.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Deliveries since the last call, oldest first. Whoever a transaction or maintenance wakes is among them as soon as
    /// that has ended.
    pub fn take_outbox(&mut self) -> Vec<Delivery> {
        self.settle(None);
        self.end_turn(None);
        self.outbox.take()
    }

    /// Tells others what commands did to keys that they wait for; cheap when nobody does. `current` is the session whose
    /// turn it is.
    #[inline]
    pub(crate) fn settle(&mut self, mut current: Option<&mut Session>) {
        if !self.keyspace.notices.is_empty() {
            self.tell_subscribers(None);
        }
        if self.keyspace.tracked.has_changes() || self.keyspace.tracked.has_broadcast(false) {
            self.invalidate(current.as_deref_mut(), false);
        }
        if self.keyspace.waiting.has_ready() && !self.keyspace.in_transaction() {
            self.serve_parked();
            self.invalidate(current, false);
        }
    }

    /// Tells those who hear of what happened in a whole turn.
    #[inline]
    pub(crate) fn end_turn(&mut self, current: Option<&mut Session>) {
        if self.keyspace.tracked.has_broadcast(true) {
            self.invalidate(current, true);
        }
    }

    /// Tells the engine what only the host knows.
    pub fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Setting { name, value } => {
                self.settings.learn(&name, &value);
                self.apply_settings();
            }
            Fact::Info { field, value } => {
                let tells_of_saving = field == "rdb_last_bgsave_status";
                self.info.insert(field, value);
                if tells_of_saving {
                    self.apply_settings();
                }
            }
            Fact::Command(command) => self.rows.add_host(command),
            Fact::RemoveCommand(name) => self.rows.remove_host(&name),
        }
    }

    /// Takes over what settings mean for the engine itself.
    pub fn apply_settings(&mut self) {
        self.keyspace.tracking = self.settings.tracking();
        self.keyspace.limits.apply(&self.settings);
        self.timing.apply(&self.settings);
        self.keyspace.apply(&self.settings);
        let status = self.info.get("rdb_last_bgsave_status");
        self.room.apply(&self.settings, status.is_some_and(|status| status == "err"));
        let classes = self.settings.get("notify-keyspace-events").and_then(|letters| Class::parse(letters.as_bytes()));
        self.keyspace.notices.set_wanted(classes.unwrap_or_default());
        let most = self.settings.number("tracking-table-max-keys").unwrap_or_default();
        self.keyspace.tracked.max_keys = usize::try_from(most).unwrap_or(usize::MAX);
    }

    /// Chooses the database of typed calls and of `execute`; false when there is none of this number.
    pub fn select(&mut self, database: u32) -> bool {
        let exists = database < DATABASES;
        if exists {
            self.selected = database;
        }
        exists
    }

    /// Opens a transaction, inside of one that is open already if there is one.
    pub fn begin(&mut self, access: TransactionAccess) {
        self.keyspace.begin(access);
    }

    /// Ends the innermost transaction and keeps its writes.
    pub fn commit(&mut self) -> Result<(), TransactionError> {
        self.keyspace.commit()
    }

    /// Ends the innermost transaction and undoes its writes.
    pub fn roll_back(&mut self) -> Result<(), TransactionError> {
        self.keyspace.roll_back()
    }

    /// Removes keys and fields whose time has come, frees what was removed, and evicts keys when there is no room, for
    /// about `budget_us`; in how many microseconds to call again.
    pub fn tick(&mut self, budget_us: u32) -> u64 {
        const BUSY_US: u64 = 1_000;
        const IDLE_US: u64 = 100_000;
        self.read_clock();
        self.rates.measure(&self.stats, self.keyspace.now_us());
        let end_us = self.keyspace.now_us() + u64::from(budget_us);
        let environment = &self.environment;
        let in_time = || environment.now_us() < end_us;
        let may_expire = self.expires_actively && self.pause().is_none();
        let mut unfinished = may_expire && self.keyspace.expire_some(in_time);
        unfinished |= self.keyspace.free_some(in_time);
        unfinished |= self.go_on_making_room(&mut |now_us| now_us < end_us);
        if unfinished { BUSY_US } else { IDLE_US }
    }

    /// What is not data: what an empty engine takes, and the tables of the databases.
    pub(crate) fn overhead(&self) -> u64 {
        let tables: usize = (0..DATABASES).map(|database| self.keyspace.overhead(database)).sum();
        self.started_bytes + tables as u64
    }

    /// Figures now.
    pub fn measure(&self) -> Statistics {
        let sum = |figure: &dyn Fn(Database) -> usize| (0..DATABASES).map(figure).sum::<usize>() as u64;
        Statistics {
            used_memory_bytes: crate::memory::used() as u64,
            keys: sum(&|database| self.keyspace.len(database)),
            expiring_keys: sum(&|database| self.keyspace.expiring(database)),
            commands: self.stats.commands,
            sessions: self.sessions.len() as u64,
        }
    }

    /// Counts an error reply by its code.
    pub(crate) fn count_error(&mut self, line: &[u8]) {
        /// As in Redis: a client that invents codes does not fill the memory.
        const CODES: usize = 128;
        let code = String::from_utf8_lossy(line.split(|&byte| byte == b' ').next().unwrap_or_default());
        let errors = &mut self.stats.errors;
        if let Some(count) = errors.get_mut(&code) {
            *count += 1;
        } else if errors.len() < CODES {
            errors.insert(code.into_owned(), 1);
        }
    }
}
