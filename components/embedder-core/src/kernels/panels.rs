//! A matrix of numbers of 32 bits, by panels of eight columns, and its product with rows.

use super::Output;
use super::blocks::Blocks;
use crate::Error;
use crate::registers::Floats;

/// Columns of a panel.
pub(crate) const WIDTH: usize = 8;

/// A matrix: of each panel the first number of all its columns, then the second. A column that is not filled is zero.
#[derive(Default)]
pub(crate) struct Panels {
    numbers: Vec<[f32; WIDTH]>,
    depth: usize,
}

impl Panels {
    /// A matrix of zeros, if there is memory for it.
    pub(crate) fn zeros(columns: usize, depth: usize) -> Result<Panels, Error> {
        Ok(Panels { numbers: reserved(columns.div_ceil(WIDTH) * depth)?, depth })
    }

    /// Makes it a matrix of zeros of another shape, in the same memory.
    pub(crate) fn reshape(&mut self, columns: usize, depth: usize) {
        self.numbers.clear();
        self.numbers.resize(columns.div_ceil(WIDTH) * depth, [0.0; WIDTH]);
        self.depth = depth;
    }

    /// Fills a column.
    pub(crate) fn fill_column(&mut self, column: usize, numbers: &[f32]) {
        let panel = &mut self.numbers[column / WIDTH * self.depth..][..self.depth];
        for (places, number) in panel.iter_mut().zip(numbers) {
            places[column % WIDTH] = *number;
        }
    }

    /// Fills what all columns have in one place; as many numbers as there are columns, in eights.
    pub(crate) fn fill_place(&mut self, place: usize, numbers: &[f32]) {
        for (panel, numbers) in self.numbers.chunks_exact_mut(self.depth).zip(numbers.as_chunks().0) {
            panel[place] = *numbers;
        }
    }

    /// Writes the product of rows with all columns, each sum begun with its bias.
    pub(crate) fn multiply(&self, rows: &Blocks<f32>, bias: &[[f32; WIDTH]], output: &mut Output<'_>) {
        debug_assert_eq!(rows.depth(), self.depth, "columns are as long as rows");
        for (at, panel) in self.numbers.chunks_exact(self.depth).enumerate() {
            let bias = bias.get(at).unwrap_or(&[0.0; WIDTH]);
            let begin = output.begin + at * WIDTH;
            for (row, block) in rows.iter() {
                let places = &mut output.numbers[row * output.stride + begin..];
                match block.len() / self.depth {
                    4 => product(block.as_chunks::<4>().0, panel, bias, places, output.stride),
                    3 => product(block.as_chunks::<3>().0, panel, bias, places, output.stride),
                    2 => product(block.as_chunks::<2>().0, panel, bias, places, output.stride),
                    _ => product(block.as_chunks::<1>().0, panel, bias, places, output.stride),
                }
            }
        }
    }
}

/// Zeroed memory, or the error that there is none.
pub(super) fn reserved<T: Clone + Default, const N: usize>(length: usize) -> Result<Vec<[T; N]>, Error>
where
    [T; N]: Default,
{
    let mut values = Vec::new();
    let bytes = length.saturating_mul(size_of::<[T; N]>()) as u64;
    values.try_reserve_exact(length).map_err(|_| Error::OutOfMemory { bytes })?;
    values.resize(length, <[T; N]>::default());
    Ok(values)
}

#[inline(never)]
fn product<const ROWS: usize>(
    rows: &[[f32; ROWS]],
    panel: &[[f32; WIDTH]],
    bias: &[f32; WIDTH],
    places: &mut [f32],
    stride: usize,
) {
    let mut sums = [Floats::load_eight(bias); ROWS];
    for (numbers, weights) in rows.iter().zip(panel) {
        let [low, high] = Floats::load_eight(weights);
        for (sum, number) in sums.iter_mut().zip(Floats::broadcast(numbers)) {
            sum[0] = sum[0].add(number.multiply(low));
            sum[1] = sum[1].add(number.multiply(high));
        }
    }
    for (row, sum) in sums.iter().enumerate() {
        write(*sum, &mut places[row * stride..]);
    }
}

/// Two registers to the first eight places.
#[inline(always)]
pub(super) fn write(sums: [Floats; 2], places: &mut [f32]) {
    for (sum, places) in sums.into_iter().zip(places.as_chunks_mut().0) {
        sum.store(places);
    }
}
