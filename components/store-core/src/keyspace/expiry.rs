//! Times to live: set, come, and looked for.

use super::notices::Class;
use super::undo::Change;
use super::{Database, Departure, Keyspace};
use crate::table::Position;
use crate::types::Hash;

/// How many segments are looked at between two looks at the clock.
const SEGMENTS_A_STEP: usize = 1024;
/// How many expired fields of a hash are removed in one step, about.
const FIELDS_AT_ONCE: usize = 1024;

impl Keyspace {
    /// Sets or clears the time of expiry; false when the key does not exist. A time that has passed removes the key.
    pub fn set_expire(&mut self, database: Database, key: &[u8], expire_ms: Option<i64>) -> bool {
        if expire_ms.is_some_and(|expire| expire < self.now_ms()) {
            return self.delete(database, key);
        }
        let (_, found) = self.find(database, key);
        let Some(at) = found else { return false };
        self.before_write(database, at);
        self.wrote(database, key);
        let old_ms = self.table(database).entry(at).expire_ms();
        if self.undo.is_open() {
            self.undo.push(Change::Expire { database, key: key.into(), old_ms });
        }
        self.table(database).set_expire(at, expire_ms);
        true
    }

    /// Removes an entry whose time has come.
    #[cold]
    pub(super) fn expire_at(&mut self, database: Database, hash: u64, at: Position) {
        self.before_write(database, at);
        let entry = self.table(database).remove(hash, at);
        self.departed(database, entry.key(), Departure::Expired);
        // A transaction in progress may itself have set the time, and be undone.
        self.put_away(database, entry);
    }

    /// Whether something inside the collection there has expired.
    #[inline]
    pub(super) fn is_due(&self, database: Database, at: Position) -> bool {
        let entry = self.tables[database as usize].entry(at);
        entry.collection().and_then(|collection| collection.due_ms()).is_some_and(|due| due < self.now_ms)
    }

    /// Removes what has expired inside a collection, but not more than takes a moment, and looks for the key again.
    #[cold]
    pub(super) fn expire_inside(&mut self, database: Database, hash: u64, key: &[u8]) -> Option<Position> {
        self.expire_fields(database, hash, key);
        self.table(database).find(hash, key)
    }

    fn expire_fields(&mut self, database: Database, hash: u64, key: &[u8]) {
        let expired = self.found::<Hash>(database, hash, key).map_or(0, |mut writing| {
            let (fields, mut log) = writing.edit();
            let expired = fields.expire(FIELDS_AT_ONCE, &mut log);
            if expired > 0 {
                log.note(0);
                writing.event(Class::HASH, "hexpired");
            }
            expired
        });
        self.stats.expired_fields += expired as u64;
    }

    /// Removes keys and fields whose time has come, while `more` says so or until every segment was looked at. True when
    /// there may be more to do. Between two questions lies the work on one segment: 1,024 keys at the most.
    pub fn expire_some(&mut self, mut more: impl FnMut() -> bool) -> bool {
        let last_ms = self.now_ms() - 1;
        let databases = self.tables.len();
        // Every database, and in the end what of the first one came before the cursor.
        for _ in 0..=databases {
            let (database, mut cursor) = self.expiry_cursor;
            while let Some(keys) = self.tables[database].due(&mut cursor, last_ms, SEGMENTS_A_STEP) {
                self.expiry_cursor.1 = cursor;
                for key in keys {
                    let (hash, found) = self.find(database as Database, &key);
                    let mut found = found.filter(|&at| self.is_due(database as Database, at));
                    while found.is_some() {
                        found = self.expire_inside(database as Database, hash, &key);
                        found = found.filter(|&at| self.is_due(database as Database, at));
                        // A hash in which much expires at once is more than a moment's work.
                        if let Some(at) = found
                            && !more()
                        {
                            self.tables[database].note_due(at, Some(last_ms));
                            return true;
                        }
                    }
                }
                if !more() {
                    return true;
                }
            }
            self.expiry_cursor = ((database + 1) % databases, 0);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::entry::Value;
    use crate::random::Random;

    const START_MS: i64 = 1_700_000_000_000;

    fn at(keys: &mut Keyspace, ms: i64) {
        keys.set_now_us((START_MS + ms) as u64 * 1000);
    }

    fn keyspace() -> Keyspace {
        let mut keys = Keyspace::new(Random::new(3));
        at(&mut keys, 0);
        keys
    }

    fn fill(keys: &mut Keyspace, database: Database, count: i64, expire_ms: impl Fn(i64) -> Option<i64>) {
        for number in 0..count {
            let expire_ms = expire_ms(number).map(|ms| START_MS + ms);
            keys.set(database, number.to_string().as_bytes(), Value::Int(number), expire_ms);
        }
    }

    #[test]
    fn a_key_lives_through_the_millisecond_of_its_time() {
        let mut keys = keyspace();
        keys.set(0, b"k", Value::Int(1), Some(START_MS + 10));
        at(&mut keys, 10);
        assert!(keys.contains(0, b"k"));
        assert!(!keys.expire_some(|| true));
        assert_eq!(keys.len(0), 1);
        at(&mut keys, 11);
        assert!(!keys.contains(0, b"k"));
        assert_eq!((keys.len(0), keys.stats.expired), (0, 1));
    }

    #[test]
    fn keys_go_when_their_time_comes_although_nobody_asks_for_them() {
        let mut keys = keyspace();
        fill(&mut keys, 0, 20_000, |number| (number % 2 == 0).then_some(number));
        fill(&mut keys, 9, 3_000, Some);
        at(&mut keys, 1_001);
        assert!(!keys.expire_some(|| true));
        assert_eq!((keys.len(0), keys.expiring(0)), (20_000 - 501, 10_000 - 501));
        assert_eq!((keys.len(9), keys.expiring(9)), (3_000 - 1_001, 3_000 - 1_001));
        at(&mut keys, 20_000);
        assert!(!keys.expire_some(|| true));
        assert_eq!((keys.len(0), keys.len(9), keys.stats.expired), (10_000, 0, 13_000));
    }

    #[test]
    fn work_without_leave_to_go_on_is_bounded_and_is_taken_up_again() {
        let mut keys = keyspace();
        fill(&mut keys, 0, 50_000, |_| Some(1));
        fill(&mut keys, 15, 50_000, |_| Some(1));
        at(&mut keys, 2);
        let mut before = 100_000;
        let mut calls = 0;
        while keys.expire_some(|| false) {
            let left = keys.len(0) + keys.len(15);
            assert!(before - left <= 1024, "{} keys were removed at once", before - left);
            before = left;
            calls += 1;
        }
        assert!(keys.is_empty());
        assert!(calls < 1000, "{calls} calls for 100,000 keys");
    }

    #[test]
    fn keys_that_live_on_are_looked_at_once_and_not_again() {
        let mut keys = keyspace();
        fill(&mut keys, 0, 100_000, |_| Some(10));
        fill(&mut keys, 0, 100_000, |_| Some(1_000_000));
        let steps = |keys: &mut Keyspace| {
            let mut steps = 0;
            assert!(!keys.expire_some(|| {
                steps += 1;
                true
            }));
            steps
        };
        at(&mut keys, 11);
        let first = steps(&mut keys);
        assert!((90..1000).contains(&first), "{first} segments of 100,000 keys");
        assert!(steps(&mut keys) <= 17, "one step a database when nothing is due");
        assert_eq!(keys.len(0), 100_000);
    }

    #[test]
    fn a_database_whose_keys_live_for_good_costs_a_step() {
        let mut keys = keyspace();
        fill(&mut keys, 3, 200_000, |number| (number % 20_000 == 0).then_some(1_000));
        let mut steps = 0;
        assert!(!keys.expire_some(|| {
            steps += 1;
            true
        }));
        assert!(steps <= 17, "{steps} steps");
        at(&mut keys, 1_001);
        assert!(!keys.expire_some(|| true));
        assert_eq!(keys.len(3), 199_990);
    }

    #[test]
    fn the_latest_time_there_is_and_none_are_different() {
        let mut keys = keyspace();
        keys.set(0, b"k", Value::Int(1), None);
        assert!(keys.set_expire(0, b"k", Some(i64::MAX)));
        assert_eq!(keys.peek(0, b"k").and_then(|entry| entry.expire_ms()), Some(i64::MAX));
        assert_eq!(keys.expiring(0), 1);
        assert!(keys.set_expire(0, b"k", None));
        assert_eq!(keys.peek(0, b"k").and_then(|entry| entry.expire_ms()), None);
        assert_eq!(keys.expiring(0), 0);
        assert!(keys.set_expire(0, b"k", Some(i64::MIN)), "a time that has passed removes the key");
        assert!(!keys.contains(0, b"k"));
    }
}
