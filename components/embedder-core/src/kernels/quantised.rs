//! A matrix of numbers of 8 bits with a scale for each column, and its product with rows of numbers of 16 bits with a
//! scale for each row.
//!
//! SIMD multiplies 16 bits by 16 whatever is in them, so that rows may have more than 8 bits for nothing: what is lost
//! is lost in the weights. Sums are whole numbers, the same on every machine.

use super::Output;
use super::blocks::Blocks;
use super::panels::{WIDTH, reserved, write};
use crate::Error;
use crate::registers::{Codes, Floats, Sums};

/// The greatest code of a weight.
const WEIGHT_CODE: f32 = 127.0;

/// A matrix by panels of eight columns: two codes of each column, then the next two.
#[derive(Default)]
pub(crate) struct QuantisedPanels {
    codes: Vec<[i8; 2 * WIDTH]>,
    scales: Vec<[f32; WIDTH]>,
    /// Pairs of codes of a column.
    depth: usize,
}

/// Rows to be multiplied, and what their codes are worth.
#[derive(Default)]
pub(crate) struct QuantisedRows {
    /// Two codes in a value: the first in its lower half.
    pairs: Blocks<i32>,
    scales: Vec<f32>,
}

impl QuantisedPanels {
    /// A matrix of zeros, if there is memory for it. Columns have an even number of weights.
    pub(crate) fn zeros(columns: usize, depth: usize) -> Result<QuantisedPanels, Error> {
        let (panels, depth) = (columns.div_ceil(WIDTH), depth / 2);
        Ok(QuantisedPanels { codes: reserved(panels * depth)?, scales: reserved(panels)?, depth })
    }

    /// Quantises a column.
    pub(crate) fn fill_column(&mut self, column: usize, numbers: &[f32]) {
        let (panel, at) = (column / WIDTH, column % WIDTH);
        let (scale, inverse) = scales(numbers, WEIGHT_CODE);
        self.scales[panel][at] = scale;
        for (places, [even, odd]) in self.codes[panel * self.depth..].iter_mut().zip(numbers.as_chunks().0) {
            places[2 * at] = code(*even, inverse) as i8;
            places[2 * at + 1] = code(*odd, inverse) as i8;
        }
    }

    /// Writes the product of rows with all columns, to which its bias is added.
    pub(crate) fn multiply(&self, rows: &QuantisedRows, bias: &[[f32; WIDTH]], output: &mut Output<'_>) {
        debug_assert_eq!(rows.pairs.depth(), self.depth, "columns are as long as rows");
        let panels = self.codes.chunks_exact(self.depth).zip(&self.scales).zip(bias);
        for (at, ((panel, scales), bias)) in panels.enumerate() {
            let begin = output.begin + at * WIDTH;
            let panel = Panel { codes: panel, scales, bias };
            for (row, block) in rows.pairs.iter() {
                let places = &mut output.numbers[row * output.stride + begin..];
                let scales = &rows.scales[row..];
                match block.len() / self.depth {
                    4 => product(block.as_chunks::<4>().0, scales, panel, places, output.stride),
                    3 => product(block.as_chunks::<3>().0, scales, panel, places, output.stride),
                    2 => product(block.as_chunks::<2>().0, scales, panel, places, output.stride),
                    _ => product(block.as_chunks::<1>().0, scales, panel, places, output.stride),
                }
            }
        }
    }
}

impl QuantisedRows {
    /// Quantises rows of `depth` numbers each, an even number.
    pub(crate) fn copy<'a>(&mut self, depth: usize, rows: impl ExactSizeIterator<Item = &'a [f32]>) {
        // The sum of as many products as a row has must fit into 31 bits.
        let greatest = (i32::MAX as f32 / WEIGHT_CODE / depth as f32 - 1.0).floor().min(f32::from(i16::MAX));
        self.pairs.reshape(rows.len(), depth / 2);
        self.scales.clear();
        for (at, row) in rows.enumerate() {
            let (scale, inverse) = scales(row, greatest);
            self.scales.push(scale);
            let pairs = row.as_chunks().0.iter();
            let pairs = pairs.map(|[even, odd]| code(*even, inverse) & 0xffff | code(*odd, inverse) << 16);
            self.pairs.fill(at, pairs);
        }
    }
}

/// What a code is worth if the greatest number has the greatest code, and how many codes a number is.
fn scales(numbers: &[f32], greatest: f32) -> (f32, f32) {
    let (fours, rest) = numbers.as_chunks::<4>();
    let most = fours.iter().fold(Floats::splat(0.0), |most, four| most.greater(Floats::load(four).absolute()));
    let mut four = [0.0; 4];
    most.store(&mut four);
    let most = four.iter().chain(rest).fold(0.0_f32, |most, number| most.max(number.abs()));
    // What is too small to be divided by is zero.
    if most < 1e-30 { (0.0, 0.0) } else { (most / greatest, greatest / most) }
}

/// The nearest code, less than 2^15 either way: adding 1.5 * 2^23 leaves it in the lowest bits.
#[inline(always)]
fn code(number: f32, inverse: f32) -> i32 {
    const SHIFT: f32 = 12_582_912.0;
    (number * inverse + SHIFT).to_bits() as i16 as i32
}

/// A panel with what its sums are worth.
#[derive(Clone, Copy)]
struct Panel<'a> {
    codes: &'a [[i8; 2 * WIDTH]],
    scales: &'a [f32; WIDTH],
    bias: &'a [f32; WIDTH],
}

#[inline(never)]
fn product<const ROWS: usize>(
    rows: &[[i32; ROWS]],
    row_scales: &[f32],
    panel: Panel<'_>,
    places: &mut [f32],
    stride: usize,
) {
    let mut sums = [[Sums::zero(); 2]; ROWS];
    for (pairs, codes) in rows.iter().zip(panel.codes) {
        let [low, high] = Codes::widen(codes);
        for (sum, pair) in sums.iter_mut().zip(Codes::broadcast(pairs)) {
            sum[0] = sum[0].add_products(pair, low);
            sum[1] = sum[1].add_products(pair, high);
        }
    }
    let ([low, high], [low_bias, high_bias]) = (Floats::load_eight(panel.scales), Floats::load_eight(panel.bias));
    for (row, (sum, scale)) in sums.iter().zip(row_scales).enumerate() {
        let scale = Floats::splat(*scale);
        let low = sum[0].floats().multiply(scale.multiply(low)).add(low_bias);
        let high = sum[1].floats().multiply(scale.multiply(high)).add(high_bias);
        write([low, high], &mut places[row * stride..]);
    }
}
