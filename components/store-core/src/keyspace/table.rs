//! The hash table of a database: extendible hashing over segments.
//!
//! A directory maps the top bits of a hash to a segment. A full segment splits in two, and nothing else moves: growing
//! costs the rehash of 1,024 entries at the most, at any size of the table. Fagin et al., "Extendible Hashing" (1979);
//! the buckets follow Lu et al., "Dash" (2020).
//!
//! Because segments and home buckets are in the order of hashes, "all hashes below x have been visited" is a cursor for
//! SCAN that stays valid while the table grows.

use super::entry::Entry;
use super::hash::hash;
use super::segment::{Place, Segment};

/// Cursors are the top 48 bits of a hash, so that they are exact in every client's number type.
const CURSOR_SHIFT: u32 = 16;

/// Entries by key.
pub(crate) struct Table {
    seed: [u64; 2],
    /// How many top bits of a hash the directory is indexed by.
    depth: u8,
    directory: Vec<u32>,
    segments: Vec<Segment>,
    len: usize,
}

/// Where an entry is, until the table changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    segment: u32,
    place: Place,
}

impl Table {
    /// An empty table. The seed must not be known to whoever chooses keys.
    pub(crate) fn new(seed: [u64; 2]) -> Table {
        Table { seed, depth: 0, directory: Vec::new(), segments: Vec::new(), len: 0 }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many entries have a time to live.
    pub(crate) fn expiring(&self) -> usize {
        self.segments.iter().map(|segment| segment.expiring as usize).sum()
    }

    /// The hash of a key: SipHash-1-3 under the table's seed.
    #[inline]
    pub(crate) fn hash(&self, key: &[u8]) -> u64 {
        hash(self.seed, key)
    }

    #[inline]
    fn segment_of(&self, hash: u64) -> Option<u32> {
        self.directory.get((hash >> 1 >> (63 - self.depth)) as usize).copied()
    }

    /// Where the entry with this key is.
    #[inline]
    pub(crate) fn find(&self, hash: u64, key: &[u8]) -> Option<Position> {
        let segment = self.segment_of(hash)?;
        let place = self.segments[segment as usize].find(hash, key)?;
        Some(Position { segment, place })
    }

    /// The entry there.
    #[inline]
    pub(crate) fn entry(&self, at: Position) -> &Entry {
        self.segments[at.segment as usize].entry(at.place)
    }

    /// The entry there, to be changed; its key and its time to live are not.
    #[inline]
    pub(crate) fn entry_mut(&mut self, at: Position) -> &mut Entry {
        self.segments[at.segment as usize].entry_mut(at.place)
    }

    /// Adds an entry whose key is not in the table.
    pub(crate) fn insert(&mut self, hash: u64, entry: Entry) -> Position {
        if self.directory.is_empty() {
            self.directory.push(0);
            self.segments.push(Segment::first());
        }
        let mut entry = entry;
        loop {
            let segment = self.segment_of(hash).expect("the directory covers every hash");
            match self.segments[segment as usize].insert(hash, entry) {
                Ok(place) => {
                    self.len += 1;
                    return Position { segment, place };
                }
                Err(back) => entry = back,
            }
            self.grow(segment, hash);
        }
    }

    /// Takes the entry out.
    pub(crate) fn remove(&mut self, hash: u64, at: Position) -> Entry {
        let entry = self.segments[at.segment as usize].remove(hash, at.place);
        self.len -= 1;
        if self.len == 0 {
            *self = Table::new(self.seed);
        }
        entry
    }

    /// Puts another entry with the same key there, and gives back the one that was.
    pub(crate) fn swap(&mut self, at: Position, entry: Entry) -> Entry {
        self.segments[at.segment as usize].swap(at.place, entry)
    }

    /// Sets or clears the time of expiry of the entry there.
    pub(crate) fn set_expire(&mut self, at: Position, expire_ms: Option<i64>) {
        let segment = &mut self.segments[at.segment as usize];
        let entry = segment.entry_mut(at.place);
        let old = entry.expire_ms();
        if entry.set_expire(expire_ms) {
            segment.count_expire(old, expire_ms);
        } else {
            let wider = entry.with(expire_ms);
            segment.swap(at.place, wider);
        }
    }

    /// Makes room in a full segment: twice the buckets, or two segments.
    fn grow(&mut self, index: u32, hash: u64) {
        let segment = &mut self.segments[index as usize];
        let depth = segment.depth;
        let larger = segment.larger();
        let entries: Vec<Entry> = segment.drain().collect();
        if let Some(larger) = larger {
            *segment = larger;
        } else {
            let other = segment.half();
            *segment = segment.half();
            let sibling = self.segments.len() as u32;
            self.segments.push(other);
            if depth == self.depth {
                self.directory = self.directory.iter().flat_map(|&segment| [segment, segment]).collect();
                self.depth += 1;
            }
            // The upper half of the directory's run for this prefix now leads to the sibling.
            let run = 1usize << (self.depth - depth);
            let first = (hash >> 1 >> (63 - depth)) as usize * run;
            for slot in self.directory.iter_mut().skip(first + run / 2).take(run / 2) {
                *slot = sibling;
            }
        }
        for entry in entries {
            self.len -= 1;
            let hash = self.hash(entry.key());
            self.insert(hash, entry);
        }
    }

    /// Visits the entries of at least one home bucket and goes on until about `count` were visited; returns the next
    /// cursor, 0 at the end.
    pub(crate) fn scan(&self, cursor: u64, count: usize, visit: &mut dyn FnMut(&Entry)) -> u64 {
        let mut visited = 0;
        let mut position = cursor << CURSOR_SHIFT;
        while let Some(segment) = self.segment_of(position) {
            let segment = &self.segments[segment as usize];
            let home = segment.home(position);
            segment.visit_home(home, |key| self.hash(key), &mut |entry| {
                visited += 1;
                visit(entry);
            });
            let Some(next) = segment.behind_home(position) else { return 0 };
            position = next;
            if visited >= count {
                return position >> CURSOR_SHIFT;
            }
        }
        0
    }

    /// Every entry.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.segments.iter().flat_map(Segment::entries)
    }

    /// An entry chosen by chance.
    pub(crate) fn random(&self, mut random: impl FnMut() -> u64) -> Option<&Entry> {
        if self.len == 0 {
            return None;
        }
        // A segment is at least a third full unless many keys were deleted; then the walk below ends the search.
        for _ in 0..64 {
            let number = random();
            let segment = &self.segments[self.segment_of(number)? as usize];
            if let Some(entry) = segment.slot((number & 0xffff) as usize % segment.slots()) {
                return Some(entry);
            }
        }
        let start = (random() % self.segments.len() as u64) as usize;
        let (before, after) = self.segments.split_at(start);
        after.iter().chain(before).flat_map(Segment::entries).next()
    }

    /// The keys that expired by `now_ms` in the next segment, from `cursor` on, that may have some; moves the cursor
    /// behind it. Passes over no more than `most` segments, then gives back no keys; none at the end of the table.
    pub(crate) fn expired(&mut self, cursor: &mut usize, now_ms: i64, most: usize) -> Option<Vec<Box<[u8]>>> {
        for _ in 0..most {
            let segment = self.segments.get_mut(*cursor)?;
            *cursor += 1;
            if segment.expiring == 0 || segment.earliest_ms > now_ms {
                continue;
            }
            let mut earliest = i64::MAX;
            let mut keys = Vec::new();
            for entry in segment.entries() {
                match entry.expire_ms() {
                    Some(expire) if expire <= now_ms => keys.push(entry.key().into()),
                    Some(expire) => earliest = earliest.min(expire),
                    None => {}
                }
            }
            segment.earliest_ms = earliest;
            return Some(keys);
        }
        Some(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::access::Access;
    use crate::keyspace::entry::Value;
    use std::collections::{HashMap, HashSet};

    fn entry(key: &str, number: i64, expire_ms: Option<i64>) -> Entry {
        Entry::new(key.as_bytes(), Value::Int(number), expire_ms, Access::default(), 0)
    }

    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    #[test]
    fn a_table_agrees_with_a_map_under_random_changes() {
        let mut table = Table::new([1, 2]);
        let mut model: HashMap<String, (i64, Option<i64>)> = HashMap::new();
        let mut state = 0x9e37_79b9_7f4a_7c15;
        for round in 0..200_000i64 {
            let key = format!("key:{}", random(&mut state) % 20_000);
            let hash = table.hash(key.as_bytes());
            let expire = (random(&mut state).is_multiple_of(3)).then_some(round);
            let found = table.find(hash, key.as_bytes());
            assert_eq!(found.is_some(), model.contains_key(&key));
            match (found, random(&mut state) % 4) {
                (Some(at), 0) => {
                    table.remove(hash, at);
                    model.remove(&key);
                }
                (Some(at), _) => {
                    table.swap(at, entry(&key, round, expire));
                    model.insert(key, (round, expire));
                }
                (None, _) => {
                    table.insert(hash, entry(&key, round, expire));
                    model.insert(key, (round, expire));
                }
            }
        }
        assert_eq!(table.len(), model.len());
        assert_eq!(table.expiring(), model.values().filter(|(_, expire)| expire.is_some()).count());
        for (key, (number, expire)) in &model {
            let at = table.find(table.hash(key.as_bytes()), key.as_bytes()).expect("every key of the model is there");
            assert_eq!((table.entry(at).value(), table.entry(at).expire_ms()), (Value::Int(*number), *expire));
        }
        assert_eq!(table.entries().count(), model.len());
    }

    #[test]
    fn a_scan_returns_every_key_that_stays_while_the_table_grows() {
        let mut table = Table::new([3, 4]);
        for number in 0..500 {
            let key = format!("stay:{number}");
            table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
        }
        let mut seen = HashSet::new();
        let mut cursor = 0;
        let mut added = 0;
        loop {
            cursor = table.scan(cursor, 10, &mut |entry| {
                seen.insert(entry.key().to_vec());
            });
            if cursor == 0 {
                break;
            }
            for _ in 0..5 {
                let key = format!("new:{added}");
                table.insert(table.hash(key.as_bytes()), entry(&key, added, None));
                added += 1;
            }
            assert!(added < 1_000_000, "the scan ends");
        }
        for number in 0..500 {
            assert!(seen.contains(format!("stay:{number}").as_bytes()), "stay:{number} was not returned");
        }
    }

    #[test]
    fn a_scan_without_changes_returns_every_key_once() {
        let mut table = Table::new([5, 6]);
        for number in 0..30_000 {
            let key = number.to_string();
            table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
        }
        let mut seen = Vec::new();
        let mut cursor = 0;
        loop {
            cursor = table.scan(cursor, 100, &mut |entry| seen.push(entry.key().to_vec()));
            if cursor == 0 {
                break;
            }
        }
        assert_eq!(seen.len(), 30_000);
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 30_000);
    }

    #[test]
    fn expired_keys_are_found_by_their_segments() {
        let mut table = Table::new([7, 8]);
        for number in 0..5_000 {
            let key = number.to_string();
            table.insert(table.hash(key.as_bytes()), entry(&key, number, (number % 2 == 0).then_some(number)));
        }
        let mut cursor = 0;
        let mut found = 0;
        while let Some(keys) = table.expired(&mut cursor, 999, usize::MAX) {
            for key in keys {
                let hash = table.hash(&key);
                let at = table.find(hash, &key).expect("an expired key is still there");
                table.remove(hash, at);
                found += 1;
            }
        }
        assert_eq!(found, 500);
        assert_eq!(table.expired(&mut 0, 999, usize::MAX), None);
        assert_eq!(table.expiring(), 2_000);
    }

    #[test]
    fn a_random_entry_is_found_also_when_few_are_left() {
        let mut table = Table::new([9, 10]);
        let mut state = 42;
        assert!(table.random(|| random(&mut state)).is_none());
        for number in 0..10_000 {
            let key = number.to_string();
            table.insert(table.hash(key.as_bytes()), entry(&key, number, None));
        }
        for number in 1..10_000 {
            let key = number.to_string();
            let hash = table.hash(key.as_bytes());
            let at = table.find(hash, key.as_bytes()).expect("it was inserted");
            table.remove(hash, at);
        }
        assert_eq!(table.random(|| random(&mut state)).map(|entry| entry.key().to_vec()), Some(b"0".to_vec()));
    }
}
