//! 128-bit SIMD of WebAssembly.

use std::arch::wasm32::{
    f32x4_abs, f32x4_add, f32x4_convert_i32x4, f32x4_div, f32x4_extract_lane, f32x4_mul, f32x4_pmax, f32x4_splat,
    f32x4_sub, i16x8_load_extend_i8x8, i32x4_add, i32x4_dot_i16x8, i32x4_shl, i32x4_shuffle, i32x4_splat, v128,
    v128_load, v128_load32_splat, v128_store,
};

/// Four numbers.
#[derive(Clone, Copy)]
pub(crate) struct Floats(v128);

impl Floats {
    #[inline(always)]
    pub(crate) fn splat(number: f32) -> Floats {
        Floats(f32x4_splat(number))
    }

    /// Each of some numbers, four times.
    #[inline(always)]
    pub(crate) fn broadcast<const N: usize>(numbers: &[f32; N]) -> [Floats; N] {
        // SAFETY: there are four bytes behind the address of each.
        unsafe { broadcast(numbers) }.map(Floats)
    }

    #[inline(always)]
    pub(crate) fn load(numbers: &[f32; 4]) -> Floats {
        // SAFETY: there are four numbers.
        Floats(unsafe { v128_load(numbers.as_ptr().cast()) })
    }

    /// Eight numbers in two registers.
    #[inline(always)]
    pub(crate) fn load_eight(numbers: &[f32; 8]) -> [Floats; 2] {
        // SAFETY: four numbers from the first and from the fifth on, of eight. An array taken apart would be loaded
        // number by number, if the compiler sees no better.
        unsafe { [Floats(v128_load(numbers.as_ptr().cast())), Floats(v128_load(numbers.as_ptr().add(4).cast()))] }
    }

    #[inline(always)]
    pub(crate) fn store(self, numbers: &mut [f32; 4]) {
        // SAFETY: there is room for four numbers.
        unsafe { v128_store(numbers.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    pub(crate) fn add(self, other: Floats) -> Floats {
        Floats(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub(crate) fn subtract(self, other: Floats) -> Floats {
        Floats(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    pub(crate) fn multiply(self, other: Floats) -> Floats {
        Floats(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    pub(crate) fn divide(self, other: Floats) -> Floats {
        Floats(f32x4_div(self.0, other.0))
    }

    /// The greater of two; `self` if one is NaN.
    #[inline(always)]
    pub(crate) fn greater(self, other: Floats) -> Floats {
        Floats(f32x4_pmax(self.0, other.0))
    }

    #[inline(always)]
    pub(crate) fn absolute(self) -> Floats {
        Floats(f32x4_abs(self.0))
    }

    /// 2 to the power of the whole numbers that the lowest bits of the mantissas hold, from -126 to 127.
    #[inline(always)]
    pub(crate) fn two_to_the_mantissa(self) -> Floats {
        Floats(i32x4_add(i32x4_shl(self.0, 23), f32x4_splat(1.0)))
    }

    /// The four numbers added.
    #[inline(always)]
    pub(crate) fn total(self) -> f32 {
        (f32x4_extract_lane::<0>(self.0) + f32x4_extract_lane::<1>(self.0))
            + (f32x4_extract_lane::<2>(self.0) + f32x4_extract_lane::<3>(self.0))
    }
}

/// Four sums of products of 16 bits.
#[derive(Clone, Copy)]
pub(crate) struct Sums(v128);

impl Sums {
    #[inline(always)]
    pub(crate) fn zero() -> Sums {
        Sums(i32x4_splat(0))
    }

    /// Adds to each sum the products of the two codes of its own with two others.
    #[inline(always)]
    pub(crate) fn add_products(self, a: Codes, b: Codes) -> Sums {
        Sums(i32x4_add(self.0, i32x4_dot_i16x8(a.0, b.0)))
    }

    /// The sums as numbers.
    #[inline(always)]
    pub(crate) fn floats(self) -> Floats {
        Floats(f32x4_convert_i32x4(self.0))
    }
}

/// Eight codes, two for each of four sums.
#[derive(Clone, Copy)]
pub(crate) struct Codes(v128);

impl Codes {
    /// Each of some pairs of codes, the first in the lower half, four times.
    #[inline(always)]
    pub(crate) fn broadcast<const N: usize>(pairs: &[i32; N]) -> [Codes; N] {
        // SAFETY: there are four bytes behind the address of each.
        unsafe { broadcast(pairs) }.map(Codes)
    }

    /// Sixteen codes in two registers.
    #[inline(always)]
    pub(crate) fn widen(codes: &[i8; 16]) -> [Codes; 2] {
        // SAFETY: eight bytes from the first and from the ninth on, of sixteen.
        unsafe { [Codes(i16x8_load_extend_i8x8(codes.as_ptr())), Codes(i16x8_load_extend_i8x8(codes.as_ptr().add(8)))] }
    }
}

/// Each of some words, four times. Four are loaded at once and shuffled, which is less work for Cranelift's code than
/// four loads: it makes two more instructions of each.
///
/// # Safety
///
/// A word has four bytes.
#[inline(always)]
unsafe fn broadcast<T, const N: usize>(words: &[T; N]) -> [v128; N] {
    if N == 4 {
        // SAFETY: there are four words.
        let all = unsafe { v128_load(words.as_ptr().cast()) };
        std::array::from_fn(|at| match at {
            0 => i32x4_shuffle::<0, 0, 0, 0>(all, all),
            1 => i32x4_shuffle::<1, 1, 1, 1>(all, all),
            2 => i32x4_shuffle::<2, 2, 2, 2>(all, all),
            _ => i32x4_shuffle::<3, 3, 3, 3>(all, all),
        })
    } else {
        // SAFETY: the caller's.
        words.each_ref().map(|word| unsafe { v128_load32_splat(std::ptr::from_ref(word).cast()) })
    }
}
