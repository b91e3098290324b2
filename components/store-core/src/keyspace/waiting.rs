//! Who waits for which keys (BLPOP and its kin), and which of those keys were written since.

use std::collections::{BTreeMap, VecDeque};

use super::Database;
use super::watch::Key;

/// The sessions that wait for keys, for each key in the order in which they came.
#[derive(Default)]
pub struct Waiting {
    keys: BTreeMap<Key, Queue>,
    /// Keys that were written, in the order of the first write to each.
    ready: VecDeque<Key>,
}

#[derive(Default)]
struct Queue {
    sessions: Vec<u64>,
    is_ready: bool,
}

impl Waiting {
    /// A session waits for a key from now on, behind those who wait already; a second time changes nothing.
    pub fn add(&mut self, session: u64, key: &Key) {
        let queue = self.keys.entry(key.clone()).or_default();
        if !queue.sessions.contains(&session) {
            queue.sessions.push(session);
        }
    }

    /// A session waits for a key no more.
    pub fn remove(&mut self, session: u64, key: &Key) {
        if let Some(queue) = self.keys.get_mut(key) {
            queue.sessions.retain(|&other| other != session);
            if queue.sessions.is_empty() {
                self.keys.remove(key);
            }
        }
    }

    /// Whether a key that someone waits for was written.
    #[inline]
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Takes the key that was written first, and those who wait for it, the first one first.
    pub fn take_ready(&mut self) -> Option<(Key, Vec<u64>)> {
        let key = self.ready.pop_front()?;
        let sessions = self.keys.get_mut(&key).map(|queue| {
            queue.is_ready = false;
            queue.sessions.clone()
        });
        Some((key, sessions.unwrap_or_default()))
    }

    /// A key was written.
    #[inline]
    pub(super) fn touch(&mut self, database: Database, key: &[u8]) {
        if !self.keys.is_empty() {
            self.mark((database, key.into()));
        }
    }

    #[cold]
    fn mark(&mut self, key: Key) {
        if let Some(queue) = self.keys.get_mut(&key)
            && !queue.is_ready
        {
            queue.is_ready = true;
            self.ready.push_back(key);
        }
    }

    /// Any key of a database may have been written.
    pub(super) fn touch_database(&mut self, database: Database) {
        let keys: Vec<Key> = self.keys.keys().filter(|key| key.0 == database).cloned().collect();
        keys.into_iter().for_each(|key| self.mark(key));
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Waiting};

    fn key(name: &str) -> Key {
        (0, name.as_bytes().into())
    }

    #[test]
    fn written_keys_come_in_the_order_of_their_first_write_and_sessions_in_theirs() {
        let mut waiting = Waiting::default();
        for (session, name) in [(7, "a"), (3, "a"), (7, "b"), (3, "a")] {
            waiting.add(session, &key(name));
        }
        for name in ["b", "nobody", "a", "b"] {
            waiting.touch(0, name.as_bytes());
        }
        assert_eq!(waiting.take_ready(), Some((key("b"), vec![7])));
        assert_eq!(waiting.take_ready(), Some((key("a"), vec![7, 3])));
        assert_eq!(waiting.take_ready(), None);
    }

    #[test]
    fn the_same_key_in_another_database_is_another_key() {
        let mut waiting = Waiting::default();
        waiting.add(1, &key("a"));
        waiting.touch(1, b"a");
        waiting.touch_database(1);
        assert!(!waiting.has_ready());
        waiting.touch_database(0);
        assert!(waiting.has_ready());
    }

    #[test]
    fn nobody_is_told_of_a_key_after_leaving_it() {
        let mut waiting = Waiting::default();
        waiting.add(1, &key("a"));
        waiting.touch(0, b"a");
        waiting.remove(1, &key("a"));
        assert_eq!(waiting.take_ready(), Some((key("a"), vec![])));
        waiting.touch(0, b"a");
        assert!(!waiting.has_ready());
    }
}
