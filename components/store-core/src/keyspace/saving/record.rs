//! Keys with their values, one behind the other in a file.

use crate::keyspace::Database;
use crate::keyspace::access::Frequency;
use crate::keyspace::entry::Entry;
use crate::rdb::output::Output;
use crate::rdb::write::{self, Slice, Steps};
use crate::rdb::{VERSION, crc64, types};
use crate::store;

/// What a snapshot says of how keys were used: what the eviction policy goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uses {
    /// Nothing.
    #[default]
    None,
    /// How long ago the last use was.
    Idle,
    /// How often there was one.
    Frequency(Frequency),
}

/// What was written and not taken.
pub(super) struct Records {
    out: Output,
    /// Whole records that wait for the one that is being written to end.
    aside: Vec<u8>,
    /// The database of the last record.
    selected: Option<Database>,
    aside_selected: Option<Database>,
    uses: Uses,
    crc: u64,
}

impl Records {
    pub(super) fn new(uses: Uses) -> Records {
        Records { out: Output::default(), aside: Vec::new(), selected: None, aside_selected: None, uses, crc: 0 }
    }

    /// How many bytes there are to be taken.
    pub(super) fn len(&self) -> usize {
        self.out.bytes.len()
    }

    /// How many bytes wait.
    pub(super) fn aside(&self) -> usize {
        self.aside.len()
    }

    pub(super) fn head(&mut self, now_s: i64) {
        self.out.bytes.extend(format!("REDIS{VERSION:04}").into_bytes());
        let now = now_s.to_string();
        let used = crate::memory::used().to_string();
        let bits = usize::BITS.to_string();
        for (name, value) in [
            ("redis-ver", store::VERSION),
            ("redis-bits", &bits),
            ("ctime", &now),
            ("used-mem", &used),
            ("aof-base", "0"),
        ] {
            self.out.byte(types::AUX);
            self.out.string(name.as_bytes());
            self.out.string(value.as_bytes());
        }
    }

    /// What comes next is of this database, which has so many keys, of which so many expire.
    pub(super) fn database(&mut self, database: Database, keys: u64, expiring: u64) {
        self.select(database);
        self.out.byte(types::RESIZE);
        self.out.length(keys);
        self.out.length(expiring);
    }

    fn select(&mut self, database: Database) {
        if self.selected != Some(database) {
            self.out.byte(types::SELECT);
            self.out.length(u64::from(database));
            self.selected = Some(database);
        }
    }

    /// All of an entry but its value.
    pub(super) fn begin(&mut self, database: Database, entry: &Entry, now_ms: i64) {
        self.select(database);
        if let Some(expire_ms) = entry.expire_ms() {
            self.out.byte(types::EXPIRE_MS);
            self.out.number(expire_ms);
        }
        // To the second: nobody asks for more.
        let now_us = now_ms.max(0) as u64 * 1000;
        match self.uses {
            Uses::None => {}
            Uses::Idle => {
                self.out.byte(types::IDLE);
                self.out.length(u64::from(entry.access().idle_seconds(now_us)));
            }
            Uses::Frequency(rule) => {
                self.out.byte(types::FREQUENCY);
                self.out.byte(entry.access().frequency(rule, now_us) as u8);
            }
        }
        self.out.byte(write::form(entry.content(), now_ms));
        self.out.string(entry.key());
    }

    /// What comes next of the value of the record that was begun; true when that was the rest.
    pub(super) fn value(&mut self, steps: &mut Steps, entry: &Entry, slice: Slice) -> bool {
        steps.write(entry.content(), slice, &mut self.out)
    }

    /// A whole record.
    pub(super) fn whole(&mut self, database: Database, entry: &Entry, now_ms: i64) {
        self.begin(database, entry, now_ms);
        self.value(&mut Steps::default(), entry, Slice::whole(now_ms));
    }

    /// A whole record that comes behind the one that was begun.
    pub(super) fn whole_aside(&mut self, database: Database, entry: &Entry, now_ms: i64) {
        self.turn_aside();
        self.whole(database, entry, now_ms);
        self.turn_aside();
    }

    fn turn_aside(&mut self) {
        std::mem::swap(&mut self.out.bytes, &mut self.aside);
        std::mem::swap(&mut self.selected, &mut self.aside_selected);
    }

    /// No record is begun: what waits may follow.
    pub(super) fn join(&mut self) {
        if !self.aside.is_empty() {
            self.out.bytes.append(&mut self.aside);
            // Its first record names its database, whatever came before.
            self.selected = self.aside_selected.take();
        }
    }

    /// The end of the file, but for the checksum.
    pub(super) fn end(&mut self) {
        self.out.byte(types::END);
        let crc = crc64::update(self.crc, &self.out.bytes);
        self.out.bytes.extend(crc.to_le_bytes());
    }

    /// What there is.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.crc = crc64::update(self.crc, &self.out.bytes);
        std::mem::take(&mut self.out.bytes)
    }
}
