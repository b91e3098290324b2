//! Elements chosen by chance, each as likely as every other.

use super::segment::Segment;
use super::{Keyed, Position, Table};
use crate::random::Random;
use crate::sorting;

/// So many slots are tried before the search becomes one by rank.
const TRIES: usize = 64;
/// The slots of the largest segment.
const MOST_SLOTS: usize = 1024;

impl<E: Keyed> Table<E> {
    /// An element chosen by chance.
    pub fn random(&self, random: &mut Random) -> Option<&E> {
        Some(self.entry(self.random_position(random)?))
    }

    /// Where an element chosen by chance is.
    pub fn random_position(&self, random: &mut Random) -> Option<Position> {
        if self.is_empty() {
            return None;
        }
        for _ in 0..TRIES {
            if let Some(found) = self.random_slot(random.next()) {
                return Some(found);
            }
        }
        self.nth((random.next() % self.len() as u64) as usize)
    }

    /// A slot chosen by chance, if it is taken. Every slot must be as likely as every other: larger segments are where
    /// fewer hashes lead, so that a slot counts only for the first of the places that lead to its segment.
    fn random_slot(&self, number: u64) -> Option<Position> {
        let index = (number >> 1 >> (63 - self.depth)) as usize;
        let segment = *self.directory.get(index)?;
        let found = self.segments.get(segment as usize)?;
        let slots = if self.segments.len() == 1 { found.slots() } else { MOST_SLOTS };
        let run = 1usize << (self.depth - found.depth);
        if !index.is_multiple_of(run) {
            return None;
        }
        Some(Position { segment, place: found.slot((number & 0xffff) as usize % slots)? })
    }

    /// Where an element is that has a time to live, chosen by chance: each as likely as every other where they are many,
    /// where they are few rather those that lie behind others without one.
    pub fn random_expiring(&self, random: &mut Random) -> Option<Position> {
        if self.expiring() == 0 {
            return None;
        }
        for _ in 0..TRIES / 4 {
            let found = self.random_slot(random.next());
            if let Some(at) = found.filter(|&at| self.entry(at).expire_ms().is_some()) {
                return Some(at);
            }
        }
        let start = random.next() as usize % self.segments.len();
        let circle = (start..self.segments.len()).chain(0..start);
        let (number, segment) = circle
            .filter_map(|number| Some((number, self.segments.get(number)?)))
            .find(|found| found.1.expiring > 0)?;
        let start = random.next() as usize % segment.slots();
        let mut slots = (start..segment.slots()).chain(0..start).filter_map(|slot| segment.slot(slot));
        let place = slots.find(|&place| segment.entry(place).expire_ms().is_some())?;
        Some(Position { segment: number as u32, place })
    }

    /// Where the element with this rank is, in the order in which they lie.
    fn nth(&self, rank: usize) -> Option<Position> {
        let mut rank = rank;
        for (number, segment) in self.segments.iter().enumerate() {
            let len = usize::from(segment.len);
            if rank < len {
                return Some(Position { segment: number as u32, place: Segment::nth(segment, rank)? });
            }
            rank -= len;
        }
        None
    }

    /// Visits `count` different elements chosen by chance, all of them when there are not more.
    pub fn sample(&self, count: usize, random: &mut Random, visit: &mut dyn FnMut(&E)) {
        /// From this part of all on, going through all of them is less work than looking for some.
        const MANY: usize = 4;
        if count < self.len() / MANY {
            let mut chosen: Vec<Position> = Vec::with_capacity(count);
            while chosen.len() < count {
                let missing = count - chosen.len();
                chosen.extend((0..missing).filter_map(|_| self.random_position(random)));
                sorting::sort_by(&mut chosen, |one, other| one.cmp(other));
                chosen.dedup();
            }
            chosen.into_iter().for_each(|at| visit(self.entry(at)));
            return;
        }
        let (mut left, mut missing) = (self.len() as u64, count.min(self.len()) as u64);
        for element in self.entries() {
            if random.next() % left < missing {
                missing -= 1;
                visit(element);
            }
            left -= 1;
        }
    }
}
