//! From the ranks in the registers to the number of elements.

use super::{REGISTER_BITS, REGISTERS};

/// Ranks beyond this are those of hashes that had no bit left.
const HIGHEST: usize = (64 - REGISTER_BITS) as usize;
/// 1 / (2 ln 2).
const ALPHA: f64 = 0.721_347_520_444_481_7;

/// How many registers have each rank.
pub(super) struct Histogram([u32; 64]);

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram([0; 64])
    }
}

impl Histogram {
    pub(super) fn add(&mut self, rank: u8, registers: usize) {
        self.0[usize::from(rank & 0x3f)] += registers as u32;
    }

    /// Ertl's improved estimator. The order of operations is that of Redis, so that the digits are.
    pub(super) fn estimate(&self) -> u64 {
        const ALL: f64 = REGISTERS as f64;
        let mut z = ALL * tau((ALL - f64::from(self.0[HIGHEST + 1])) / ALL);
        for &registers in self.0[1..=HIGHEST].iter().rev() {
            z = (z + f64::from(registers)) * 0.5;
        }
        z += ALL * sigma(f64::from(self.0[0]) / ALL);
        (ALPHA * ALL * ALL / z).round() as u64
    }
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if before == z {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if before == z {
            return z / 3.0;
        }
    }
}
