//! Writes of values: a key set, its value exchanged, or bytes within it.

use super::entry::{Content, Entry, Value};
use super::notices::Class;
use super::undo::Change;
use super::{Database, Keyspace, write_at};
use crate::error::Error;
use crate::memory;
use crate::table::Position;
use crate::types::string;

impl Keyspace {
    /// Sets a key to a value of any earlier type, with this time of expiry; one that has passed ends it at its next use.
    #[inline]
    pub fn set(&mut self, database: Database, key: &[u8], value: Value<'_>, expire_ms: Option<i64>) {
        let (hash, found) = self.find(database, key);
        self.wrote(database, key);
        let Some(at) = found else { return self.add(database, hash, key, value, expire_ms) };
        self.before_write(database, at);
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
    pub fn update_integer(
        &mut self,
        database: Database,
        key: &[u8],
        change: impl FnOnce(Option<Value<'_>>) -> Result<i64, Error>,
    ) -> Result<i64, Error> {
        let (hash, found) = self.find(database, key);
        let value = match found.map(|at| self.table(database).entry(at).content()) {
            Some(Content::String(value)) => Some(value),
            Some(Content::Collection(_)) => return Err(Error::WrongType),
            None => None,
        };
        let number = change(value)?;
        self.update_found(database, hash, found, key, Value::Int(number));
        Ok(number)
    }

    #[inline]
    fn update_found(&mut self, database: Database, hash: u64, found: Option<Position>, key: &[u8], value: Value<'_>) {
        self.wrote(database, key);
        let Some(at) = found else { return self.add(database, hash, key, value, None) };
        self.before_write(database, at);
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
        self.insert(database, hash, entry);
        if self.undo.is_open() {
            self.undo.push(Change::Remove { database, key: key.into() });
        }
        self.notify(Class::NEW, "new", database, key);
    }

    /// Another entry in the place of one with the same key.
    fn exchange(&mut self, database: Database, at: Position, key: &[u8], value: Value<'_>, expire_ms: Option<i64>) {
        let access = self.table(database).entry(at).access();
        let old = self.swap_in(database, at, Entry::new(key, value, expire_ms, access, 0));
        self.put_away(database, old);
    }

    /// What was replaced or removed goes into the log of the transaction, or away.
    #[inline]
    pub(super) fn put_away(&mut self, database: Database, entry: Entry) {
        if self.undo.is_open() {
            self.undo.push(Change::Put { database, entry });
        } else {
            self.graveyard.bury(entry);
        }
    }

    /// Makes a string `raw`: its content stays, so nothing counts as written.
    pub fn make_raw(&mut self, database: Database, key: &[u8]) {
        let Some(at) = self.find(database, key).1 else { return };
        let table = self.table(database);
        let entry = table.entry(at);
        let raw = match entry.string() {
            Ok(value @ (Value::Int(_) | Value::Short(_))) => with_room(entry, value, value.len()),
            Ok(Value::Long(_)) | Err(_) => return,
        };
        let old = table.swap(at, raw);
        self.put_away(database, old);
    }

    /// Writes bytes at an offset of a string, which grows with zeros as needed and becomes `raw`; returns the new
    /// length. Limits are for the caller to check.
    pub fn splice(&mut self, database: Database, key: &[u8], offset: usize, bytes: &[u8]) -> Result<usize, Error> {
        let (hash, found) = self.find(database, key);
        let end = offset + bytes.len();
        let (mut in_place, mut old_len) = (false, 0);
        if let Some(at) = found {
            let entry = self.table(database).entry(at);
            (in_place, old_len) = (entry.can_resize_long(end), entry.string()?.len());
        }
        if !in_place && !memory::has_room(string::grown(end)) {
            return Err(Error::OutOfMemory);
        }
        self.wrote(database, key);
        let open = self.undo.is_open();
        let Some(at) = found else {
            let mut entry = Entry::new(key, Value::Long(&[]), None, self.fresh_access(), end);
            entry.resize_long(end);
            write_at(&mut entry, offset, bytes);
            self.insert(database, hash, entry);
            if open {
                self.undo.push(Change::Remove { database, key: key.into() });
            }
            self.notify(Class::NEW, "new", database, key);
            return Ok(end);
        };
        self.before_write(database, at);
        self.touch(database, at);
        let table = &mut self.tables[database as usize];
        let len = old_len.max(end);
        let value = table.entry(at).string()?;
        let Value::Long(now) = value else {
            let mut longer = with_room(table.entry(at), value, len);
            longer.resize_long(len);
            write_at(&mut longer, offset, bytes);
            let old = self.swap_in(database, at, longer);
            if open {
                self.undo.push(Change::Put { database, entry: old });
            }
            return Ok(len);
        };
        if open {
            let old = now.get(offset.min(old_len)..end.min(old_len)).unwrap_or_default().into();
            self.undo.push(Change::Splice { database, key: key.into(), offset, old, old_len });
        }
        if len > old_len && !table.entry_mut(at).resize_long(len) {
            let entry = table.entry(at);
            let mut longer = with_room(entry, entry.string()?, len);
            longer.resize_long(len);
            longer.set_mark(entry.mark());
            table.swap(at, longer);
        }
        write_at(table.entry_mut(at), offset, bytes);
        Ok(len)
    }
}

/// The same string as a long value that may grow to `len` bytes and somewhat beyond.
fn with_room(entry: &Entry, value: Value<'_>, len: usize) -> Entry {
    let text = string::text(value);
    let room = string::grown(len).saturating_sub(text.len());
    Entry::new(entry.key(), Value::Long(&text), entry.expire_ms(), entry.access(), room)
}
