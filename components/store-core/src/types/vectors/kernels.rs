//! The inner loops: inner products and distances, by 128-bit SIMD in WebAssembly, and the same in plain Rust, which compilers
//! turn into the vector instructions of other machines. Both add in the same order, so that both give the same bits.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd as chosen;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use scalar as chosen;

/// The inner product.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    chosen::dot(a, b)
}

/// The sum of the squares of the differences.
#[inline]
pub fn square_distance(a: &[f32], b: &[f32]) -> f32 {
    chosen::square_distance(a, b)
}

/// The inner product of codes; exact up to a dimension of 133,144.
#[inline]
pub fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
    chosen::dot_codes(a, b)
}

/// How many bits are not the same.
#[inline]
pub fn differing_bits(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// Numbers that are worked on at once: four registers of four, so that additions need not wait for each other.
const LANES: usize = 16;

/// The lanes added up, in the order that both twins keep.
#[inline]
fn sum(lanes: &[f32; LANES]) -> f32 {
    let mut four = [0.0; 4];
    for (index, total) in four.iter_mut().enumerate() {
        *total = (lanes[index] + lanes[index + 4]) + (lanes[index + 8] + lanes[index + 12]);
    }
    (four[0] + four[1]) + (four[2] + four[3])
}

/// Plain Rust.
pub mod scalar {
    use super::{LANES, sum};

    #[inline]
    fn reduce(a: &[f32], b: &[f32], step: impl Fn(f32, f32) -> f32) -> f32 {
        let (a_chunks, a_rest) = a.as_chunks::<LANES>();
        let (b_chunks, b_rest) = b.as_chunks::<LANES>();
        let mut lanes = [0.0; LANES];
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            for index in 0..LANES {
                lanes[index] += step(a[index], b[index]);
            }
        }
        let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| step(*a, *b)).sum();
        sum(&lanes) + rest
    }

    /// As [`super::dot`].
    #[inline]
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        reduce(a, b, |a, b| a * b)
    }

    /// As [`super::square_distance`].
    #[inline]
    pub fn square_distance(a: &[f32], b: &[f32]) -> f32 {
        reduce(a, b, |a, b| (a - b) * (a - b))
    }

    /// As [`super::dot_codes`].
    #[inline]
    pub fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
        a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    }
}

/// 128-bit SIMD of WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub mod simd {
    use std::arch::wasm32::{
        f32x4_add, f32x4_mul, f32x4_splat, f32x4_sub, i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i32x4_add,
        i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat, v128, v128_load, v128_store,
    };

    use super::{LANES, sum};

    #[inline]
    fn reduce(a: &[f32], b: &[f32], step: impl Fn(v128, v128) -> v128, last: impl Fn(f32, f32) -> f32) -> f32 {
        let (a_chunks, a_rest) = a.as_chunks::<LANES>();
        let (b_chunks, b_rest) = b.as_chunks::<LANES>();
        let mut registers = [f32x4_splat(0.0); 4];
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            for (index, register) in registers.iter_mut().enumerate() {
                // SAFETY: four numbers from 4 * index on, of 16.
                let (a, b) = unsafe {
                    (v128_load(a.as_ptr().add(4 * index).cast()), v128_load(b.as_ptr().add(4 * index).cast()))
                };
                *register = f32x4_add(*register, step(a, b));
            }
        }
        let mut lanes = [0.0; LANES];
        for (index, register) in registers.iter().enumerate() {
            // SAFETY: four numbers from 4 * index on, of 16.
            unsafe { v128_store(lanes.as_mut_ptr().add(4 * index).cast(), *register) };
        }
        let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| last(*a, *b)).sum();
        sum(&lanes) + rest
    }

    /// As [`super::dot`].
    #[inline]
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        reduce(a, b, |a, b| f32x4_mul(a, b), |a, b| a * b)
    }

    /// As [`super::square_distance`].
    #[inline]
    pub fn square_distance(a: &[f32], b: &[f32]) -> f32 {
        let square = |a, b| {
            let difference = f32x4_sub(a, b);
            f32x4_mul(difference, difference)
        };
        reduce(a, b, square, |a, b| (a - b) * (a - b))
    }

    /// As [`super::dot_codes`].
    #[inline]
    pub fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
        let (a_chunks, a_rest) = a.as_chunks::<16>();
        let (b_chunks, b_rest) = b.as_chunks::<16>();
        let mut total = i32x4_splat(0);
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            // SAFETY: sixteen bytes each.
            let (a, b) = unsafe { (v128_load(a.as_ptr().cast()), v128_load(b.as_ptr().cast())) };
            let low = i32x4_dot_i16x8(i16x8_extend_low_i8x16(a), i16x8_extend_low_i8x16(b));
            let high = i32x4_dot_i16x8(i16x8_extend_high_i8x16(a), i16x8_extend_high_i8x16(b));
            total = i32x4_add(total, i32x4_add(low, high));
        }
        let whole = i32x4_extract_lane::<0>(total)
            + i32x4_extract_lane::<1>(total)
            + i32x4_extract_lane::<2>(total)
            + i32x4_extract_lane::<3>(total);
        whole + super::scalar::dot_codes(a_rest, b_rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(seed: u32, count: usize) -> Vec<f32> {
        (0..count as u32).map(|at| ((at * 37 + seed * 11) % 101) as f32 / 50.0 - 1.0).collect()
    }

    #[test]
    fn sums_are_those_of_the_definition_whatever_is_left_over() {
        for count in [0, 1, 3, 15, 16, 17, 64, 100, 384] {
            let (a, b) = (numbers(1, count), numbers(2, count));
            let exact = |step: fn(f64, f64) -> f64| -> f64 {
                a.iter().zip(&b).map(|(a, b)| step(f64::from(*a), f64::from(*b))).sum()
            };
            assert!((f64::from(dot(&a, &b)) - exact(|a, b| a * b)).abs() < 1e-3, "{count}");
            assert!((f64::from(square_distance(&a, &b)) - exact(|a, b| (a - b) * (a - b))).abs() < 1e-3, "{count}");
            assert_eq!(dot(&a, &b).to_bits(), scalar::dot(&a, &b).to_bits());
            assert_eq!(square_distance(&a, &b).to_bits(), scalar::square_distance(&a, &b).to_bits());
            let codes = |numbers: &[f32]| numbers.iter().map(|number| (number * 127.0) as i8).collect::<Vec<_>>();
            let (a, b) = (codes(&a), codes(&b));
            let exact: i32 = a.iter().zip(&b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert_eq!(dot_codes(&a, &b), exact);
        }
    }
}
