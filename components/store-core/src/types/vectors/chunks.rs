//! Rows of equal width in pieces of memory: it grows piece by piece, so that nothing is ever copied to make room.

/// Bytes of a piece, about.
const PIECE: usize = 64 << 10;

/// Rows of `width` values each.
#[derive(Clone, Debug)]
pub(super) struct Chunks<T> {
    width: usize,
    /// A piece has two to the power of this many rows.
    shift: u32,
    pieces: Vec<Box<[T]>>,
}

impl<T: Copy + Default> Chunks<T> {
    /// No rows yet.
    pub(super) fn new(width: usize) -> Chunks<T> {
        let row = (width * size_of::<T>()).max(1);
        Chunks { width, shift: (PIECE / row).max(1).ilog2(), pieces: Vec::new() }
    }

    /// Makes rows up to this one, of zeros.
    pub(super) fn reach(&mut self, row: u32) {
        while self.pieces.len() <= (row >> self.shift) as usize {
            self.pieces.push(vec![T::default(); self.width << self.shift].into_boxed_slice());
        }
    }

    /// The values of a row; empty for one that was never made.
    #[inline]
    pub(super) fn row(&self, row: u32) -> &[T] {
        let start = (row & ((1 << self.shift) - 1)) as usize * self.width;
        self.pieces
            .get((row >> self.shift) as usize)
            .and_then(|piece| piece.get(start..start + self.width))
            .unwrap_or_default()
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn row_mut(&mut self, row: u32) -> &mut [T] {
        let start = (row & ((1 << self.shift) - 1)) as usize * self.width;
        self.pieces
            .get_mut((row >> self.shift) as usize)
            .and_then(|piece| piece.get_mut(start..start + self.width))
            .unwrap_or_default()
    }

    /// Writes a row, which is made if it is not there.
    pub(super) fn put(&mut self, row: u32, values: &[T]) {
        self.reach(row);
        self.row_mut(row).iter_mut().zip(values).for_each(|(old, new)| *old = *new);
    }

    /// Frees a piece, the last; false when there is none.
    pub(super) fn free_piece(&mut self) -> bool {
        self.pieces.pop().is_some()
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        self.pieces.len() * ((self.width << self.shift) * size_of::<T>() + size_of::<Box<[T]>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_was_written_while_others_come() {
        let mut chunks = Chunks::<u32>::new(3);
        for row in 0..20_000 {
            chunks.reach(row);
            chunks.row_mut(row).copy_from_slice(&[row, row + 1, row + 2]);
        }
        for row in 0..20_000 {
            assert_eq!(chunks.row(row), [row, row + 1, row + 2]);
        }
        assert!(chunks.row(1 << 30).is_empty());
        assert!((240_000..400_000).contains(&chunks.bytes()));
    }
}
