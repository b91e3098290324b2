//! Nearest neighbours: vectors by numbers of slots, and an index that finds the near ones without looking at all.
//!
//! `kernels` are the inner loops, `metric` says what is near, `space` keeps the vectors, `graph` links them, `visited` is what
//! a search remembers, `chunks` is the memory of all. An [`Index`] knows no names and no attributes: those are the key's.

mod chunks;
pub mod filter;
mod graph;
pub mod kernels;
mod metric;
mod space;
mod visited;

use graph::Graph;
pub use graph::Near;
pub use metric::Metric;
pub use space::Kind;
use space::Space;
use visited::Visited;

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

/// Vectors and their graph.
#[derive(Clone, Debug)]
pub struct Index {
    options: Options,
    space: Space,
    graph: Graph,
    /// Slots that were used and are not.
    free: Vec<u32>,
    len: usize,
    visited: Visited,
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
            visited: Visited::default(),
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
        let slot = self.free.pop().unwrap_or(self.len as u32);
        let query = self.space.query(vector);
        self.space.put(slot, &query);
        self.graph.insert(&self.space, slot, &mut self.visited);
        self.len += 1;
        slot
    }

    /// Removes what a slot holds; false when it holds nothing.
    pub fn remove(&mut self, slot: u32) -> bool {
        if !self.graph.contains(slot) {
            return false;
        }
        self.graph.remove(&self.space, slot);
        self.free.push(slot);
        self.len -= 1;
        true
    }

    /// The numbers in a slot: of length 1 for the cosine, as near as bytes can be for [`Kind::Int8`].
    pub fn vector(&self, slot: u32) -> Option<Vec<f32>> {
        self.graph.contains(slot).then(|| self.space.numbers(slot))
    }

    /// The `count` nearest of those that `accepts` says yes to, nearest first, by a search as wide as `ef`.
    pub fn search(&mut self, vector: &[f32], count: usize, ef: usize, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        if self.len <= EXACT {
            return self.exact(vector, count, accepts);
        }
        let query = self.space.query(vector);
        let mut found = self.graph.search(&self.space, query.point(), ef.max(count), &mut self.visited, accepts);
        found.truncate(count);
        found
    }

    /// The same by comparing all.
    pub fn exact(&self, vector: &[f32], count: usize, accepts: &dyn Fn(u32) -> bool) -> Vec<Near> {
        let query = self.space.query(vector);
        let near = |slot| Near { distance: self.space.distance(query.point(), self.space.point(slot)), slot };
        let mut all: Vec<Near> = self.graph.slots().filter(|slot| accepts(*slot)).map(near).collect();
        all.sort_unstable();
        all.truncate(count);
        all
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.space.bytes() + self.graph.bytes() + 4 * self.free.capacity()
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

    /// The share of the ten nearest that a search finds.
    fn recall(index: &mut Index, queries: &[Vec<f32>], ef: usize) -> f64 {
        let mut found = 0;
        for query in queries {
            let exact = index.exact(query, 10, &|_| true);
            let near = index.search(query, 10, ef, &|_| true);
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
                let recall = recall(&mut index, &queries, 100);
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
        let (bytes, before) = (index.bytes(), recall(&mut index, &queries, 64));
        for _ in 0..6 {
            for slot in slots.iter_mut().step_by(2) {
                assert!(index.remove(*slot));
            }
            assert_eq!(index.len(), 1000);
            for slot in slots.iter_mut().step_by(2) {
                *slot = index.insert(&random.clustered(&centres));
            }
        }
        let after = recall(&mut index, &queries, 64);
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
            let found = index.search(&random.vector(8), 500, 500, &|_| true);
            assert!(found.iter().all(|near| index.vector(near.slot).is_some()));
            assert!(found.len() * 100 >= left * 95, "{} of {left} are found", found.len());
        }
        assert!(index.is_empty());
        assert_eq!(index.insert(&[1.0; 8]), *slots.last().expect("500"));
        assert_eq!(index.search(&[1.0; 8], 3, 10, &|_| true).len(), 1);
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
            queries.iter().map(|query| index.search(query, 5, 20, &|_| true)).collect::<Vec<_>>()
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
        let (found, exact) = (index.search(&query, 10, 100, &accepts), index.exact(&query, 10, &accepts));
        assert!(found.iter().all(|near| accepts(near.slot)));
        assert_eq!(found, exact);
    }
}
