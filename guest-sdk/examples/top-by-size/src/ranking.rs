//! The n largest, by size and then by name.

use std::cmp::Ordering;

/// At most n rows, the largest first.
pub(crate) struct Ranking {
    rows: Vec<(Vec<u8>, u64)>,
    most: usize,
}

impl Ranking {
    pub(crate) fn new(most: u32) -> Self {
        Self { rows: Vec::new(), most: most as usize }
    }

    pub(crate) fn offer(&mut self, name: &[u8], size: u64) {
        let place = self.rows.binary_search_by(|(other, other_size)| compare(other, *other_size, name, size));
        // Where it is found, SCAN returned the key a second time.
        if let Err(place) = place
            && place < self.most
        {
            self.rows.insert(place, (name.to_vec(), size));
            self.rows.truncate(self.most);
        }
    }

    pub(crate) fn into_rows(self) -> Vec<(Vec<u8>, u64)> {
        self.rows
    }
}

fn compare(left: &[u8], left_size: u64, right: &[u8], right_size: u64) -> Ordering {
    right_size.cmp(&left_size).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stay_and_none_comes_twice() {
        let mut ranking = Ranking::new(2);
        for (name, size) in [("a", 1), ("b", 3), ("a", 1), ("c", 2), ("c", 2), ("d", 3), ("b", 3)] {
            ranking.offer(name.as_bytes(), size);
        }
        assert_eq!(ranking.into_rows(), [(b"b".to_vec(), 3), (b"d".to_vec(), 3)]);
    }

    #[test]
    fn of_no_rows_none_is_kept() {
        let mut ranking = Ranking::new(0);
        ranking.offer(b"a", 1);
        assert!(ranking.into_rows().is_empty());
    }
}
