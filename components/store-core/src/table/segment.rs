//! A piece of the table: at most 64 buckets of 16 slots, whose keys share the top bits of their hash.
//!
//! The bits below the shared ones choose an entry's home bucket, so that home buckets are in the order of hashes. They
//! are scaled rather than masked: segments of 40 and 52 buckets lie between one of 32 and one of 64, and two of 40 take
//! the place of a full one, because hashes fill all segments at the same time and halves would all be 0.4 full at once. An
//! entry whose home is full lives in one of the next five buckets; the home counts those that it sent away, and the
//! bucket that took one in marks it as foreign. Nothing moves when an entry is removed, and there are no tombstones.

use super::keyed::Keyed;
use super::tags;

const SLOTS: usize = 16;
const REACH: usize = 6;
/// What a slot takes, with its part of the bucket's own bytes.
pub(crate) const SLOT_BYTES: usize = size_of::<Bucket<Box<u8>>>().div_ceil(SLOTS);
const MAX_BUCKETS: usize = 64;
/// The sizes that lead there. The first is that of both halves of a full segment.
const LATE_BUCKETS: [usize; 3] = [40, 52, MAX_BUCKETS];
/// How many bits of a hash choose the home bucket.
const HOME_BITS: u32 = 24;

struct Bucket<E> {
    tags: [u8; SLOTS],
    entries: [Option<E>; SLOTS],
    /// Slots whose entry has another home.
    foreign: u16,
    /// Entries of this home that live elsewhere.
    away: u8,
    /// How far away they are: bit 1 for the next bucket, bit 2 for the one behind it. A bit may stay when the last of them
    /// goes, until all are gone.
    steps: u8,
}

impl<E> Default for Bucket<E> {
    fn default() -> Self {
        Bucket { tags: [tags::FREE; SLOTS], entries: [const { None }; SLOTS], foreign: 0, away: 0, steps: 0 }
    }
}

impl<E: Keyed> Bucket<E> {
    /// The slot of this key.
    #[cfg_attr(feature = "inlining", inline(always))]
    fn find(&self, tag: u8, key: &[u8]) -> Option<u8> {
        let mut candidates = tags::matching(&self.tags, tag);
        while candidates != 0 {
            let slot = candidates.trailing_zeros() as usize & (SLOTS - 1);
            if self.entries[slot].as_ref().is_some_and(|entry| entry.has_key(key)) {
                return Some(slot as u8);
            }
            candidates &= candidates - 1;
        }
        None
    }

    fn put(&mut self, tag: u8, entry: E, foreign: bool) -> Result<usize, E> {
        let free = tags::matching(&self.tags, tags::FREE);
        if free == 0 {
            return Err(entry);
        }
        let slot = free.trailing_zeros() as usize;
        self.tags[slot] = tag;
        self.entries[slot] = Some(entry);
        self.foreign = self.foreign & !(1 << slot) | u16::from(foreign) << slot;
        Ok(slot)
    }
}

/// Where an entry is within a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    bucket: u8,
    slot: u8,
}

pub(super) struct Segment<E> {
    /// How many top bits of the hash all its entries share.
    pub(super) depth: u8,
    pub(super) len: u16,
    /// Entries that have a time to live.
    pub(super) expiring: u16,
    /// There is nothing to do about any entry before this time, in milliseconds since the Unix epoch.
    pub(super) earliest_ms: i64,
    buckets: Box<[Bucket<E>]>,
}

impl<E: Keyed> Segment<E> {
    /// The first segment of a table.
    pub(super) fn first() -> Segment<E> {
        Segment::new(0, 1)
    }

    fn new(depth: u8, buckets: usize) -> Segment<E> {
        let buckets = (0..buckets).map(|_| Bucket::default()).collect();
        Segment { depth, len: 0, expiring: 0, earliest_ms: i64::MAX, buckets }
    }

    /// An empty segment with more room in place of this one; none at full size.
    pub(super) fn larger(&self) -> Option<Segment<E>> {
        let len = self.buckets.len();
        let next = LATE_BUCKETS.into_iter().find(|&late| late > len)?;
        Some(Segment::new(self.depth, next.min(2 * len)))
    }

    /// An empty segment with less room in place of this one, if that would still be half empty.
    #[inline]
    pub(super) fn smaller(&self) -> Option<Segment<E>> {
        /// Of so many slots one is taken when a segment shrinks.
        const SPARSE: usize = 8;
        if self.buckets.len() == 1 || usize::from(self.len) * SPARSE >= self.slots() {
            return None;
        }
        let buckets = (2 * usize::from(self.len)).div_ceil(SLOTS).next_power_of_two();
        Some(Segment::new(self.depth, buckets))
    }

    /// An empty segment for one half of this one's hashes.
    pub(super) fn half(&self) -> Segment<E> {
        Segment::new(self.depth + 1, LATE_BUCKETS[0])
    }

    /// The home bucket of a hash.
    #[inline]
    pub(super) fn home(&self, hash: u64) -> usize {
        let scaled = (hash << self.depth >> (64 - HOME_BITS)) * self.buckets.len() as u64;
        (scaled >> HOME_BITS) as usize
    }

    /// The first hash behind those whose home is the same as that of `hash`; none when there is no greater one.
    pub(super) fn behind_home(&self, hash: u64) -> Option<u64> {
        let next = ((self.home(hash) as u64 + 1) << HOME_BITS).div_ceil(self.buckets.len() as u64);
        let shared = u64::MAX.checked_shr(u32::from(self.depth)).unwrap_or(0);
        let first = hash & !shared;
        if next == 1 << HOME_BITS {
            return (first | shared).checked_add(1);
        }
        Some(first | next << (64 - HOME_BITS) >> self.depth)
    }

    #[inline]
    fn reach(&self) -> usize {
        REACH.min(self.buckets.len())
    }

    #[inline]
    fn bucket(&self, home: usize, step: usize) -> usize {
        let at = home + step;
        if at < self.buckets.len() { at } else { at - self.buckets.len() }
    }

    #[cfg_attr(feature = "inlining", inline(always))]
    pub(super) fn find(&self, hash: u64, key: &[u8]) -> Option<Place> {
        let home = self.home(hash);
        let bucket = &self.buckets[home];
        match bucket.find(tags::of(hash), key) {
            Some(slot) => Some(Place { bucket: home as u8, slot }),
            None if bucket.away == 0 => None,
            None => self.find_away(home, hash, key),
        }
    }

    /// Finds an entry that its home had no room for.
    #[inline(never)]
    fn find_away(&self, home: usize, hash: u64, key: &[u8]) -> Option<Place> {
        let mut steps = self.buckets[home].steps;
        while steps != 0 {
            let at = self.bucket(home, steps.trailing_zeros() as usize);
            if let Some(slot) = self.buckets[at].find(tags::of(hash), key) {
                return Some(Place { bucket: at as u8, slot });
            }
            steps &= steps - 1;
        }
        None
    }

    #[inline]
    pub(super) fn entry(&self, place: Place) -> &E {
        self.buckets[place.bucket as usize].entries[place.slot as usize & (SLOTS - 1)]
            .as_ref()
            .expect("a place is only valid until its segment changes")
    }

    #[inline]
    pub(super) fn entry_mut(&mut self, place: Place) -> &mut E {
        self.buckets[place.bucket as usize].entries[place.slot as usize & (SLOTS - 1)]
            .as_mut()
            .expect("a place is only valid until its segment changes")
    }

    /// Whether the entry there has another home; [`Segment::remove`] needs the hash of no other.
    #[inline]
    pub(super) fn is_foreign(&self, place: Place) -> bool {
        self.buckets[place.bucket as usize].foreign >> (place.slot as usize & (SLOTS - 1)) & 1 != 0
    }

    /// Takes a new entry in, or gives it back when there is no room within reach of its home.
    pub(super) fn insert(&mut self, hash: u64, entry: E) -> Result<Place, E> {
        let home = self.home(hash);
        let (expire, due) = (entry.expire_ms(), entry.due_ms());
        let mut entry = entry;
        for step in 0..self.reach() {
            let at = self.bucket(home, step);
            match self.buckets[at].put(tags::of(hash), entry, step != 0) {
                Ok(slot) => {
                    if step != 0 {
                        self.buckets[home].away += 1;
                        self.buckets[home].steps |= 1 << step;
                    }
                    self.len += 1;
                    self.count_expire(None, expire);
                    self.note_due(due);
                    return Ok(Place { bucket: at as u8, slot: slot as u8 });
                }
                Err(back) => entry = back,
            }
        }
        Err(entry)
    }

    pub(super) fn remove(&mut self, hash: u64, place: Place) -> E {
        let home = self.home(hash);
        let bucket = &mut self.buckets[place.bucket as usize];
        let slot = place.slot as usize & (SLOTS - 1);
        let entry = bucket.entries[slot].take().expect("a place is only valid until its segment changes");
        bucket.tags[slot] = tags::FREE;
        let was_foreign = bucket.foreign >> slot & 1 != 0;
        bucket.foreign &= !(1 << slot);
        if was_foreign {
            let home = &mut self.buckets[home];
            home.away -= 1;
            home.steps = if home.away == 0 { 0 } else { home.steps };
        }
        self.len -= 1;
        self.count_expire(entry.expire_ms(), None);
        entry
    }

    /// Puts another entry with the same key in the place of one.
    pub(super) fn swap(&mut self, place: Place, entry: E) -> E {
        let (expire, due) = (entry.expire_ms(), entry.due_ms());
        let old = std::mem::replace(self.entry_mut(place), entry);
        self.count_expire(old.expire_ms(), expire);
        self.note_due(due);
        old
    }

    /// Keeps the number of those that expire when an entry's time changes.
    #[inline]
    pub(super) fn count_expire(&mut self, old: Option<i64>, new: Option<i64>) {
        self.expiring = self.expiring + u16::from(new.is_some()) - u16::from(old.is_some());
    }

    /// There will be something to do about an entry.
    #[inline]
    pub(super) fn note_due(&mut self, due_ms: Option<i64>) {
        if let Some(due) = due_ms {
            self.earliest_ms = self.earliest_ms.min(due);
        }
    }

    /// Calls `visit` for the entries whose home is this bucket.
    pub(super) fn visit_home(&self, home: usize, hash_of: impl Fn(&[u8]) -> u64, visit: &mut dyn FnMut(&E)) {
        let Some(bucket) = self.buckets.get(home) else { return };
        for (slot, entry) in bucket.entries.iter().enumerate() {
            if let Some(entry) = entry.as_ref().filter(|_| bucket.foreign >> slot & 1 == 0) {
                visit(entry);
            }
        }
        let mut away = bucket.away;
        for step in 1..self.reach() {
            if away == 0 {
                break;
            }
            let bucket = &self.buckets[self.bucket(home, step)];
            for (slot, entry) in bucket.entries.iter().enumerate() {
                let foreign = entry.as_ref().filter(|_| bucket.foreign >> slot & 1 != 0);
                if let Some(entry) = foreign.filter(|entry| self.home(hash_of(entry.key())) == home) {
                    away -= 1;
                    visit(entry);
                }
            }
        }
    }

    /// All entries, bucket by bucket.
    pub(super) fn entries(&self) -> impl Iterator<Item = &E> {
        self.buckets.iter().flat_map(|bucket| bucket.entries.iter().flatten())
    }

    /// The place of the entry in the slot with this number, counted over all buckets.
    pub(super) fn slot(&self, number: usize) -> Option<Place> {
        let (bucket, slot) = (number / SLOTS, number % SLOTS);
        let taken = self.buckets.get(bucket)?.entries[slot].is_some();
        taken.then_some(Place { bucket: bucket as u8, slot: slot as u8 })
    }

    /// The place of the entry with this rank in the order of the slots.
    pub(super) fn nth(&self, rank: usize) -> Option<Place> {
        (0..self.slots()).filter_map(|number| self.slot(number)).nth(rank)
    }

    pub(super) fn slots(&self) -> usize {
        self.buckets.len() * SLOTS
    }

    /// The bytes of its buckets.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.buckets)
    }

    /// All entries, owned.
    pub(super) fn into_entries(self) -> impl Iterator<Item = E> + use<E> {
        self.buckets.into_iter().flat_map(|bucket| bucket.entries.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Item;

    #[test]
    fn home_buckets_are_ranges_of_hashes_one_behind_the_other() {
        let mut segment = Segment::<Item>::first();
        loop {
            for depth in [0, 1, 7, 24] {
                segment.depth = depth;
                let shared = u64::MAX >> depth;
                for prefix in [0, !shared] {
                    let mut hash = prefix;
                    for home in 0..segment.buckets.len() {
                        assert_eq!(segment.home(hash), home);
                        let next = segment.behind_home(hash);
                        let last = next.map_or(u64::MAX, |next| next - 1);
                        assert_eq!(segment.home(last), home, "the last hash before the next bucket");
                        assert_eq!(segment.behind_home(last), next);
                        assert_eq!(
                            next.map(|next| next % (1 << 16)).unwrap_or(0),
                            0,
                            "48 bits are enough for a cursor"
                        );
                        hash = next.unwrap_or(0);
                    }
                    assert_eq!(hash, (prefix | shared).wrapping_add(1), "the buckets cover the segment");
                }
            }
            segment.depth = 0;
            let Some(larger) = segment.larger() else { break };
            assert!(larger.buckets.len() > segment.buckets.len());
            segment = larger;
        }
        assert_eq!(segment.buckets.len(), MAX_BUCKETS);
    }
}
