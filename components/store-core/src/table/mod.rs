//! The hash table of databases and of large hashes and sets: extendible hashing over segments.
//!
//! A directory maps the top bits of a hash to a segment. A full segment splits in two, and nothing else moves: growing
//! costs the rehash of 1,024 entries at the most, at any size of the table. Fagin et al., "Extendible Hashing" (1979);
//! the buckets follow Lu et al., "Dash" (2020).
//!
//! Because segments and home buckets are in the order of hashes, "all hashes below x have been visited" is a cursor for
//! SCAN that stays valid while the table grows and shrinks.

mod freeing;
mod hash;
mod item;
mod keyed;
mod random;
mod segment;
mod tags;

#[cfg(test)]
mod tests;

pub use item::Item;
#[cfg(feature = "vectors")]
pub(crate) use item::KeyOf;
pub(crate) use keyed::equal;
pub use keyed::{Expiring, Keyed};
pub(crate) use segment::SLOT_BYTES;

use hash::hash;
use segment::{Place, Segment};

/// Cursors are the top 48 bits of a hash, so that they are exact in every client's number type.
const CURSOR_SHIFT: u32 = 16;

/// Elements by key.
pub struct Table<E> {
    seed: [u64; 2],
    /// How many top bits of a hash the directory is indexed by.
    depth: u8,
    directory: Vec<u32>,
    segments: Vec<Segment<E>>,
    len: usize,
    /// Entries that have a time to live.
    expiring: usize,
}

/// Where an entry is, until the table changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    segment: u32,
    place: Place,
}

impl<E: Keyed> Table<E> {
    /// An empty table. The seed must not be known to whoever chooses keys.
    pub fn new(seed: [u64; 2]) -> Table<E> {
        Table { seed, depth: 0, directory: Vec::new(), segments: Vec::new(), len: 0, expiring: 0 }
    }

    /// An empty table with the same seed.
    pub fn fresh(&self) -> Table<E> {
        Table::new(self.seed)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many entries have a time to live.
    pub fn expiring(&self) -> usize {
        self.expiring
    }

    /// The hash of a key: SipHash-1-3 under the table's seed.
    #[inline(never)]
    pub fn hash(&self, key: &[u8]) -> u64 {
        hash(self.seed, key)
    }

    #[inline]
    fn segment_of(&self, hash: u64) -> Option<u32> {
        self.directory.get((hash >> 1 >> (63 - self.depth)) as usize).copied()
    }

    /// The hash of a key and where its entry is: one call, because calls are what most of a lookup costs on wasm.
    #[inline(never)]
    pub fn look_up(&self, key: &[u8]) -> (u64, Option<Position>) {
        let hash = hash(self.seed, key);
        (hash, self.find_here(hash, key))
    }

    /// Where the entry with this key is.
    #[inline(never)]
    pub fn find(&self, hash: u64, key: &[u8]) -> Option<Position> {
        self.find_here(hash, key)
    }

    #[cfg_attr(feature = "inlining", inline(always))]
    fn find_here(&self, hash: u64, key: &[u8]) -> Option<Position> {
        let segment = self.segment_of(hash)?;
        let place = self.segments[segment as usize].find(hash, key)?;
        Some(Position { segment, place })
    }

    /// The entry there.
    #[inline]
    pub fn entry(&self, at: Position) -> &E {
        self.segments[at.segment as usize].entry(at.place)
    }

    /// The entry there, to be changed; its key and its time to live are not.
    #[inline]
    pub fn entry_mut(&mut self, at: Position) -> &mut E {
        self.segments[at.segment as usize].entry_mut(at.place)
    }

    /// Adds an entry whose key is not in the table.
    pub fn insert(&mut self, hash: u64, entry: E) -> Position {
        if self.directory.is_empty() {
            self.directory.push(0);
            self.segments.push(Segment::first());
        }
        let mut entry = entry;
        loop {
            let segment = self.segment_of(hash).expect("the directory covers every hash");
            let expires = entry.expire_ms().is_some();
            match self.segments[segment as usize].insert(hash, entry) {
                Ok(place) => {
                    self.len += 1;
                    self.expiring += usize::from(expires);
                    return Position { segment, place };
                }
                Err(back) => entry = back,
            }
            self.grow(segment, hash);
        }
    }

    /// Takes the entry out.
    pub fn remove(&mut self, hash: u64, at: Position) -> E {
        let segment = &mut self.segments[at.segment as usize];
        let entry = segment.remove(hash, at.place);
        self.len -= 1;
        self.expiring -= usize::from(entry.expire_ms().is_some());
        if self.len == 0 {
            *self = Table::new(self.seed);
        } else if let Some(smaller) = segment.smaller() {
            let sparse = std::mem::replace(segment, smaller);
            self.refill(sparse);
        }
        entry
    }

    /// Takes the entry out, without its hash: most entries are in their home bucket, which is known then.
    pub fn take(&mut self, at: Position) -> E {
        let segment = &self.segments[at.segment as usize];
        let hash = if segment.is_foreign(at.place) { self.hash(segment.entry(at.place).key()) } else { 0 };
        self.remove(hash, at)
    }

    /// Puts another entry with the same key there, and gives back the one that was.
    pub fn swap(&mut self, at: Position, entry: E) -> E {
        self.expiring += usize::from(entry.expire_ms().is_some());
        let old = self.segments[at.segment as usize].swap(at.place, entry);
        self.expiring -= usize::from(old.expire_ms().is_some());
        old
    }

    /// There will be something to do about the entry there.
    #[inline]
    pub fn note_due(&mut self, at: Position, due_ms: Option<i64>) {
        self.segments[at.segment as usize].note_due(due_ms);
    }

    /// Makes room in a full segment: more buckets, or two segments.
    fn grow(&mut self, index: u32, hash: u64) {
        let segment = &mut self.segments[index as usize];
        let depth = segment.depth;
        if let Some(larger) = segment.larger() {
            let full = std::mem::replace(segment, larger);
            return self.refill(full);
        }
        let (half, other) = (segment.half(), segment.half());
        let full = std::mem::replace(segment, half);
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
        self.refill(full);
    }

    /// Puts the entries of a segment that was replaced back in.
    fn refill(&mut self, old: Segment<E>) {
        self.len -= usize::from(old.len);
        self.expiring -= usize::from(old.expiring);
        for entry in old.into_entries() {
            let hash = self.hash(entry.key());
            self.insert(hash, entry);
        }
    }

    /// Visits the entries of at least one home bucket and goes on until about `count` were visited; returns the next
    /// cursor, 0 at the end.
    pub fn scan(&self, cursor: u64, count: usize, visit: &mut dyn FnMut(&E)) -> u64 {
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
    pub fn entries(&self) -> impl Iterator<Item = &E> {
        self.segments.iter().flat_map(Segment::entries)
    }

    /// The keys of what is due by `now_ms` in the next segment, from `cursor` on, that may have some; moves the cursor
    /// behind it. Passes over no more than `most` segments, then gives back no keys; none at the end of the table.
    pub fn due(&mut self, cursor: &mut usize, now_ms: i64, most: usize) -> Option<Vec<Box<[u8]>>> {
        for _ in 0..most {
            let segment = self.segments.get_mut(*cursor)?;
            *cursor += 1;
            if segment.earliest_ms > now_ms {
                continue;
            }
            let mut earliest = i64::MAX;
            let mut keys = Vec::new();
            for entry in segment.entries() {
                match entry.due_ms() {
                    Some(due) if due <= now_ms => keys.push(entry.key().into()),
                    Some(due) => earliest = earliest.min(due),
                    None => {}
                }
            }
            segment.earliest_ms = earliest;
            return Some(keys);
        }
        Some(Vec::new())
    }

    /// A time before which nothing is due.
    pub fn earliest_ms(&self) -> Option<i64> {
        self.segments.iter().map(|segment| segment.earliest_ms).min().filter(|&earliest| earliest != i64::MAX)
    }

    /// Takes out the entries of one segment, at most 1,024; none at the end. Until then the table is good for nothing else.
    pub fn dismantle(&mut self) -> Option<impl Iterator<Item = E> + use<E>> {
        (self.directory, self.depth) = (Vec::new(), 0);
        let segment = self.segments.pop()?;
        self.len -= usize::from(segment.len);
        self.expiring -= usize::from(segment.expiring);
        Some(segment.into_entries())
    }

    /// The bytes that the table itself takes, without what its elements own.
    pub fn bytes(&self) -> usize {
        let segments: usize = self.segments.iter().map(Segment::bytes).sum();
        segments + size_of_val(&*self.directory) + self.segments.capacity() * size_of::<Segment<E>>()
    }
}

impl<E: Expiring> Table<E> {
    /// Sets or clears the time of expiry of the entry there.
    pub fn set_expire(&mut self, at: Position, expire_ms: Option<i64>) {
        let segment = &mut self.segments[at.segment as usize];
        let entry = segment.entry_mut(at.place);
        let old = entry.expire_ms();
        if entry.set_expire(expire_ms) {
            let due = entry.due_ms();
            segment.count_expire(old, expire_ms);
            segment.note_due(due);
        } else {
            let wider = entry.widened(expire_ms);
            segment.swap(at.place, wider);
        }
        self.expiring = self.expiring + usize::from(expire_ms.is_some()) - usize::from(old.is_some());
    }
}
