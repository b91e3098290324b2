//! A hierarchical navigable small world: each slot is linked with near ones, some also on levels above, where links are
//! longer. Yu. A. Malkov, D. A. Yashunin, 2016, <https://arxiv.org/abs/1603.09320>.
//!
//! Removing a slot links its neighbours with each other. A link to a removed slot may remain where it was not mutual: a
//! search steps over it, and it becomes an ordinary, if long, link when the slot is used again.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use super::Search;
use super::chunks::Chunks;
use super::space::{Point, Space};
use super::visited::Visited;

/// Levels above the lowest; with 16 links a slot, the eighth is needed by four billion of them.
pub(super) const MOST_LEVELS: u8 = 15;

/// A slot that is near something, ordered by how near, then by number, so that every run gives the same graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// How far it is.
    pub distance: f32,
    /// Which it is.
    pub slot: u32,
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Near) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Near) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.slot.cmp(&other.slot))
    }
}

/// The links.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    /// Links of a slot on each level; twice as many on the lowest.
    links: usize,
    /// Width of the search for the neighbours of a new slot.
    ef_construction: usize,
    /// A count, then that many slots.
    lowest: Chunks<u32>,
    /// The same for the levels above, one row behind the other.
    above: BTreeMap<u32, Box<[u32]>>,
    /// Levels above the lowest of each slot that is linked; none of one that is not.
    levels: Vec<Option<u8>>,
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
        Graph {
            links,
            ef_construction,
            lowest: Chunks::new(2 * links + 1),
            above: BTreeMap::new(),
            levels: Vec::new(),
            entry: None,
            random: seed,
        }
    }

    /// Whether a slot is linked.
    #[inline]
    pub(super) fn contains(&self, slot: u32) -> bool {
        self.levels.get(slot as usize).is_some_and(Option::is_some)
    }

    /// What it is besides the links of its slots.
    pub(super) fn head(&self) -> Head {
        Head { entry: self.entry, random: self.random }
    }

    /// Takes over what [`Graph::head`] gave, after all slots.
    pub(super) fn set_head(&mut self, head: Head) {
        self.random = head.random;
        self.entry = head.entry.filter(|entry| self.contains(*entry)).or_else(|| self.highest());
    }

    /// Levels of a slot above the lowest, none of one that is not linked.
    pub(super) fn level(&self, slot: u32) -> Option<u8> {
        self.levels.get(slot as usize).copied().flatten()
    }

    /// Links a slot as it was linked once: `neighbours` from the lowest level up. More links than fit are left out.
    pub(super) fn restore(&mut self, slot: u32, neighbours: &[Vec<u32>]) {
        let level = neighbours.len().saturating_sub(1).min(usize::from(MOST_LEVELS)) as u8;
        self.add(slot, level);
        for (level, neighbours) in (0..=level).zip(neighbours) {
            self.set_neighbours(slot, level, neighbours);
        }
    }

    /// All slots that are.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.levels).filter(|(_, level)| level.is_some()).map(|(slot, _)| slot)
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        let above: usize = self.above.values().map(|rows| 4 * rows.len() + 32).sum();
        self.lowest.bytes() + above + self.levels.capacity() * size_of::<Option<u8>>()
    }

    /// The slots that one is linked with on a level.
    pub(super) fn neighbours(&self, slot: u32, level: u8) -> &[u32] {
        let row = match level {
            0 => self.lowest.row(slot),
            _ => {
                let width = self.links + 1;
                let start = usize::from(level - 1) * width;
                self.above.get(&slot).and_then(|rows| rows.get(start..start + width)).unwrap_or_default()
            }
        };
        let Some((count, slots)) = row.split_first() else { return &[] };
        slots.get(..*count as usize).unwrap_or_default()
    }

    fn set_neighbours(&mut self, slot: u32, level: u8, neighbours: &[u32]) {
        let width = self.links + 1;
        let row = match level {
            0 => self.lowest.row_mut(slot),
            _ => {
                let start = usize::from(level - 1) * width;
                self.above.get_mut(&slot).and_then(|rows| rows.get_mut(start..start + width)).unwrap_or_default()
            }
        };
        let Some((count, slots)) = row.split_first_mut() else { return };
        let kept = neighbours.len().min(slots.len());
        *count = kept as u32;
        slots.iter_mut().zip(neighbours).for_each(|(slot, neighbour)| *slot = *neighbour);
    }

    /// Most links of a slot on a level.
    fn most(&self, level: u8) -> usize {
        if level == 0 { 2 * self.links } else { self.links }
    }

    fn top(&self) -> Option<(u32, u8)> {
        let entry = self.entry?;
        Some((entry, self.levels.get(entry as usize).copied().flatten()?))
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
        while level < MOST_LEVELS && mixed.is_multiple_of(self.links as u64) {
            level += 1;
            mixed /= self.links as u64;
        }
        level
    }

    /// Makes room for a slot, without links.
    fn add(&mut self, slot: u32, level: u8) {
        if self.levels.len() <= slot as usize {
            self.levels.resize(slot as usize + 1, None);
        }
        self.lowest.reach(slot);
        self.set_neighbours(slot, 0, &[]);
        if level > 0 {
            self.above.insert(slot, vec![0; usize::from(level) * (self.links + 1)].into_boxed_slice());
        }
        if let Some(own) = self.levels.get_mut(slot as usize) {
            *own = Some(level);
        }
    }

    /// Links a slot, whose vector is in the space already, after a search as wide as `ef` or as always.
    pub(super) fn insert(&mut self, space: &Space, slot: u32, ef: Option<usize>, visited: &mut Visited) {
        let level = self.random_level();
        let top = self.top();
        self.add(slot, level);
        let Some((entry, top)) = top else {
            self.entry = Some(slot);
            return;
        };
        let point = space.point(slot);
        let mut nearest = Near { distance: space.distance(point, space.point(entry)), slot: entry };
        for upper in (level + 1..=top).rev() {
            nearest = self.descend(space, point, nearest, upper);
        }
        let mut from = vec![nearest];
        for lower in (0..=level.min(top)).rev() {
            let wide = Search { count: 0, ef: ef.unwrap_or(self.ef_construction), effort: usize::MAX };
            let found = self.search_level(space, point, &from, wide, lower, visited, &|_| true);
            let chosen = choose(space, &found, self.links);
            self.set_neighbours(slot, lower, &chosen);
            for neighbour in chosen {
                self.link(space, neighbour, slot, lower);
            }
            from = found;
        }
        if level > top {
            self.entry = Some(slot);
        }
    }

    /// Links `slot` with another one; when it has too many links by that, the best stay.
    fn link(&mut self, space: &Space, slot: u32, other: u32, level: u8) {
        let mut neighbours = self.neighbours(slot, level).to_vec();
        if neighbours.contains(&other) {
            return;
        }
        neighbours.push(other);
        if neighbours.len() > self.most(level) {
            neighbours = self.best(space, slot, neighbours, level);
        }
        self.set_neighbours(slot, level, &neighbours);
    }

    /// The best neighbours of a slot among some others.
    fn best(&self, space: &Space, slot: u32, others: Vec<u32>, level: u8) -> Vec<u32> {
        let point = space.point(slot);
        let mut near: Vec<Near> = others
            .into_iter()
            .filter(|other| *other != slot && self.contains(*other))
            .map(|other| Near { distance: space.distance(point, space.point(other)), slot: other })
            .collect();
        near.sort_unstable();
        near.dedup_by_key(|near| near.slot);
        choose(space, &near, self.most(level))
    }

    /// Takes a slot out, and links its neighbours with each other.
    pub(super) fn remove(&mut self, space: &Space, slot: u32) {
        let Some(level) = self.levels.get(slot as usize).copied().flatten() else { return };
        let around: Vec<Vec<u32>> = (0..=level).map(|level| self.neighbours(slot, level).to_vec()).collect();
        if let Some(own) = self.levels.get_mut(slot as usize) {
            *own = None;
        }
        for (level, around) in (0..=level).zip(around) {
            for &neighbour in &around {
                let own = self.neighbours(neighbour, level);
                if !own.contains(&slot) {
                    continue;
                }
                let all: Vec<u32> = own.iter().chain(&around).copied().collect();
                // On this level only those that reach it.
                let all = all.into_iter().filter(|other| self.reaches(*other, level)).collect();
                let best = self.best(space, neighbour, all, level);
                self.set_neighbours(neighbour, level, &best);
                for other in best {
                    if self.neighbours(other, level).len() < self.most(level) {
                        self.link(space, other, neighbour, level);
                    }
                }
            }
            self.set_neighbours(slot, level, &[]);
        }
        self.above.remove(&slot);
        if self.entry == Some(slot) {
            self.entry = self.highest();
        }
    }

    /// The first of the slots with the most levels: seldom needed, and only levels above are looked at.
    fn highest(&self) -> Option<u32> {
        let highest = self.above.keys().copied().max_by_key(|slot| (self.level(*slot), Reverse(*slot)));
        highest.or_else(|| self.slots().next())
    }

    fn reaches(&self, slot: u32, level: u8) -> bool {
        self.level(slot).is_some_and(|own| own >= level)
    }

    /// Frees a piece of what it holds; false when nothing is left.
    pub(super) fn free_piece(&mut self) -> bool {
        self.entry = None;
        self.lowest.free_piece() || self.above.pop_last().is_some()
    }

    /// The nearest slots to a point, nearest first, as many as the search is wide or those that there are. Only those that
    /// `accepts` says yes to are found; the way leads over all.
    pub(super) fn search(
        &self,
        space: &Space,
        point: Point<'_>,
        search: Search,
        visited: &mut Visited,
        accepts: &dyn Fn(u32) -> bool,
    ) -> Vec<Near> {
        let Some((entry, top)) = self.top() else { return Vec::new() };
        let mut nearest = Near { distance: space.distance(point, space.point(entry)), slot: entry };
        for level in (1..=top).rev() {
            nearest = self.descend(space, point, nearest, level);
        }
        self.search_level(space, point, &[nearest], search, 0, visited, accepts)
    }

    /// From neighbour to neighbour as long as one is nearer.
    fn descend(&self, space: &Space, point: Point<'_>, mut nearest: Near, level: u8) -> Near {
        loop {
            let near = self
                .neighbours(nearest.slot, level)
                .iter()
                .filter(|slot| self.reaches(**slot, level))
                .map(|slot| Near { distance: space.distance(point, space.point(*slot)), slot: *slot })
                .min();
            match near {
                Some(near) if near < nearest => nearest = near,
                _ => return nearest,
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one loop, used by insert and search, with what both know")]
    fn search_level(
        &self,
        space: &Space,
        point: Point<'_>,
        from: &[Near],
        search: Search,
        level: u8,
        visited: &mut Visited,
        accepts: &dyn Fn(u32) -> bool,
    ) -> Vec<Near> {
        let Search { ef, effort, .. } = search;
        let mut looked_at = 0;
        visited.begin(self.levels.len());
        let mut open: BinaryHeap<Reverse<Near>> = BinaryHeap::new();
        let mut found: BinaryHeap<Near> = BinaryHeap::new();
        for near in from {
            if visited.add(near.slot) {
                open.push(Reverse(*near));
                if accepts(near.slot) {
                    found.push(*near);
                }
            }
        }
        while found.len() > ef {
            found.pop();
        }
        while let Some(Reverse(next)) = open.pop() {
            let worst = found.peek().map_or(f32::INFINITY, |worst| worst.distance);
            if found.len() >= ef && next.distance > worst {
                break;
            }
            for &slot in self.neighbours(next.slot, level) {
                if !self.reaches(slot, level) || !visited.add(slot) {
                    continue;
                }
                looked_at += 1;
                if looked_at > effort {
                    return found.into_sorted_vec();
                }
                let near = Near { distance: space.distance(point, space.point(slot)), slot };
                let worst = found.peek().map_or(f32::INFINITY, |worst| worst.distance);
                if found.len() >= ef && near.distance >= worst {
                    continue;
                }
                open.push(Reverse(near));
                if accepts(slot) {
                    found.push(near);
                    if found.len() > ef {
                        found.pop();
                    }
                }
            }
        }
        found.into_sorted_vec()
    }
}

/// Of some slots, nearest first, those that are nearer to the point than to any other one that is taken: they lie in all
/// directions. When they are fewer than wanted, the nearest of the rest fill up.
fn choose(space: &Space, near: &[Near], most: usize) -> Vec<u32> {
    let mut chosen: Vec<u32> = Vec::with_capacity(most);
    let mut rest = Vec::new();
    for candidate in near {
        if chosen.len() >= most {
            break;
        }
        let point = space.point(candidate.slot);
        let is_apart = chosen.iter().all(|other| space.distance(point, space.point(*other)) > candidate.distance);
        if is_apart {
            chosen.push(candidate.slot);
        } else {
            rest.push(candidate.slot);
        }
    }
    let room = most - chosen.len();
    chosen.extend(rest.into_iter().take(room));
    chosen
}
