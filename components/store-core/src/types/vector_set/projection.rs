//! Shorter vectors of long ones: each number is a sum of all, with factors by chance, which keeps what is near near
//! (Johnson and Lindenstrauss, 1984).

use crate::types::vectors::kernels;

/// The factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    from: usize,
    /// One row for each number of the result.
    rows: Box<[f32]>,
}

impl Projection {
    /// From so many numbers to so many. The factors are the same in every run.
    pub fn new(from: usize, to: usize) -> Projection {
        let scale = 1.0 / (to.max(1) as f32).sqrt();
        let rows = (0..(from * to) as u64).map(|at| scale * factor(at)).collect();
        Projection { from, rows }
    }

    /// The numbers of a vector that is given to it.
    pub fn from(&self) -> usize {
        self.from
    }

    /// The numbers of the result.
    pub fn to(&self) -> usize {
        self.rows.len().checked_div(self.from).unwrap_or(0)
    }

    /// The shorter vector.
    pub fn apply(&self, numbers: &[f32]) -> Vec<f32> {
        self.rows.chunks(self.from.max(1)).map(|row| kernels::dot(row, numbers)).collect()
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.rows)
    }
}

/// From -1 to 1, by the number of the factor: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
fn factor(at: u64) -> f32 {
    let mut mixed = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 40) as f32 / (1 << 23) as f32 - 1.0
}
