//! Which sessions keep which keys in a cache of their own (CLIENT TRACKING), and which of those keys changed since.
//! <https://redis.io/docs/latest/develop/reference/client-side-caching/>

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::random::Random;

/// What sessions must hear of.
#[derive(Debug, PartialEq, Eq)]
pub enum Invalidation {
    /// A key that these sessions read is not what it was.
    Key {
        /// The key, whatever its database.
        key: Box<[u8]>,
        /// Those who read it.
        sessions: Vec<u64>,
        /// Who wrote it; 0 for nobody.
        writer: u64,
    },
    /// Nothing that anybody read is what it was: FLUSHALL, FLUSHDB.
    All,
}

/// The table of keys and of prefixes. Keys are known by their names alone, as in Redis, whatever their database.
#[derive(Default)]
pub struct Tracked {
    /// How many sessions track.
    clients: usize,
    /// The most keys to remember; 0 for any number.
    pub max_keys: usize,
    /// The session that runs a command; 0 when none does.
    pub writer: u64,
    keys: BTreeMap<Box<[u8]>, Vec<u64>>,
    items: usize,
    prefixes: BTreeMap<Box<[u8]>, Prefix>,
    changed: Vec<Invalidation>,
    changed_bytes: usize,
}

/// Those who want to hear of all keys that begin alike, and the keys that changed, each with who wrote it first.
#[derive(Default)]
pub struct Prefix {
    /// In their order.
    pub sessions: Vec<u64>,
    /// Since they were told last.
    pub changed: BTreeMap<Box<[u8]>, u64>,
}

impl Prefix {
    /// A key changed; returns the bytes that it takes here.
    fn add(&mut self, key: &[u8], writer: u64) -> usize {
        if self.changed.contains_key(key) {
            return 0;
        }
        self.changed.insert(key.into(), writer);
        key.len() + size_of::<(Box<[u8]>, u64)>()
    }
}

/// Changed keys of prefixes are told at the end of a turn, or when they have so many bytes.
const BROADCAST_BYTES: usize = 1 << 20;

impl Tracked {
    /// A session tracks from now on.
    pub fn join(&mut self) {
        self.clients += 1;
    }

    /// A session that had joined tracks no more. With the last one everything is forgotten.
    pub fn leave<'a>(&mut self, session: u64, prefixes: impl Iterator<Item = &'a [u8]>) {
        self.clients -= 1;
        if self.clients == 0 {
            let Tracked { max_keys, writer, .. } = *self;
            *self = Tracked { max_keys, writer, ..Tracked::default() };
            return;
        }
        for name in prefixes {
            let Some(prefix) = self.prefixes.get_mut(name) else { continue };
            prefix.sessions.retain(|&other| other != session);
            if prefix.sessions.is_empty() {
                self.prefixes.remove(name);
            }
        }
    }

    /// A session wants to hear of all keys that begin so.
    pub fn add_prefix(&mut self, session: u64, prefix: &[u8]) {
        let sessions = &mut self.prefixes.entry(prefix.into()).or_default().sessions;
        if let Err(place) = sessions.binary_search(&session) {
            sessions.insert(place, session);
        }
    }

    /// A session read a key. When there are more than may be remembered, some key is forgotten, and its readers hear that
    /// it changed.
    pub fn remember(&mut self, session: u64, key: &[u8], random: &mut Random) {
        let sessions = self.keys.entry(key.into()).or_default();
        if let Err(place) = sessions.binary_search(&session) {
            sessions.insert(place, session);
            self.items += 1;
        }
        while self.max_keys > 0 && self.keys.len() > self.max_keys {
            let from = random.next().to_be_bytes();
            let behind = self.keys.range::<[u8], _>((Bound::Included(&from[..]), Bound::Unbounded)).next();
            let Some(key) = behind.or(self.keys.iter().next()).map(|(key, _)| key.clone()) else { return };
            self.forget(&key, 0);
        }
    }

    fn forget(&mut self, key: &[u8], writer: u64) {
        if let Some((key, sessions)) = self.keys.remove_entry(key) {
            self.items -= sessions.len();
            self.changed.push(Invalidation::Key { key, sessions, writer });
        }
    }

    /// A key was written, has expired or was evicted.
    #[inline]
    pub(super) fn touch(&mut self, key: &[u8]) {
        if self.clients > 0 {
            self.mark(key);
        }
    }

    #[cold]
    fn mark(&mut self, key: &[u8]) {
        if self.prefixes.len() <= key.len() {
            let all = self.prefixes.iter_mut().filter(|(name, _)| key.starts_with(name));
            self.changed_bytes += all.map(|(_, prefix)| prefix.add(key, self.writer)).sum::<usize>();
        } else {
            for end in 0..=key.len() {
                if let Some(prefix) = key.get(..end).and_then(|name| self.prefixes.get_mut(name)) {
                    self.changed_bytes += prefix.add(key, self.writer);
                }
            }
        }
        self.forget(key, self.writer);
    }

    /// A session read a key that there is no room to remember: it hears at once that it changed.
    pub fn forget_at_once(&mut self, session: u64, key: &[u8]) {
        self.changed.push(Invalidation::Key { key: key.into(), sessions: vec![session], writer: 0 });
    }

    /// All keys of a database were removed, which those who track are told as if all keys of all databases were.
    pub(super) fn touch_all(&mut self) {
        if self.clients > 0 {
            self.keys.clear();
            self.items = 0;
            self.changed.push(Invalidation::All);
        }
    }

    /// Whether there is something to tell those who read keys.
    #[inline]
    pub fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What there is to tell, oldest first.
    pub fn take(&mut self) -> Vec<Invalidation> {
        std::mem::take(&mut self.changed)
    }

    /// Whether there is something to tell those who named prefixes, `at_end` of a turn or because it has become much.
    #[inline]
    pub fn has_broadcast(&self, at_end: bool) -> bool {
        self.changed_bytes > if at_end { 0 } else { BROADCAST_BYTES }
    }

    /// What there is to tell them: who, and which keys with their writers.
    pub fn take_broadcast(&mut self) -> Vec<Prefix> {
        self.changed_bytes = 0;
        let changed = self.prefixes.values_mut().filter(|prefix| !prefix.changed.is_empty());
        changed.map(|it| Prefix { sessions: it.sessions.clone(), changed: std::mem::take(&mut it.changed) }).collect()
    }

    /// How many sessions track, how many keys they read, how often all in all, and how many prefixes there are.
    pub fn figures(&self) -> [usize; 4] {
        [self.clients, self.keys.len(), self.items, self.prefixes.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracked() -> (Tracked, Random) {
        let mut tracked = Tracked::default();
        tracked.join();
        (tracked, Random::new(3))
    }

    fn key(name: &str, sessions: &[u64], writer: u64) -> Invalidation {
        Invalidation::Key { key: name.as_bytes().into(), sessions: sessions.into(), writer }
    }

    #[test]
    fn readers_hear_once_of_a_key_that_they_read() {
        let (mut tracked, mut random) = tracked();
        for session in [7, 3, 7] {
            tracked.remember(session, b"a", &mut random);
        }
        tracked.writer = 5;
        for name in [&b"b"[..], b"a", b"a"] {
            tracked.touch(name);
        }
        assert_eq!(tracked.take(), [key("a", &[3, 7], 5)]);
        assert_eq!(tracked.figures(), [1, 0, 0, 0]);
    }

    #[test]
    fn a_key_that_finds_no_room_counts_as_changed() {
        let (mut tracked, mut random) = tracked();
        tracked.max_keys = 2;
        for number in 0..10 {
            tracked.remember(1, format!("key {number}").as_bytes(), &mut random);
        }
        assert_eq!((tracked.figures(), tracked.take().len()), ([1, 2, 2, 0], 8));
    }

    #[test]
    fn changed_keys_are_gathered_for_each_prefix_with_who_wrote_them_first() {
        let (mut tracked, _) = tracked();
        tracked.add_prefix(1, b"a");
        tracked.add_prefix(2, b"");
        for (writer, name) in [(8, "a1"), (9, "b"), (9, "a1")] {
            tracked.writer = writer;
            tracked.touch(name.as_bytes());
        }
        assert!(tracked.has_broadcast(true) && !tracked.has_broadcast(false));
        let told: Vec<_> = tracked.take_broadcast().into_iter().map(|it| (it.sessions, it.changed.len())).collect();
        assert_eq!(told, [(vec![2], 2), (vec![1], 1)]);
        assert!(!tracked.has_broadcast(true));
        tracked.leave(1, [&b"a"[..]].into_iter());
        assert_eq!(tracked.figures(), [0; 4], "with the last one everything is forgotten");
    }

    #[test]
    fn nothing_is_remembered_behind_a_flush() {
        let (mut tracked, mut random) = tracked();
        tracked.remember(1, b"a", &mut random);
        tracked.touch_all();
        tracked.touch(b"a");
        assert_eq!(tracked.take(), [Invalidation::All]);
    }
}
