//! The way of a snapshot through the databases.

use std::collections::VecDeque;

use super::Saving;
use super::record::Records;
use crate::keyspace::entry::{Content, Entry};
use crate::keyspace::{DATABASES, Database};
use crate::rdb::write::{self, Slice, Steps};
use crate::table::Table;

/// Values of more allocations, or of more bytes, than these are written in slices.
const SMALL_WEIGHT: usize = 256;
const SMALL_BYTES: usize = 64 << 10;
/// The most bytes of a slice, about.
const SLICE_BYTES: usize = 64 << 10;

/// How far it has come.
pub(super) struct Walk {
    /// Keys of each database at the beginning, and how many of them expire.
    sizes: Vec<(u64, u64)>,
    database: Database,
    /// Whether the database's own head is written.
    entered: bool,
    /// All hashes before it were looked at; none at the end.
    cursor: Option<u64>,
    /// Big values that the cursor has met, by their keys.
    met: VecDeque<Box<[u8]>>,
    /// The first of them is begun.
    begun: Option<Begun>,
}

struct Begun {
    steps: Steps,
    now_ms: i64,
}

impl Walk {
    pub(super) fn new(sizes: Vec<(u64, u64)>) -> Walk {
        Walk { sizes, database: 0, entered: false, cursor: Some(0), met: VecDeque::new(), begun: None }
    }

    /// Whether all of a database is written.
    pub(super) fn is_past(&self, database: Database) -> bool {
        database < self.database
    }

    fn next_database(&mut self) -> bool {
        (self.cursor, self.entered) = (Some(0), false);
        self.database += 1;
        true
    }

    /// Writes an entry that does not wait: the rest of it if it is begun.
    pub(super) fn write_at_once(&mut self, records: &mut Records, database: Database, entry: &Entry, now_ms: i64) {
        let is_begun = database == self.database && self.met.front().is_some_and(|key| **key == *entry.key());
        match self.begun.take_if(|_| is_begun) {
            Some(mut begun) => {
                records.value(&mut begun.steps, entry, Slice::whole(begun.now_ms));
                self.met.pop_front();
                records.join();
            }
            None if is_gone(entry, now_ms) => {}
            None => records.whole_aside(database, entry, now_ms),
        }
    }
}

/// Whether an entry is left out, because its time has come.
fn is_gone(entry: &Entry, now_ms: i64) -> bool {
    entry.expires_before(now_ms) || write::is_gone(entry.content(), now_ms)
}

fn is_small(entry: &Entry) -> bool {
    match entry.content() {
        Content::String(value) => value.len() <= SMALL_BYTES,
        Content::Collection(collection) => collection.weight() <= SMALL_WEIGHT,
    }
}

impl Saving {
    /// Writes the next entries, or a slice of one; false when there is nothing more.
    pub(super) fn step(&mut self, tables: &[Table<Entry>], mark: u8, now_ms: i64, most: usize) -> bool {
        let Saving { records, walk, places, flushed } = self;
        if walk.begun.is_none() {
            records.join();
        }
        let database = walk.database;
        if database >= DATABASES {
            return false;
        }
        let Some(table) = table_of(database, places, flushed, tables) else { return walk.next_database() };
        if let Some(key) = walk.met.front() {
            let entry = table.look_up(key).1.map(|at| table.entry(at)).filter(|entry| entry.mark() != mark);
            let slice = Slice { bytes: most.min(SLICE_BYTES), now_ms };
            if entry.is_none_or(|entry| write_slice(&mut walk.begun, entry, database, slice, records)) {
                entry.inspect(|entry| entry.set_mark(mark));
                walk.begun = None;
                walk.met.pop_front();
            }
            return true;
        }
        let Some(cursor) = walk.cursor else { return walk.next_database() };
        if !std::mem::replace(&mut walk.entered, true) {
            let (keys, expiring) = walk.sizes.get(database as usize).copied().unwrap_or_default();
            if keys == 0 {
                return walk.next_database();
            }
            records.database(database, keys, expiring);
        }
        let met = &mut walk.met;
        let next = table.scan(cursor, 1, &mut |entry| {
            if entry.mark() == mark {
                return;
            }
            if !is_small(entry) {
                return met.push_back(entry.key().into());
            }
            if !is_gone(entry, now_ms) {
                records.whole(database, entry, now_ms);
            }
            entry.set_mark(mark);
        });
        walk.cursor = Some(next).filter(|&next| next != 0);
        true
    }
}

/// Where a database of the beginning is now.
fn table_of<'a>(
    database: Database,
    places: &[Option<Database>],
    flushed: &'a [(Database, Table<Entry>)],
    tables: &'a [Table<Entry>],
) -> Option<&'a Table<Entry>> {
    match places.iter().position(|place| *place == Some(database)) {
        Some(at) => tables.get(at),
        None => flushed.iter().find(|(flushed, _)| *flushed == database).map(|(_, table)| table),
    }
}

/// A slice of a value; true when it is whole, or is left out.
fn write_slice(
    begun: &mut Option<Begun>,
    entry: &Entry,
    database: Database,
    slice: Slice,
    records: &mut Records,
) -> bool {
    if begun.is_none() {
        if is_gone(entry, slice.now_ms) {
            return true;
        }
        records.begin(database, entry, slice.now_ms);
    }
    // The time is that of the first slice: what expires in between is in the count already.
    let begun = begun.get_or_insert_with(|| Begun { steps: Steps::default(), now_ms: slice.now_ms });
    records.value(&mut begun.steps, entry, Slice { now_ms: begun.now_ms, ..slice })
}
