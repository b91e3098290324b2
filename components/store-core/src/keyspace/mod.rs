//! The databases: keys, their values, their time to live, and how writes to them are undone.
//!
//! Everything that changes a key goes through [`Keyspace`], which expires lazily, notes the use of keys, tells watchers,
//! and while a transaction is open records the inverse of every write.
//!
//! Strings are read as entries ([`Keyspace::get`]) and written by [`Keyspace::set`] and its relatives; collections are
//! read by [`Keyspace::read`] and written by [`Keyspace::create`] and [`Keyspace::existing`], each with its type.

pub mod access;
pub mod entry;
mod eviction;
mod expiry;
mod graveyard;
pub mod limits;
mod moves;
pub mod notices;
mod reading;
pub mod saving;
pub mod tracking;
mod transactions;
mod undo;
mod values;
mod viewing;
mod waiting;
mod watch;
mod writing;

#[cfg(test)]
mod rollback_tests;

use access::{Access, Tracking};
use entry::Entry;
use eviction::Eviction;
use graveyard::Graveyard;
use limits::Limits;
use notices::{Class, Notices};
use saving::{Marks, Saving};
use tracking::Tracked;
use undo::Undo;
pub use undo::{Access as TransactionAccess, TransactionError, UNDO_MAX_BYTES};
pub use waiting::Waiting;
pub(crate) use watch::Key as WatchedKey;
pub use watch::Watch;
pub use writing::{Log, Writing};

use crate::memory;
use crate::random::Random;
use crate::table::{Position, SLOT_BYTES, Table};

/// How many databases there are.
pub const DATABASES: u32 = 16;

/// The number of a database, always below [`DATABASES`].
pub type Database = u32;

/// All databases.
pub struct Keyspace {
    tables: Box<[Table<Entry>; DATABASES as usize]>,
    now_us: u64,
    now_ms: i64,
    /// The use that a key notes now when the last one counts.
    lru_clock: Access,
    /// How uses of keys are remembered; follows `maxmemory-policy`.
    pub tracking: Tracking,
    /// A client's commands are not to count as uses (CLIENT NO-TOUCH).
    pub unnoticed: bool,
    undo: Undo,
    /// Who watches which keys.
    pub watch: Watch,
    /// Who waits for which keys.
    pub waiting: Waiting,
    /// What subscribers are told of.
    pub notices: Notices,
    /// Who keeps which keys in a cache of its own.
    pub tracked: Tracked,
    /// Figures for INFO.
    pub stats: Stats,
    /// A source of randomness for sampling.
    pub random: Random,
    /// When small collections become large ones; follows CONFIG.
    pub limits: Limits,
    expiry_cursor: (usize, usize),
    eviction: Eviction,
    graveyard: Graveyard,
    /// The snapshot that is being written.
    saving: Option<Box<Saving>>,
    marks: Marks,
}

/// Figures of the keyspace since the start or CONFIG RESETSTAT.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    /// Reads that found their key.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
    /// Keys that expired.
    pub expired: u64,
    /// Keys that went so that others find room.
    pub evicted: u64,
    /// Fields of hashes that expired.
    pub expired_fields: u64,
    /// Writes, successful ones (`rdb_changes_since_last_save`).
    pub changes: u64,
}

/// Why a key went that no command removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Departure {
    /// Its time had come.
    Expired,
    /// Others needed the room.
    Evicted,
}

impl Keyspace {
    /// Empty databases.
    pub fn new(mut random: Random) -> Keyspace {
        let seed = [random.next(), random.next()];
        Keyspace {
            tables: Box::new(std::array::from_fn(|_| Table::new(seed))),
            now_us: 0,
            now_ms: 0,
            lru_clock: Access::default(),
            tracking: Tracking::default(),
            unnoticed: false,
            undo: Undo::default(),
            watch: Watch::default(),
            waiting: Waiting::default(),
            notices: Notices::default(),
            tracked: Tracked::default(),
            stats: Stats::default(),
            limits: Limits::new([random.next(), random.next()]),
            random,
            expiry_cursor: (0, 0),
            eviction: Eviction::default(),
            graveyard: Graveyard::default(),
            saving: None,
            marks: Marks::default(),
        }
    }

    /// Sets the time, in microseconds since the Unix epoch, that holds until it is set again.
    #[inline]
    pub fn set_now_us(&mut self, now_us: u64) {
        if now_us != self.now_us {
            self.now_us = now_us;
            self.now_ms = (now_us / 1000) as i64;
            self.lru_clock = Access::fresh(Tracking::LeastRecentlyUsed, now_us);
        }
    }

    /// The time in microseconds since the Unix epoch.
    #[inline]
    pub fn now_us(&self) -> u64 {
        self.now_us
    }

    /// The time in milliseconds since the Unix epoch.
    #[inline]
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    #[inline]
    fn table(&mut self, database: Database) -> &mut Table<Entry> {
        // The remainder is the number itself, and spares the check of it.
        &mut self.tables[(database % DATABASES) as usize]
    }

    /// Finds a live key; one whose time has come is removed.
    #[cfg_attr(feature = "inlining", inline(always))]
    fn find(&mut self, database: Database, key: &[u8]) -> (u64, Option<Position>) {
        let now_ms = self.now_ms;
        let table = self.table(database);
        let (hash, found) = table.look_up(key);
        let Some(at) = found else { return (hash, None) };
        if table.entry(at).expires_before(now_ms) {
            self.expire_at(database, hash, at);
            return (hash, None);
        }
        (hash, Some(at))
    }

    /// Reads a key: counts a hit or a miss and notes the use.
    #[inline]
    pub fn get(&mut self, database: Database, key: &[u8]) -> Option<&Entry> {
        let (_, found) = self.find(database, key);
        let Some(at) = found else {
            self.missed(database, key);
            return None;
        };
        let entry = self.tables[(database % DATABASES) as usize].entry_mut(at);
        if !self.unnoticed {
            note_use(entry, self.tracking, self.lru_clock, self.now_us, &mut self.random);
        }
        self.stats.hits += 1;
        Some(entry)
    }

    /// Reads a key on behalf of a write or a question about it: no hit, no miss, no use.
    #[inline]
    pub fn peek(&mut self, database: Database, key: &[u8]) -> Option<&Entry> {
        let (_, found) = self.find(database, key);
        found.map(|at| self.table(database).entry(at))
    }

    /// Asks about a key: counts a hit or a miss, and notes no use.
    #[inline]
    pub fn inspect(&mut self, database: Database, key: &[u8]) -> Option<&Entry> {
        let (_, found) = self.find(database, key);
        let Some(at) = found else {
            self.missed(database, key);
            return None;
        };
        self.stats.hits += 1;
        Some(self.table(database).entry(at))
    }

    /// Notes that a key was read which does not exist.
    #[inline]
    fn missed(&mut self, database: Database, key: &[u8]) {
        self.stats.misses += 1;
        self.notify(Class::MISS, "keymiss", database, key);
    }

    /// As [`Keyspace::inspect`], and subscribers are not told that the key does not exist.
    pub fn inspect_quietly(&mut self, database: Database, key: &[u8]) -> Option<&Entry> {
        let (_, found) = self.find(database, key);
        *if found.is_some() { &mut self.stats.hits } else { &mut self.stats.misses } += 1;
        found.map(|at| self.table(database).entry(at))
    }

    /// Finds a key that a write is about: notes a use, but no hit and no miss.
    #[inline]
    pub fn use_key(&mut self, database: Database, key: &[u8]) -> Option<&Entry> {
        let (_, found) = self.find(database, key);
        found.map(|at| &*self.touch(database, at))
    }

    /// The bytes that a key takes: its entry's allocation, its place in the table, and what a collection has besides, as
    /// estimated from so many of its elements (0: all).
    pub fn memory_usage(&mut self, database: Database, key: &[u8], samples: usize) -> Option<usize> {
        let entry = self.peek(database, key)?;
        let own = entry.collection().map_or(0, |collection| collection.memory(samples));
        Some(memory::taken(entry.allocated()) + SLOT_BYTES + own)
    }

    /// Whether a key exists.
    #[inline]
    pub fn contains(&mut self, database: Database, key: &[u8]) -> bool {
        self.find(database, key).1.is_some()
    }

    /// Notes a use of the entry there.
    #[inline]
    fn touch(&mut self, database: Database, at: Position) -> &mut Entry {
        let entry = self.tables[(database % DATABASES) as usize].entry_mut(at);
        if !self.unnoticed {
            note_use(entry, self.tracking, self.lru_clock, self.now_us, &mut self.random);
        }
        entry
    }

    /// The use that a new key begins with.
    #[inline]
    fn fresh_access(&self) -> Access {
        match self.tracking {
            Tracking::LeastRecentlyUsed => self.lru_clock,
            tracking => Access::fresh(tracking, self.now_us),
        }
    }

    /// How many keys a database has, expired ones not yet removed included.
    pub fn len(&self, database: Database) -> usize {
        self.tables.get(database as usize).map_or(0, Table::len)
    }

    /// The bytes of the tables themselves, without what is in them, of one database.
    pub fn overhead(&self, database: Database) -> usize {
        self.tables.get(database as usize).map_or(0, Table::bytes)
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(Table::is_empty)
    }

    /// How many keys of a database have a time to live.
    pub fn expiring(&self, database: Database) -> usize {
        self.tables.get(database as usize).map_or(0, Table::expiring)
    }

    /// A page of live entries of a database: see [`Table::scan`].
    pub fn scan(&mut self, database: Database, cursor: u64, count: usize, visit: &mut dyn FnMut(&Entry)) -> u64 {
        let now_ms = self.now_ms();
        let table = &self.tables[database as usize];
        table.scan(cursor, count, &mut |entry| {
            if entry.expire_ms().is_none_or(|expire| expire >= now_ms) {
                visit(entry);
            }
        })
    }

    /// Every live entry of a database, in no order.
    pub fn entries(&self, database: Database) -> impl Iterator<Item = &Entry> {
        let now_ms = self.now_ms();
        let live = move |entry: &&Entry| entry.expire_ms().is_none_or(|expire| expire >= now_ms);
        self.tables[database as usize].entries().filter(live)
    }

    /// A live key of a database, chosen by chance.
    pub fn random_key(&mut self, database: Database) -> Option<Vec<u8>> {
        loop {
            let key = self.tables[database as usize].random(&mut self.random)?.key().to_vec();
            if self.contains(database, &key) {
                return Some(key);
            }
        }
    }

    /// A session watches a key from now on. One whose time has come is removed first, so that its end breaks nothing.
    pub fn watch(&mut self, session: u64, database: Database, key: &[u8]) {
        self.find(database, key);
        self.watch.add(session, database, key);
    }

    /// Whether a key that the session watches was written or has expired.
    pub fn is_watch_broken(&mut self, session: u64) -> bool {
        let keys: Vec<(Database, Box<[u8]>)> =
            self.watch.keys(session).map(|(database, key)| (database, key.into())).collect();
        for (database, key) in keys {
            self.find(database, &key);
        }
        self.watch.is_dirty(session)
    }

    /// A key was written: for watchers at once, or when the transaction commits.
    #[inline]
    fn wrote(&mut self, database: Database, key: &[u8]) {
        self.wrote_times(database, key, 1);
    }

    /// A key went that no command removed: the one place where anybody is told.
    fn departed(&mut self, database: Database, key: &[u8], why: Departure) {
        let (count, class, event) = match why {
            Departure::Expired => (&mut self.stats.expired, Class::EXPIRED, "expired"),
            Departure::Evicted => (&mut self.stats.evicted, Class::EVICTED, "evicted"),
        };
        *count += 1;
        if !self.undo.is_open() {
            self.tell(database, key);
        }
        self.notify(class, event, database, key);
    }

    /// A key was written, which counts as so many changes.
    #[inline]
    fn wrote_times(&mut self, database: Database, key: &[u8], changes: u64) {
        self.stats.changes += changes;
        if !self.undo.is_open() {
            self.tell(database, key);
        }
    }

    /// Lets those look again who wait for a key, although it does not count as written. In a transaction they look when it
    /// commits.
    pub fn wake(&mut self, database: Database, key: &[u8]) {
        if !self.undo.is_open() {
            self.waiting.touch(database, key);
        }
    }

    /// A session that tracks read a key.
    pub fn remember(&mut self, session: u64, key: &[u8]) {
        if memory::is_scarce() {
            self.tracked.forget_at_once(session, key);
        } else {
            self.tracked.remember(session, key, &mut self.random);
        }
    }

    /// Whoever waits to hear of a key does so now.
    #[inline]
    fn tell(&mut self, database: Database, key: &[u8]) {
        self.watch.touch(database, key);
        self.tracked.touch(key);
        self.waiting.touch(database, key);
    }
}

fn write_at(entry: &mut Entry, offset: usize, bytes: &[u8]) {
    if let Some(place) = entry.long_mut().and_then(|value| value.get_mut(offset..offset + bytes.len())) {
        place.copy_from_slice(bytes);
    }
}

/// Notes a use of an entry; `lru_clock` is that of `now_us`.
#[inline]
fn note_use(entry: &mut Entry, tracking: Tracking, lru_clock: Access, now_us: u64, random: &mut Random) {
    entry.set_access(match tracking {
        Tracking::LeastRecentlyUsed => lru_clock,
        tracking => entry.access().used(tracking, now_us, || random.next()),
    });
}
