//! Writes of values: a key set, its value exchanged, or bytes within it.

use super::entry::{Entry, Value};
use super::table::Position;
use super::undo::Change;
use super::{Database, Keyspace, write_at};
use crate::memory;
use crate::types::string;

impl Keyspace {
    /// Sets a key to a value of any earlier type, with this time of expiry; one that has passed ends it at its next use.
    #[inline]
    pub fn set(&mut self, database: Database, key: &[u8], value: Value<'_>, expire_ms: Option<i64>) {
        let (hash, found) = self.find(database, key);
        self.wrote(database, key);
        let Some(at) = found else { return self.add(database, hash, key, value, expire_ms) };
        let open = self.undo.is_open();
        let entry = self.touch(database, at);
        if !open && entry.overwrite(value) {
            if expire_ms.is_some() || entry.expire_ms().is_some() {
                self.table(database).set_expire(at, expire_ms);
            }
            return;
        }
        self.exchange(database, at, key, value, expire_ms);
    }

    /// Gives a key that exists another value and keeps its time to live; creates it without one otherwise.
    #[inline]
    pub fn update(&mut self, database: Database, key: &[u8], value: Value<'_>) {
        let (hash, found) = self.find(database, key);
        self.update_found(database, hash, found, key, value);
    }

    /// As [`Keyspace::update`], with an integer that `change` makes of the value there.
    #[inline]
    pub fn update_integer<E>(
        &mut self,
        database: Database,
        key: &[u8],
        change: impl FnOnce(Option<Value<'_>>) -> Result<i64, E>,
    ) -> Result<i64, E> {
        let (hash, found) = self.find(database, key);
        let number = change(found.map(|at| self.table(database).entry(at).value()))?;
        self.update_found(database, hash, found, key, Value::Int(number));
        Ok(number)
    }

    #[inline]
    fn update_found(&mut self, database: Database, hash: u64, found: Option<Position>, key: &[u8], value: Value<'_>) {
        self.wrote(database, key);
        let Some(at) = found else { return self.add(database, hash, key, value, None) };
        let open = self.undo.is_open();
        let entry = self.touch(database, at);
        if !open && entry.overwrite(value) {
            return;
        }
        let expire_ms = entry.expire_ms();
        self.exchange(database, at, key, value, expire_ms);
    }

    /// A new entry for a key that does not exist.
    fn add(&mut self, database: Database, hash: u64, key: &[u8], value: Value<'_>, expire_ms: Option<i64>) {
        let entry = Entry::new(key, value, expire_ms, self.fresh_access(), 0);
        self.table(database).insert(hash, entry);
        if self.undo.is_open() {
            self.undo.push(Change::Remove { database, key: key.into() });
        }
    }

    /// Another entry in the place of one with the same key.
    fn exchange(&mut self, database: Database, at: Position, key: &[u8], value: Value<'_>, expire_ms: Option<i64>) {
        let table = self.table(database);
        let access = table.entry(at).access();
        let old = table.swap(at, Entry::new(key, value, expire_ms, access, 0));
        if self.undo.is_open() {
            self.undo.push(Change::Put { database, entry: old });
        }
    }

    /// Writes bytes at an offset of a string, which grows with zeros as needed and becomes `raw`; returns the new
    /// length, none when there is no memory for it. The caller has checked limits and that the key, if it exists, holds a
    /// string.
    pub fn splice(&mut self, database: Database, key: &[u8], offset: usize, bytes: &[u8]) -> Option<usize> {
        let (hash, found) = self.find(database, key);
        let end = offset + bytes.len();
        let in_place = found.is_some_and(|at| self.table(database).entry(at).can_resize_long(end));
        if !in_place && !memory::has_room(string::grown(end)) {
            return None;
        }
        self.wrote(database, key);
        let open = self.undo.is_open();
        let Some(at) = found else {
            let mut entry = Entry::new(key, Value::Long(&[]), None, self.fresh_access(), end);
            entry.resize_long(end);
            write_at(&mut entry, offset, bytes);
            self.table(database).insert(hash, entry);
            if open {
                self.undo.push(Change::Remove { database, key: key.into() });
            }
            return Some(end);
        };
        self.touch(database, at);
        let table = &mut self.tables[database as usize];
        let old_len = table.entry(at).value().len();
        let len = old_len.max(end);
        let Value::Long(now) = table.entry(at).value() else {
            let mut longer = with_room(table.entry(at), len);
            longer.resize_long(len);
            write_at(&mut longer, offset, bytes);
            let old = table.swap(at, longer);
            if open {
                self.undo.push(Change::Put { database, entry: old });
            }
            return Some(len);
        };
        if open {
            let old = now.get(offset.min(old_len)..end.min(old_len)).unwrap_or_default().into();
            self.undo.push(Change::Splice { database, key: key.into(), offset, old, old_len });
        }
        if len > old_len && !table.entry_mut(at).resize_long(len) {
            let mut longer = with_room(table.entry(at), len);
            longer.resize_long(len);
            table.swap(at, longer);
        }
        write_at(table.entry_mut(at), offset, bytes);
        Some(len)
    }
}

/// The same string as a long value that may grow to `len` bytes and somewhat beyond.
fn with_room(entry: &Entry, len: usize) -> Entry {
    let text = string::text(entry.value());
    let room = string::grown(len).saturating_sub(text.len());
    Entry::new(entry.key(), Value::Long(&text), entry.expire_ms(), entry.access(), room)
}
