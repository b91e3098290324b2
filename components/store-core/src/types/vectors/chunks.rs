//! Rows of equal width in pieces of memory: it grows piece by piece, so that nothing is copied to make room but the first
//! piece, which begins small.

/// Bytes of a piece, about.
const PIECE: usize = 64 << 10;

/// Rows that the first piece begins with.
const FEWEST: usize = 4;

/// Bytes that a processor loads at once: a row that begins with such a line lies in as few of them as can be.
const LINE: usize = 64;

/// Rows of `width` values each.
#[derive(Debug)]
pub(super) struct Chunks<T> {
    width: usize,
    /// What is in a row that was not written.
    empty: T,
    /// A piece has two to the power of this many rows.
    shift: u32,
    pieces: Vec<Piece<T>>,
}

#[derive(Debug)]
struct Piece<T> {
    values: Box<[T]>,
    /// Where the first row begins.
    start: usize,
}

impl<T: Copy> Piece<T> {
    fn new(empty: T, values: usize) -> Piece<T> {
        let values = vec![empty; values + LINE / size_of::<T>()].into_boxed_slice();
        let start = values.as_ptr().align_offset(LINE).min(LINE / size_of::<T>());
        Piece { values, start }
    }

    /// Its values that are in rows.
    fn len(&self) -> usize {
        self.values.len() - LINE / size_of::<T>()
    }

    /// The same values in a piece that has room for so many, each row beginning with a line again.
    fn moved(&self, empty: T, values: usize) -> Piece<T> {
        let mut new = Piece::new(empty, values);
        let old = self.values.iter().skip(self.start).take(self.len());
        new.values.iter_mut().skip(new.start).zip(old).for_each(|(new, old)| *new = *old);
        new
    }
}

impl<T: Copy> Chunks<T> {
    /// No rows yet.
    pub(super) fn new(width: usize, empty: T) -> Chunks<T> {
        let row = (width * size_of::<T>()).max(1);
        Chunks { width, empty, shift: (PIECE / row).max(1).ilog2(), pieces: Vec::new() }
    }

    /// Makes rows up to this one.
    pub(super) fn reach(&mut self, row: u32) {
        let most = 1 << self.shift;
        let first = (row as usize + 1).next_power_of_two().clamp(FEWEST.min(most), most) * self.width;
        match self.pieces.first_mut() {
            Some(piece) if piece.len() >= first => {}
            Some(piece) => *piece = piece.moved(self.empty, first),
            None => self.pieces.push(Piece::new(self.empty, first)),
        }
        while self.pieces.len() <= (row >> self.shift) as usize {
            self.pieces.push(Piece::new(self.empty, self.width * most));
        }
    }

    /// The values of a row; empty for one that was never made.
    #[inline(always)]
    pub(super) fn row(&self, row: u32) -> &[T] {
        let Some(piece) = self.pieces.get((row >> self.shift) as usize) else { return &[] };
        let start = piece.start + (row & ((1 << self.shift) - 1)) as usize * self.width;
        piece.values.get(start..start + self.width).unwrap_or_default()
    }

    /// The same, to be changed.
    #[inline(always)]
    pub(super) fn row_mut(&mut self, row: u32) -> &mut [T] {
        let Some(piece) = self.pieces.get_mut((row >> self.shift) as usize) else { return &mut [] };
        let start = piece.start + (row & ((1 << self.shift) - 1)) as usize * self.width;
        piece.values.get_mut(start..start + self.width).unwrap_or_default()
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
        self.pieces.iter().map(|piece| size_of_val(&*piece.values) + size_of::<Piece<T>>()).sum()
    }
}

impl<T: Copy> Clone for Chunks<T> {
    fn clone(&self) -> Chunks<T> {
        // A copy lies elsewhere, and its rows are to begin with a line too.
        let piece = |piece: &Piece<T>| piece.moved(self.empty, piece.len());
        Chunks { pieces: self.pieces.iter().map(piece).collect(), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_was_written_while_others_come() {
        let mut chunks = Chunks::new(3, 7_u32);
        for row in 0..20_000 {
            chunks.reach(row);
            chunks.row_mut(row).copy_from_slice(&[row, row + 1, row + 2]);
        }
        for row in 0..20_000 {
            assert_eq!(chunks.row(row), [row, row + 1, row + 2]);
        }
        let copy = chunks.clone();
        assert!((0..20_000).all(|row| copy.row(row) == [row, row + 1, row + 2]));
        chunks.reach(200_000);
        assert_eq!((chunks.row(200_000), chunks.row(0).as_ptr().align_offset(LINE)), (&[7, 7, 7][..], 0));
        assert!(chunks.row(1 << 30).is_empty());
        assert!((240_000..400_000).contains(&copy.bytes()));
    }
}
