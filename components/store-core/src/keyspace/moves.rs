//! Whole keys and databases that go, or go elsewhere: removed, copied, renamed, exchanged.

use super::access::Access;
use super::entry::{Entry, Value};
use super::notices::Class;
use super::undo::Change;
use super::{Database, Keyspace};
use crate::rdb::read::Loaded;
use crate::table::Table;
use crate::types::Collection;

impl Keyspace {
    /// Removes a key; false when it did not exist.
    pub fn delete(&mut self, database: Database, key: &[u8]) -> bool {
        let (hash, found) = self.find(database, key);
        let Some(at) = found else { return false };
        self.before_write(database, at);
        self.wrote(database, key);
        let entry = self.table(database).remove(hash, at);
        self.put_away(database, entry);
        self.notify(Class::GENERIC, "del", database, key);
        true
    }

    /// Gives the value of a key, with its time to live, to another name, in this or another database, in place of what
    /// is there; the key itself stays. False when it does not exist.
    pub fn copy(&mut self, from: (Database, &[u8]), to: (Database, &[u8])) -> bool {
        let access = self.fresh_access();
        let Some(entry) = self.peek(from.0, from.1) else { return false };
        let mut copy = entry.copied(to.1);
        copy.set_access(access);
        if self.put(to.0, copy) {
            // Redis removes what was there first.
            self.notify(Class::NEW, "new", to.0, to.1);
        }
        true
    }

    /// As [`Keyspace::copy`], but the key goes away, and what is known of its use goes with it. A collection moves.
    pub fn rename(&mut self, from: (Database, &[u8]), to: (Database, &[u8])) -> bool {
        let (hash, found) = self.find(from.0, from.1);
        let Some(at) = found else { return false };
        if from == to {
            return true;
        }
        self.before_write(from.0, at);
        self.wrote(from.0, from.1);
        let entry = self.table(from.0).remove(hash, at).renamed(to.1);
        let (hash, found) = self.find(to.0, to.1);
        self.wrote(to.0, to.1);
        if let Some(at) = found {
            self.before_write(to.0, at);
            let old = self.table(to.0).remove(hash, at);
            self.put_away(to.0, old);
        }
        self.insert(to.0, hash, entry);
        self.notify(Class::NEW, "new", to.0, to.1);
        if self.undo.is_open() {
            let name = |(database, key): (Database, &[u8])| (database, key.into());
            self.undo.push(Change::Rename(Box::new([name(from), name(to)])));
        }
        true
    }

    /// Sets a key to a collection, in place of a value of any type. An empty one only removes what was there; whether
    /// there is anything to tell of.
    pub fn store(&mut self, database: Database, key: &[u8], collection: Collection, expire_ms: Option<i64>) -> bool {
        if collection.is_empty() {
            return self.delete(database, key);
        }
        let entry = Entry::of_collection(key, collection, expire_ms, self.fresh_access());
        self.put(database, entry);
        true
    }

    /// Makes a key, in place of one that is there, of a value that was read from a payload or a file.
    pub fn restore(
        &mut self,
        database: Database,
        key: &[u8],
        value: Loaded,
        expire_ms: Option<i64>,
        access: Option<Access>,
    ) {
        let access = access.unwrap_or(self.fresh_access());
        let entry = match value {
            Loaded::String(text) => Entry::new(key, Value::compact(&text), expire_ms, access, 0),
            Loaded::Collection(collection) => Entry::of_collection(key, collection, expire_ms, access),
            Loaded::Nothing => return,
        };
        if self.put(database, entry) {
            // Redis removes what was there first.
            self.notify(Class::NEW, "new", database, key);
        }
    }

    /// Puts an entry into the place of whatever has its key; false when nothing had.
    fn put(&mut self, database: Database, entry: Entry) -> bool {
        let (hash, found) = self.find(database, entry.key());
        self.wrote(database, entry.key());
        if let Some(at) = found {
            self.before_write(database, at);
            let old = self.swap_in(database, at, entry);
            self.put_away(database, old);
            return true;
        }
        if self.undo.is_open() {
            self.undo.push(Change::Remove { database, key: entry.key().into() });
        }
        self.notify(Class::NEW, "new", database, entry.key());
        self.insert(database, hash, entry);
        false
    }

    /// Exchanges two databases.
    pub fn swap(&mut self, one: Database, other: Database) {
        self.stats.changes += 1;
        if one == other {
            return;
        }
        // A key whose time has come is no key: where it goes, nothing changes.
        for key in self.watch.watched_in(&[one, other]) {
            self.find(one, &key);
            self.find(other, &key);
        }
        let touched = self.watch.touched_by_swap(one, other, &self.tables[one as usize], &self.tables[other as usize]);
        if self.undo.is_open() {
            self.undo.push(Change::Swap { one, other, touched });
        } else {
            touched.iter().for_each(|(database, key)| self.watch.touch(*database, key));
            self.waiting.touch_database(one);
            self.waiting.touch_database(other);
        }
        self.swap_tables(one, other);
    }

    /// Exchanges two databases, and nothing else.
    pub(super) fn swap_tables(&mut self, one: Database, other: Database) {
        self.tables.swap(one as usize, other as usize);
        if let Some(saving) = &mut self.saving {
            saving.swap(one, other);
        }
    }

    /// One database or all of them were flushed: those who track are told once, and when an open transaction commits.
    pub fn flushed(&mut self) {
        if self.undo.is_open() {
            self.undo.push(Change::Flushed);
        } else {
            self.tracked.touch_all();
        }
    }

    /// Removes all keys of a database; returns how many there were.
    pub fn flush(&mut self, database: Database) -> usize {
        let table = &mut self.tables[database as usize];
        let removed = table.len();
        let seed = [self.random.next(), self.random.next()];
        let old = std::mem::replace(table, Table::new(seed));
        self.stats.changes += removed as u64;
        let origin = self.saving.as_mut().and_then(|saving| saving.detach(database));
        if self.undo.is_open() {
            self.undo.push(Change::Flush { database, table: Box::new(old), origin });
        } else {
            self.watch.touch_flush(database, &old);
            self.waiting.touch_database(database);
            self.bury_database(origin, old);
        }
        removed
    }
}
