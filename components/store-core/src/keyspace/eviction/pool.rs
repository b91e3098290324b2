//! The best candidates for eviction that were seen so far.

/// As many as in Redis: what is kept makes each new sample count for more.
const CANDIDATES: usize = 16;

/// A key that may go.
pub(super) struct Candidate {
    pub(super) database: usize,
    pub(super) key: Box<[u8]>,
    rank: u64,
}

/// Candidates, the best last.
#[derive(Default)]
pub(super) struct Pool(Vec<Candidate>);

impl Pool {
    /// Takes a key in if it is better than one of those there, or if there is room.
    pub(super) fn offer(&mut self, database: usize, key: &[u8], rank: u64) {
        let better = self.0.partition_point(|candidate| candidate.rank < rank);
        let is_full = self.0.len() == CANDIDATES;
        let same = self.0.iter().skip(better).take_while(|candidate| candidate.rank == rank);
        if is_full && better == 0
            || same.into_iter().any(|candidate| candidate.database == database && *candidate.key == *key)
        {
            return;
        }
        let mut at = better;
        if is_full {
            self.0.remove(0);
            at -= 1;
        }
        self.0.insert(at, Candidate { database, key: key.into(), rank });
    }

    /// The best of all, taken out.
    pub(super) fn take(&mut self) -> Option<Candidate> {
        self.0.pop()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(pool: &Pool) -> Vec<u64> {
        pool.0.iter().map(|candidate| candidate.rank).collect()
    }

    #[test]
    fn the_best_sixteen_stay_in_order() {
        let mut pool = Pool::default();
        for rank in [5, 3, 9, 1, 7] {
            pool.offer(0, &[rank as u8], rank);
        }
        assert_eq!(ranks(&pool), [1, 3, 5, 7, 9]);
        (10..30).for_each(|rank| pool.offer(0, &[rank as u8], rank));
        assert_eq!(ranks(&pool), (14..30).collect::<Vec<u64>>());
        pool.offer(0, b"worse than all", 14);
        pool.offer(0, b"worse than all", 2);
        assert_eq!(ranks(&pool).len(), CANDIDATES);
        assert_eq!(ranks(&pool).first(), Some(&14));
        assert_eq!(pool.take().map(|best| (best.rank, best.key)), Some((29, [29].into())));
    }

    #[test]
    fn a_key_is_no_second_candidate_with_the_same_rank() {
        let mut pool = Pool::default();
        pool.offer(0, b"a", 7);
        pool.offer(0, b"b", 7);
        pool.offer(0, b"a", 7);
        pool.offer(1, b"a", 7);
        assert_eq!(ranks(&pool), [7, 7, 7]);
    }
}
