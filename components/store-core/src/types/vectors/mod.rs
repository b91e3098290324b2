//! Nearest neighbours: vectors by numbers of slots, and an index that finds the near ones without looking at all.
//!
//! `kernels` are the inner loops, for the `registers` of any machine; `metric` says what is near, `space` keeps the vectors;
//! `graph` finds a way along `links` from `near` to nearer, `scratch` and `visited` are what it remembers on the way; `chunks`
//! is the memory of all. An [`Index`] knows no names and no attributes: those are the key's.

mod chunks;
pub mod filter;
mod graph;
pub mod kernels;
mod links;
mod metric;
mod near;
mod registers;
mod scratch;
mod space;
mod visited;

use std::cell::RefCell;
use std::collections::BinaryHeap;

use graph::Graph;
pub use graph::Head;
pub use metric::Metric;
pub use near::Near;
use scratch::Scratch;
pub use space::{Kind, NotAVector};
use space::{Query, Space};

/// Up to so many vectors all are compared: a graph finds no more, and not much faster.
const EXACT: usize = 64;

/// What an index is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Numbers of a vector.
    pub dimension: usize,
    /// What is near.
    pub metric: Metric,
    /// How vectors are kept.
    pub kind: Kind,
    /// Links of a vector on each level, twice as many on the lowest.
    pub links: usize,
    /// Width of the search for a new vector's neighbours.
    pub ef_construction: usize,
    /// The same seed and the same calls make the same index.
    pub seed: u64,
}

/// How to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// How many to find.
    pub count: usize,
    /// How wide: as many of the nearest are kept on the way, at least as many as are to be found. Wider finds more of the
    /// true nearest and takes longer.
    pub ef: usize,
    /// How many vectors to look at before it ends with what it has: what a filter refuses is looked at in vain.
    pub effort: usize,
}

/// Vectors and their graph.
#[derive(Clone, Debug)]
pub struct Index {
    options: Options,
    space: Space,
    graph: Graph,
    /// Slots that were used and are not.
    free: Vec<u32>,
    len: usize,
    /// One for all searches, as there is one at a time.
    scratch: RefCell<Scratch>,
}

/// A slot as it is kept: its vector and its links.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// See [`Index::bytes_of`].
    pub bytes: Vec<u8>,
    /// How long the vector was when it came.
    pub length: f32,
    /// The slots it is linked with, from the lowest level up.
    pub neighbours: Vec<Vec<u32>>,
}

impl Index {
    /// An empty one.
    pub fn new(options: Options) -> Index {
        Index {
            options,
            space: Space::new(options.dimension, options.metric, options.kind),
            graph: Graph::new(options.links, options.ef_construction, options.seed),
            free: Vec::new(),
            len: 0,
            scratch: RefCell::default(),
        }
    }

    /// What it was made of.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How many vectors it holds.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a vector of the index' dimension; the slot that it got.
    pub fn insert(&mut self, vector: &[f32]) -> u32 {
        self.insert_wide(vector, None)
    }

    /// The same, with a search for its neighbours that is as wide as `ef`.
    pub fn insert_wide(&mut self, vector: &[f32], ef: Option<usize>) -> u32 {
        let query = self.space.query(vector);
        self.put(&query, ef, None)
    }

    /// Gives a slot another vector; its level stays.
    pub fn replace(&mut self, slot: u32, vector: &[f32], ef: Option<usize>) {
        let query = self.space.query(vector);
        self.put_again(slot, &query, ef);
    }

    /// Adds what [`Index::bytes_of`] gave of a vector, with its [`Index::length`] and [`Index::level`].
    pub fn insert_bytes(&mut self, bytes: &[u8], length: f32, level: u8) -> Result<u32, NotAVector> {
        let query = self.space.query_of_bytes(bytes, length)?;
        Ok(self.put(&query, None, Some(level)))
    }

    /// Gives a slot what [`Index::bytes_of`] gave of a vector, with its [`Index::length`].
    pub fn replace_bytes(&mut self, slot: u32, bytes: &[u8], length: f32) -> Result<(), NotAVector> {
        let query = self.space.query_of_bytes(bytes, length)?;
        self.put_again(slot, &query, None);
        Ok(())
    }

    fn put(&mut self, query: &Query, ef: Option<usize>, level: Option<u8>) -> u32 {
        let slot = self.free.pop().unwrap_or(self.len as u32);
        self.space.put(slot, query);
        self.graph.insert(&self.space, slot, (ef, level), self.scratch.get_mut());
        self.len += 1;
        slot
    }

    fn put_again(&mut self, slot: u32, query: &Query, ef: Option<usize>) {
        let level = self.graph.level(slot);
        if self.remove(slot) {
            // The slot that was freed last is used next.
            self.put(query, ef, level);
        }
    }

    /// Removes what a slot holds; false when it holds nothing.
    pub fn remove(&mut self, slot: u32) -> bool {
        if !self.graph.contains(slot) {
            return false;
        }
        self.graph.remove(&self.space, slot, self.scratch.get_mut());
        self.free.push(slot);
        self.len -= 1;
        true
    }

    /// All slots that hold something, in their order.
    pub fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.graph.slots()
    }

    /// Whether a slot holds something.
    pub fn contains(&self, slot: u32) -> bool {
        self.graph.contains(slot)
    }

    /// The numbers in a slot, as near to what came as its kind keeps them.
    pub fn vector(&self, slot: u32) -> Option<Vec<f32>> {
        self.graph.contains(slot).then(|| self.space.numbers(slot))
    }

    /// What is kept of a slot's vector: numbers of 32 bits (for the cosine of length 1); or a byte each and the scale; or
    /// bits in words of 64. The lowest byte first.
    pub fn bytes_of(&self, slot: u32) -> Vec<u8> {
        self.space.bytes_of(slot)
    }

    /// How long a slot's vector was when it came, for the cosine; else 1.
    pub fn length(&self, slot: u32) -> f32 {
        self.space.length(slot)
    }

    /// The greatest number that a slot's bytes stand for, for [`Kind::Int8`]; else 1.
    pub fn range(&self, slot: u32) -> f32 {
        self.space.range(slot)
    }

    /// The slots that one is linked with, and how far they are, from the lowest level up; none for an empty slot.
    pub fn neighbours(&self, slot: u32) -> Option<Vec<Vec<Near>>> {
        let top = self.graph.level(slot)?;
        let near = |&other: &u32| Near { distance: self.distance(slot, other), slot: other };
        let is_there = |near: &Near| self.graph.contains(near.slot);
        let of_level = |level| self.graph.neighbours(slot, level).iter().map(near).filter(is_there).collect();
        Some((0..=top).map(of_level).collect())
    }

    /// Levels of a slot above the lowest, 0 for an empty one.
    pub fn level(&self, slot: u32) -> u8 {
        self.graph.level(slot).unwrap_or_default()
    }

    /// What chance will do next, see [`Index::set_random`].
    pub fn random(&self) -> u64 {
        self.graph.head().random
    }

    /// Chance goes on from here: what [`Index::random`] gave before something that is undone now.
    pub fn set_random(&mut self, random: u64) {
        self.graph.set_random(random);
    }

    /// How far two slots' vectors are apart.
    pub fn distance(&self, slot: u32, other: u32) -> f32 {
        self.space.distance(self.space.point(slot), self.space.point(other))
    }

    /// The most levels above the lowest that a slot has.
    pub fn top_level(&self) -> u8 {
        self.graph.head().entry.and_then(|entry| self.graph.level(entry)).unwrap_or_default()
    }

    /// The nearest of those that `accepts` says yes to, nearest first.
    pub fn search(&self, vector: &[f32], search: Search, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        self.search_query(&self.space.query(vector), search, accepts)
    }

    /// The nearest to what a slot holds, itself among them.
    pub fn search_near(&self, slot: u32, search: Search, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        match self.space.query_of_bytes(&self.space.bytes_of(slot), self.space.length(slot)) {
            Ok(query) => self.search_query(&query, search, accepts),
            Err(NotAVector) => Vec::new(),
        }
    }

    fn search_query(&self, query: &Query, search: Search, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        if self.len <= EXACT {
            return self.compare_all(query, search.count, accepts);
        }
        let search = Search { ef: search.ef.max(search.count), ..search };
        self.graph.search(&self.space, query.point(), search, &mut self.scratch.borrow_mut(), accepts)
    }

    /// The `count` nearest of those that `accepts` says yes to, by comparing all.
    pub fn exact(&self, vector: &[f32], count: usize, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        self.compare_all(&self.space.query(vector), count, accepts)
    }

    /// The same for what a slot holds.
    pub fn exact_near(&self, slot: u32, count: usize, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        match self.space.query_of_bytes(&self.space.bytes_of(slot), self.space.length(slot)) {
            Ok(query) => self.compare_all(&query, count, accepts),
            Err(NotAVector) => Vec::new(),
        }
    }

    fn compare_all(&self, query: &Query, count: usize, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        let mut nearest = BinaryHeap::new();
        for slot in self.graph.slots().filter(|slot| accepts(*slot)) {
            nearest.push(Near { distance: self.space.distance(query.point(), self.space.point(slot)), slot });
            if nearest.len() > count {
                nearest.pop();
            }
        }
        nearest.into_sorted_vec()
    }

    /// What a slot holds, as [`Index::restore`] takes it.
    pub fn stored(&self, slot: u32) -> Option<Stored> {
        let top = self.graph.level(slot)?;
        let neighbours = (0..=top).map(|level| self.graph.neighbours(slot, level).to_vec()).collect();
        Some(Stored { bytes: self.bytes_of(slot), length: self.length(slot), neighbours })
    }

    /// Puts into an empty slot what one held in another index with the same options. After the last slot comes
    /// [`Index::finish`].
    pub fn restore(&mut self, slot: u32, stored: &Stored) -> Result<(), NotAVector> {
        if self.graph.contains(slot) {
            return Err(NotAVector);
        }
        let query = self.space.query_of_bytes(&stored.bytes, stored.length)?;
        self.space.put(slot, &query);
        self.graph.restore(slot, &stored.neighbours);
        self.len += 1;
        Ok(())
    }

    /// What there is besides slots, and how many slots were ever used.
    pub fn head(&self) -> (Head, u32) {
        (self.graph.head(), (self.len + self.free.len()) as u32)
    }

    /// The end of restoring: what [`Index::head`] gave. Slots are below the second number.
    pub fn finish(&mut self, head: Head, slots: u32) {
        self.graph.set_head(head);
        self.free = (0..slots).rev().filter(|slot| !self.graph.contains(*slot)).collect();
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.space.bytes() + self.graph.bytes() + 4 * self.free.capacity()
    }

    /// Frees a piece of it, of about 64 KiB; false when nothing is left. It is only fit to be freed further afterwards.
    pub fn free_piece(&mut self) -> bool {
        self.len = 0;
        self.graph.free_piece() || self.space.free_piece()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1 that a seed repeats.
    struct Random(u64);

    impl Random {
        fn bits(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        fn number(&mut self) -> f32 {
            (self.bits() >> 40) as f32 / (1 << 23) as f32 - 1.0
        }

        fn vector(&mut self, dimension: usize) -> Vec<f32> {
            (0..dimension).map(|_| self.number()).collect()
        }

        /// Near one of some centres.
        fn clustered(&mut self, centres: &[Vec<f32>]) -> Vec<f32> {
            let centre = &centres[self.bits() as usize % centres.len()];
            centre.iter().map(|number| number + 0.3 * self.number()).collect()
        }
    }

    fn options(dimension: usize, metric: Metric, kind: Kind) -> Options {
        Options { dimension, metric, kind, links: 16, ef_construction: 100, seed: 7 }
    }

    fn wide(count: usize, ef: usize) -> Search {
        Search { count, ef, effort: usize::MAX }
    }

    /// The share of the ten nearest that a search finds.
    fn recall(index: &Index, queries: &[Vec<f32>], ef: usize) -> f64 {
        let mut found = 0;
        for query in queries {
            let exact = index.exact(query, 10, &|_| true);
            let near = index.search(query, wide(10, ef), &|_| true);
            found += near.iter().filter(|near| exact.iter().any(|exact| exact.slot == near.slot)).count();
        }
        found as f64 / (10 * queries.len()) as f64
    }

    #[test]
    fn nearly_all_of_the_nearest_are_found_by_every_metric_and_kind() {
        let mut random = Random(42);
        let centres: Vec<_> = (0..50).map(|_| random.vector(32)).collect();
        let vectors: Vec<_> = (0..3000).map(|_| random.clustered(&centres)).collect();
        let queries: Vec<_> = (0..50).map(|_| random.clustered(&centres)).collect();
        for metric in [Metric::Cosine, Metric::L2, Metric::InnerProduct] {
            for kind in [Kind::F32, Kind::Int8] {
                let mut index = Index::new(options(32, metric, kind));
                for vector in &vectors {
                    index.insert(vector);
                }
                let recall = recall(&index, &queries, 100);
                assert!(recall >= 0.95, "{metric:?}, {kind:?}: {recall}");
            }
        }
    }

    #[test]
    fn half_of_the_vectors_may_come_and_go_for_ever() {
        let mut random = Random(43);
        let centres: Vec<_> = (0..20).map(|_| random.vector(16)).collect();
        let mut index = Index::new(options(16, Metric::L2, Kind::F32));
        let mut slots: Vec<u32> = (0..2000).map(|_| index.insert(&random.clustered(&centres))).collect();
        let queries: Vec<_> = (0..50).map(|_| random.clustered(&centres)).collect();
        let (bytes, before) = (index.bytes(), recall(&index, &queries, 64));
        for _ in 0..6 {
            for slot in slots.iter_mut().step_by(2) {
                assert!(index.remove(*slot));
            }
            assert_eq!(index.len(), 1000);
            for slot in slots.iter_mut().step_by(2) {
                *slot = index.insert(&random.clustered(&centres));
            }
        }
        let after = recall(&index, &queries, 64);
        assert!(before >= 0.95 && after >= 0.94, "{before}, then {after}");
        assert!(index.bytes() * 10 <= bytes * 12, "{bytes} bytes, then {}", index.bytes());
    }

    #[test]
    fn what_was_removed_is_never_found_and_an_emptied_index_is_as_new() {
        let mut random = Random(44);
        let mut index = Index::new(options(8, Metric::Cosine, Kind::F32));
        let slots: Vec<u32> = (0..500).map(|_| index.insert(&random.vector(8))).collect();
        for (at, slot) in slots.iter().enumerate() {
            assert!(index.remove(*slot) && !index.remove(*slot));
            assert_eq!(index.vector(*slot), None);
            let left = 500 - at - 1;
            let found = index.search(&random.vector(8), wide(500, 500), &|_| true);
            assert!(found.iter().all(|near| index.vector(near.slot).is_some()));
            assert!(found.len() * 100 >= left * 95, "{} of {left} are found", found.len());
        }
        assert!(index.is_empty());
        assert_eq!(index.insert(&[1.0; 8]), *slots.last().expect("500"));
        assert_eq!(index.search(&[1.0; 8], wide(3, 10), &|_| true).len(), 1);
    }

    #[test]
    fn the_same_seed_and_calls_make_the_same_index() {
        let build = || {
            let mut random = Random(45);
            let mut index = Index::new(options(8, Metric::L2, Kind::Int8));
            let slots: Vec<u32> = (0..400).map(|_| index.insert(&random.vector(8))).collect();
            assert!(slots.iter().step_by(3).all(|slot| index.remove(*slot)));
            for _ in 0..100 {
                index.insert(&random.vector(8));
            }
            let queries: Vec<_> = (0..20).map(|_| random.vector(8)).collect();
            queries.iter().map(|query| index.search(query, wide(5, 20), &|_| true)).collect::<Vec<_>>()
        };
        assert_eq!(build(), build());
    }

    #[test]
    fn a_filter_finds_what_it_accepts_and_nothing_else() {
        let mut random = Random(46);
        let mut index = Index::new(options(8, Metric::L2, Kind::F32));
        for _ in 0..1000 {
            index.insert(&random.vector(8));
        }
        let accepts = |slot: u32| slot.is_multiple_of(10);
        let query = random.vector(8);
        let (found, exact) = (index.search(&query, wide(10, 100), &accepts), index.exact(&query, 10, &accepts));
        assert!(found.iter().all(|near| accepts(near.slot)));
        assert_eq!(found, exact);
    }

    #[test]
    fn a_search_looks_at_no_more_than_it_may() {
        let mut random = Random(47);
        let mut index = Index::new(options(8, Metric::L2, Kind::F32));
        for _ in 0..1000 {
            index.insert(&random.vector(8));
        }
        let asked = std::cell::Cell::new(0);
        let never = |_| {
            asked.set(asked.get() + 1);
            false
        };
        let search = Search { count: 10, ef: 10, effort: 200 };
        assert!(index.search(&random.vector(8), search, &never).is_empty());
        assert!((100..=201).contains(&asked.get()), "{}", asked.get());
    }

    #[test]
    fn what_was_stored_is_restored_with_its_links() {
        for kind in [Kind::F32, Kind::Int8, Kind::Binary] {
            let mut random = Random(48);
            let mut index = Index::new(options(24, Metric::Cosine, kind));
            let slots: Vec<u32> = (0..600).map(|_| index.insert(&random.vector(24))).collect();
            slots.iter().step_by(5).for_each(|slot| assert!(index.remove(*slot)));
            let mut again = Index::new(*index.options());
            for slot in index.slots() {
                let stored = index.stored(slot).expect("it is there");
                again.restore(slot, &stored).expect("its own bytes");
                assert_eq!(again.restore(slot, &stored), Err(NotAVector), "it is there now");
            }
            let (head, count) = index.head();
            again.finish(head, count);
            assert_eq!((again.len(), again.head()), (index.len(), (head, count)));
            for _ in 0..20 {
                let query = random.vector(24);
                assert_eq!(index.search(&query, wide(5, 20), &|_| true), again.search(&query, wide(5, 20), &|_| true));
                assert_eq!(index.search_near(7, wide(5, 20), &|_| true), again.search_near(7, wide(5, 20), &|_| true));
            }
        }
    }
}
