//! A hierarchical navigable small world: each slot is linked with near ones, some also on levels above, where links are
//! longer. Yu. A. Malkov, D. A. Yashunin, 2016, <https://arxiv.org/abs/1603.09320>.
//!
//! Removing a slot links its neighbours with each other. A link to a removed slot may remain where it was not mutual: a
//! search steps over it, and it becomes an ordinary, if long, link when the slot is used again.

use std::cmp::Reverse;

use super::Search;
use super::kernels::AT_ONCE;
use super::links::{Links, MOST_LEVELS};
use super::near::{Key, Near, sort};
use super::scratch::Scratch;
use super::space::{Point, Space};

/// By what part of its distance from a neighbour a slot must be nearer to the point to be worth a link beside it: there are
/// fewer links among the nearest and more that lead on. Among 100,000 x 128 uniform numbers a search at EF 1,000 misses 0.059
/// instead of 0.073; with twice as much, clustered ones are found worse at a low EF.
const SLACK: f32 = 0.05;

/// The links, and how they come about.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    links: Links,
    /// How many a new slot begins with.
    width: usize,
    /// Width of the search for the neighbours of a new slot.
    ef_construction: usize,
    entry: Option<u32>,
    random: u64,
}

/// What a graph is besides the links of its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Where searches begin; none when nothing is linked.
    pub entry: Option<u32>,
    /// What chance will do next.
    pub random: u64,
}

impl Graph {
    /// Without slots. The same seed and the same calls make the same graph.
    pub(super) fn new(links: usize, ef_construction: usize, seed: u64) -> Graph {
        Graph { links: Links::new(links), width: links, ef_construction, entry: None, random: seed }
    }

    /// Whether a slot is linked.
    #[inline]
    pub(super) fn contains(&self, slot: u32) -> bool {
        self.links.level(slot).is_some()
    }

    /// What it is besides the links of its slots.
    pub(super) fn head(&self) -> Head {
        Head { entry: self.entry, random: self.random }
    }

    /// What chance will do next.
    pub(super) fn set_random(&mut self, random: u64) {
        self.random = random;
    }

    /// Takes over what [`Graph::head`] gave, after all slots.
    pub(super) fn set_head(&mut self, head: Head) {
        self.random = head.random;
        self.entry = head.entry.filter(|entry| self.contains(*entry)).or_else(|| self.links.highest());
    }

    /// Levels of a slot above the lowest, none of one that is not linked.
    pub(super) fn level(&self, slot: u32) -> Option<u8> {
        self.links.level(slot)
    }

    /// The slots that one is linked with on a level.
    pub(super) fn neighbours(&self, slot: u32, level: u8) -> &[u32] {
        self.links.of(slot, level)
    }

    /// Links a slot as it was linked once: `neighbours` from the lowest level up. More links than fit are left out.
    pub(super) fn restore(&mut self, slot: u32, neighbours: &[Vec<u32>]) {
        let level = neighbours.len().saturating_sub(1).min(usize::from(MOST_LEVELS)) as u8;
        self.links.add(slot, level);
        for (level, neighbours) in (0..=level).zip(neighbours) {
            self.links.set(slot, level, neighbours);
        }
    }

    /// All slots that are.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.links.slots()
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        self.links.bytes()
    }

    fn top(&self) -> Option<(u32, u8)> {
        let entry = self.entry?;
        Some((entry, self.links.level(entry)?))
    }

    /// How many levels a new slot has above the lowest: each is reached by one of as many slots as a slot has links.
    fn random_level(&mut self) -> u8 {
        // SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let mut level = 0;
        while level < MOST_LEVELS && mixed.is_multiple_of(self.width as u64) {
            level += 1;
            mixed /= self.width as u64;
        }
        level
    }

    /// Links a slot, whose vector is in the space already, after a search as wide as `ef` or as always. It has so many levels
    /// above the lowest, or as chance has it.
    pub(super) fn insert(
        &mut self,
        space: &Space,
        slot: u32,
        (ef, level): (Option<usize>, Option<u8>),
        scratch: &mut Scratch,
    ) {
        let level = level.unwrap_or_else(|| self.random_level());
        let top = self.top();
        self.links.add(slot, level);
        let Some((entry, top)) = top else {
            self.entry = Some(slot);
            return;
        };
        let point = space.point(slot);
        let mut nearest = Key::new(space.distance(point, space.point(entry)), entry);
        for upper in (level + 1..=top).rev() {
            nearest = self.descend(space, point, nearest, upper, scratch);
        }
        let wide = Search { count: 0, ef: ef.unwrap_or(self.ef_construction), effort: usize::MAX };
        let mut from = vec![nearest];
        for lower in (0..=level.min(top)).rev() {
            self.search_level(space, point, &from, wide, lower, scratch, &|_| true);
            from.clone_from(&scratch.sorted);
            scratch.candidates.clone_from(&scratch.sorted);
            // What is farther is seldom chosen, but compared with all that are.
            scratch.candidates.truncate(6 * self.links.most(lower));
            choose(space, self.links.most(lower), scratch);
            self.links.set(slot, lower, &scratch.chosen);
            for neighbour in std::mem::take(&mut scratch.chosen) {
                self.link(space, neighbour, slot, lower, scratch);
            }
        }
        if level > top {
            self.entry = Some(slot);
        }
    }

    /// Links `slot` with another one; when it has too many links by that, the best stay.
    fn link(&mut self, space: &Space, slot: u32, other: u32, level: u8, scratch: &mut Scratch) {
        let own = self.links.of(slot, level);
        if own.contains(&other) {
            return;
        }
        let most = self.links.most(level);
        if own.len() < most {
            self.links.push(slot, level, other);
            return;
        }
        let Scratch { slots, distances, candidates, .. } = &mut *scratch;
        slots.clear();
        slots.extend(own);
        slots.push(other);
        let distances = space.distances(space.point(slot), slots, distances);
        candidates.clear();
        candidates.extend(distances.iter().zip(&*slots).map(|(distance, slot)| Key::new(*distance, *slot)));
        let all_are = slots.iter().all(|other| self.links.reaches(*other, level));
        match candidates.pop().zip(end_of_apart(candidates).filter(|_| all_are)) {
            Some((new, apart)) => choose_again(space, most, apart, new, scratch),
            None => self.choose_all(space, slot, level, scratch),
        }
        self.links.set(slot, level, &scratch.chosen);
    }

    /// Chooses the best neighbours of a slot among `scratch.slots`.
    fn choose_all(&self, space: &Space, slot: u32, level: u8, scratch: &mut Scratch) {
        let Scratch { slots, distances, candidates, .. } = &mut *scratch;
        slots.retain(|other| *other != slot && self.links.reaches(*other, level));
        let distances = space.distances(space.point(slot), slots, distances);
        candidates.clear();
        candidates.extend(distances.iter().zip(&*slots).map(|(distance, slot)| Key::new(*distance, *slot)));
        sort(candidates);
        candidates.dedup();
        choose(space, self.links.most(level), scratch);
    }

    /// Takes a slot out, and links its neighbours with each other.
    pub(super) fn remove(&mut self, space: &Space, slot: u32, scratch: &mut Scratch) {
        let Some(level) = self.links.level(slot) else { return };
        let around: Vec<Vec<u32>> = (0..=level).map(|level| self.links.of(slot, level).to_vec()).collect();
        self.links.remove(slot);
        for (level, around) in (0..=level).zip(around) {
            for &neighbour in &around {
                let own = self.links.of(neighbour, level);
                if !own.contains(&slot) {
                    continue;
                }
                scratch.slots.clear();
                scratch.slots.extend(own.iter().chain(&around));
                self.choose_all(space, neighbour, level, scratch);
                self.links.set(neighbour, level, &scratch.chosen);
                for other in std::mem::take(&mut scratch.chosen) {
                    let own = self.links.of(other, level);
                    if own.len() < self.links.most(level) && !own.contains(&neighbour) {
                        self.links.push(other, level, neighbour);
                    }
                }
            }
        }
        if self.entry == Some(slot) {
            self.entry = self.links.highest();
        }
    }

    /// Frees a piece of what it holds; false when nothing is left.
    pub(super) fn free_piece(&mut self) -> bool {
        self.entry = None;
        self.links.free_piece()
    }

    /// The nearest slots to a point, nearest first, as many as are to be found or those that there are. Only those that
    /// `accepts` says yes to are found; the way leads over all.
    pub(super) fn search(
        &self,
        space: &Space,
        point: Point<'_>,
        search: Search,
        scratch: &mut Scratch,
        accepts: &dyn Fn(u32) -> bool,
    ) -> Vec<Near> {
        let Some((entry, top)) = self.top() else { return Vec::new() };
        let mut nearest = Key::new(space.distance(point, space.point(entry)), entry);
        for level in (1..=top).rev() {
            nearest = self.descend(space, point, nearest, level, scratch);
        }
        self.search_level(space, point, &[nearest], search, 0, scratch, accepts);
        scratch.sorted.iter().take(search.count).map(|key| key.near()).collect()
    }

    /// From neighbour to neighbour as long as one is nearer.
    fn descend(&self, space: &Space, point: Point<'_>, mut nearest: Key, level: u8, scratch: &mut Scratch) -> Key {
        let Scratch { slots, distances, .. } = scratch;
        loop {
            slots.clear();
            slots.extend(self.links.of(nearest.slot(), level).iter().filter(|slot| self.links.reaches(**slot, level)));
            let distances = space.distances(point, slots, distances);
            match distances.iter().zip(&*slots).map(|(distance, slot)| Key::new(*distance, *slot)).min() {
                Some(near) if near < nearest => nearest = near,
                _ => return nearest,
            }
        }
    }

    /// The nearest on one level; they are in `scratch.sorted` then.
    #[allow(clippy::too_many_arguments, reason = "one loop, used by insert and search, with what both know")]
    fn search_level(
        &self,
        space: &Space,
        point: Point<'_>,
        from: &[Key],
        search: Search,
        level: u8,
        scratch: &mut Scratch,
        accepts: &dyn Fn(u32) -> bool,
    ) {
        let Search { ef, mut effort, .. } = search;
        scratch.begin(self.links.slots_ever());
        let Scratch { visited, open, found, slots, distances, .. } = &mut *scratch;
        for key in from {
            if visited.add(key.slot()) {
                open.push(Reverse(*key));
                if accepts(key.slot()) {
                    found.push(*key);
                }
            }
        }
        while found.len() > ef {
            found.pop();
        }
        while let Some(Reverse(next)) = open.pop() {
            if found.len() >= ef && found.peek().is_none_or(|worst| next > *worst) {
                break;
            }
            // First all that are new, then their distances: what is in memory comes while others are worked on.
            let row = self.links.of(next.slot(), level);
            if slots.len() < row.len() {
                slots.resize(row.len(), 0);
            }
            let mut new = 0;
            for slot in row {
                // Whether it is new is as good as chance: it is kept or overwritten, without a branch.
                slots[new] = *slot;
                new += usize::from(visited.add(*slot) & self.links.reaches(*slot, level));
            }
            let enough = new > effort;
            new = new.min(effort);
            effort -= new;
            let new = &slots[..new];
            for (slot, distance) in new.iter().zip(space.distances(point, new, distances)) {
                let key = Key::new(*distance, *slot);
                let full = found.len() >= ef;
                if full && found.peek().is_none_or(|worst| key >= *worst) {
                    continue;
                }
                open.push(Reverse(key));
                if accepts(*slot) {
                    if !full {
                        found.push(key);
                    } else if let Some(mut worst) = found.peek_mut() {
                        *worst = key;
                    }
                }
            }
            if enough {
                break;
            }
        }
        scratch.sort();
    }
}

/// Of `scratch.candidates`, nearest first, those that are nearer to the point than to any other one that is taken: they lie
/// in all directions. When they are fewer than wanted, the nearest of the rest follow. They are in `scratch.chosen` then.
fn choose(space: &Space, most: usize, scratch: &mut Scratch) {
    let Scratch { candidates, chosen, rest, distances, .. } = scratch;
    chosen.clear();
    rest.clear();
    for candidate in candidates {
        if chosen.len() >= most {
            break;
        }
        let point = space.point(candidate.slot());
        let apart = chosen.chunks(AT_ONCE).all(|some| {
            space.distances(point, some, distances).iter().all(|distance| is_apart(*distance, candidate.distance()))
        });
        if apart {
            chosen.push(candidate.slot());
        } else {
            rest.push(*candidate);
        }
    }
    let room = most - chosen.len();
    chosen.extend(rest.iter().take(room).map(|key| key.slot()));
}

/// Where those end that [`choose`] took for being apart: the rest begins again with near ones. None when the order is not
/// that of `choose`.
fn end_of_apart(neighbours: &[Key]) -> Option<usize> {
    let mut falls = neighbours.windows(2).zip(1..).filter(|(pair, _)| pair[0] > pair[1]).map(|(_, at)| at);
    match (falls.next(), falls.next()) {
        (None, _) => Some(neighbours.len()),
        (fall, None) => fall,
        _ => None,
    }
}

/// What [`choose`] would do, with one more candidate than it took: of `scratch.candidates` in its order the first are
/// `apart`, so that only the new one needs to be compared. The rest stays the rest, even when what it was near to goes.
fn choose_again(space: &Space, most: usize, apart: usize, new: Key, scratch: &mut Scratch) {
    let Scratch { candidates, chosen, rest, distances, .. } = scratch;
    let (apart, old_rest) = candidates.split_at(apart);
    chosen.clear();
    chosen.extend(apart.iter().map(|key| key.slot()));
    let distances = space.distances(space.point(new.slot()), chosen, distances);
    rest.clear();
    rest.extend(old_rest);
    let nearer = apart.partition_point(|key| *key < new);
    if distances.iter().take(nearer).all(|distance| is_apart(*distance, new.distance())) {
        chosen.truncate(nearer);
        chosen.push(new.slot());
        for (key, distance) in apart.iter().zip(distances).skip(nearer) {
            if is_apart(*distance, key.distance()) {
                chosen.push(key.slot());
            } else {
                rest.push(*key);
            }
        }
    } else {
        rest.push(new);
    }
    sort(rest);
    chosen.extend(rest.iter().map(|key| key.slot()));
    chosen.truncate(most);
}

/// Whether a slot is to be linked with that has this distance from a neighbour and that from the point.
fn is_apart(from_neighbour: f32, from_point: f32) -> bool {
    from_neighbour - SLACK * from_neighbour.abs() > from_point
}
