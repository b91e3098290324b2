//! Rows copied into blocks of four, so that the loop that multiplies them reads one value of each row after the other.

/// Rows of a block; the last block has what is left.
pub(crate) const HEIGHT: usize = 4;

/// Rows of values, by blocks: of each block the first value of all its rows, then the second.
#[derive(Default)]
pub(crate) struct Blocks<T> {
    values: Vec<T>,
    rows: usize,
    depth: usize,
}

impl<T: Copy + Default> Blocks<T> {
    /// Makes room for rows of `depth` values.
    pub(super) fn reshape(&mut self, rows: usize, depth: usize) {
        self.values.clear();
        self.values.resize(rows * depth, T::default());
        (self.rows, self.depth) = (rows, depth);
    }

    /// Fills a row.
    pub(super) fn fill(&mut self, row: usize, values: impl Iterator<Item = T>) {
        let first = row - row % HEIGHT;
        let height = HEIGHT.min(self.rows - first);
        let block = &mut self.values[first * self.depth..][..height * self.depth];
        for (places, value) in block.chunks_exact_mut(height).zip(values) {
            places[row - first] = value;
        }
    }

    /// The blocks, each with the number of its first row. All but the last have [`HEIGHT`] rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[T])> {
        // Of no values at all there are no blocks.
        self.values.chunks((HEIGHT * self.depth).max(1)).enumerate().map(|(at, block)| (at * HEIGHT, block))
    }

    /// Values of a row.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

impl Blocks<f32> {
    /// Copies rows of `depth` numbers each.
    pub(crate) fn copy<'a>(&mut self, depth: usize, rows: impl ExactSizeIterator<Item = &'a [f32]>) {
        self.reshape(rows.len(), depth);
        for (at, row) in rows.enumerate() {
            self.fill(at, row.iter().copied());
        }
    }
}
