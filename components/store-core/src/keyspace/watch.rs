//! Who watches which keys (WATCH), and whether one of them changed since. <https://redis.io/commands/watch>

use std::collections::BTreeMap;

use super::Database;
use super::entry::Entry;
use crate::table::Table;

/// A key and its database.
pub(crate) type Key = (Database, Box<[u8]>);

/// The sessions that watch keys.
#[derive(Default)]
pub struct Watch {
    sessions: BTreeMap<u64, Watching>,
    keys: BTreeMap<Key, Vec<u64>>,
}

#[derive(Default)]
struct Watching {
    keys: Vec<Key>,
    dirty: bool,
}

impl Watch {
    /// A session watches a key from now on.
    pub fn add(&mut self, session: u64, database: Database, key: &[u8]) {
        let key: Key = (database, key.into());
        let watching = self.sessions.entry(session).or_default();
        if watching.keys.contains(&key) {
            return;
        }
        self.keys.entry(key.clone()).or_default().push(session);
        watching.keys.push(key);
    }

    /// A session watches nothing any more.
    pub fn clear(&mut self, session: u64) {
        let Some(watching) = self.sessions.remove(&session) else { return };
        for key in watching.keys {
            if let Some(sessions) = self.keys.get_mut(&key) {
                sessions.retain(|&other| other != session);
                if sessions.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
    }

    /// How many keys a session watches.
    pub fn count(&self, session: u64) -> usize {
        self.sessions.get(&session).map_or(0, |watching| watching.keys.len())
    }

    /// Whether a key that the session watches was written.
    pub fn is_dirty(&self, session: u64) -> bool {
        self.sessions.get(&session).is_some_and(|watching| watching.dirty)
    }

    /// The keys that a session watches.
    pub fn keys(&self, session: u64) -> impl Iterator<Item = (Database, &[u8])> {
        let keys = self.sessions.get(&session).map(|watching| watching.keys.as_slice());
        keys.unwrap_or_default().iter().map(|(database, key)| (*database, &**key))
    }

    /// A key was written.
    #[inline]
    pub(super) fn touch(&mut self, database: Database, key: &[u8]) {
        if !self.keys.is_empty() {
            self.mark(&(database, key.into()));
        }
    }

    #[cold]
    fn mark(&mut self, key: &Key) {
        for session in self.keys.get(key).into_iter().flatten() {
            if let Some(watching) = self.sessions.get_mut(session) {
                watching.dirty = true;
            }
        }
    }

    /// All keys of a database were removed.
    pub(super) fn touch_flush(&mut self, database: Database, table: &Table<Entry>) {
        let there = |key: &Key| key.0 == database && table.look_up(&key.1).1.is_some();
        let touched: Vec<Key> = self.keys.keys().filter(|key| there(key)).cloned().collect();
        touched.iter().for_each(|key| self.mark(key));
    }

    /// The names of keys that are watched in any of these databases.
    pub(super) fn watched_in(&self, databases: &[Database]) -> Vec<Box<[u8]>> {
        self.keys.keys().filter(|key| databases.contains(&key.0)).map(|key| key.1.clone()).collect()
    }

    /// The watched keys that change when two databases are exchanged: those that are in either of them.
    pub(super) fn touched_by_swap(
        &self,
        one: Database,
        other: Database,
        a: &Table<Entry>,
        b: &Table<Entry>,
    ) -> Vec<Key> {
        let there = |table: &Table<Entry>, key: &[u8]| table.look_up(key).1.is_some();
        let swapped = |key: &Key| key.0 == one || key.0 == other;
        let touched = |key: &&Key| swapped(key) && (there(a, &key.1) || there(b, &key.1));
        self.keys.keys().filter(touched).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::keyspace::entry::Value;
    use crate::keyspace::{Keyspace, TransactionAccess};
    use crate::random::Random;

    const SESSION: u64 = 1;
    const BYSTANDER: u64 = 2;

    /// A keyspace at time 0 with a key in database 0 that expires behind millisecond 10, and one for good in database 1.
    fn keyspace() -> Keyspace {
        let mut keys = Keyspace::new(Random::new(3));
        keys.set(0, b"brief", Value::Int(1), Some(10));
        keys.set(1, b"lasting", Value::Int(1), None);
        keys
    }

    fn at(keys: &mut Keyspace, ms: u64) {
        keys.set_now_us(ms * 1000);
    }

    #[test]
    fn a_key_that_expires_while_it_is_watched_breaks_the_watch() {
        let mut keys = keyspace();
        keys.watch(SESSION, 0, b"brief");
        at(&mut keys, 10);
        assert!(!keys.is_watch_broken(SESSION), "not before its time");
        at(&mut keys, 11);
        assert!(keys.is_watch_broken(SESSION), "although nobody has removed it");
    }

    #[test]
    fn a_key_that_had_expired_before_breaks_no_watch_when_it_goes() {
        let mut keys = keyspace();
        at(&mut keys, 11);
        keys.watch(SESSION, 0, b"brief");
        assert!(!keys.contains(0, b"brief"));
        keys.expire_some(|| true);
        assert!(!keys.is_watch_broken(SESSION));
        keys.set(0, b"brief", Value::Int(2), None);
        assert!(keys.is_watch_broken(SESSION), "but it breaks when the key comes back");
    }

    #[test]
    fn a_later_watch_does_not_hide_the_end_from_an_earlier_one() {
        let mut keys = keyspace();
        keys.watch(SESSION, 0, b"brief");
        at(&mut keys, 11);
        keys.watch(BYSTANDER, 0, b"brief");
        assert!(keys.is_watch_broken(SESSION));
        assert!(!keys.is_watch_broken(BYSTANDER));
    }

    #[test]
    fn an_exchange_of_databases_changes_what_is_in_either() {
        let mut keys = keyspace();
        keys.watch(SESSION, 0, b"lasting");
        keys.watch(BYSTANDER, 0, b"neither");
        keys.swap(0, 1);
        assert!(keys.is_watch_broken(SESSION));
        assert!(!keys.is_watch_broken(BYSTANDER));
    }

    #[test]
    fn an_expired_key_is_exchanged_for_none_without_a_change() {
        let mut keys = keyspace();
        keys.watch(SESSION, 1, b"brief");
        at(&mut keys, 11);
        keys.swap(0, 1);
        assert!(!keys.is_watch_broken(SESSION));
        assert_eq!(keys.len(1), 0);
    }

    #[test]
    fn a_flush_changes_only_keys_that_were_there() {
        let mut keys = keyspace();
        keys.watch(SESSION, 0, b"brief");
        keys.watch(BYSTANDER, 0, b"lasting");
        keys.flush(0);
        assert!(keys.is_watch_broken(SESSION));
        assert!(!keys.is_watch_broken(BYSTANDER));
    }

    #[test]
    fn a_transaction_breaks_watches_when_it_commits_and_not_before() {
        let mut keys = keyspace();
        keys.watch(SESSION, 0, b"brief");
        keys.begin(TransactionAccess::ReadWrite);
        keys.delete(0, b"brief");
        assert!(!keys.watch.is_dirty(SESSION));
        assert_eq!(keys.roll_back(), Ok(()));
        assert!(!keys.is_watch_broken(SESSION));
        keys.begin(TransactionAccess::ReadWrite);
        keys.delete(0, b"brief");
        assert_eq!(keys.commit(), Ok(()));
        assert!(keys.is_watch_broken(SESSION));
    }

    #[test]
    fn a_key_that_goes_through_two_exchanges_in_a_transaction_has_changed_everywhere_on_its_way() {
        let mut keys = keyspace();
        for (session, database) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
            keys.watch(session, database, b"brief");
        }
        keys.begin(TransactionAccess::ReadWrite);
        keys.swap(0, 1);
        keys.swap(1, 2);
        assert_eq!(keys.commit(), Ok(()));
        assert!(keys.contains(2, b"brief"));
        let broken: Vec<bool> = (1..=4).map(|session| keys.is_watch_broken(session)).collect();
        assert_eq!(broken, [true, true, true, false]);
    }
}
