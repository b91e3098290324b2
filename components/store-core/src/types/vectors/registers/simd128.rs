//! 128-bit SIMD of WebAssembly.

use std::arch::wasm32::{
    f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, f32x4_sub, i16x8_load_extend_i8x8, i32x4_add,
    i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat, v128, v128_load,
};

use super::Registers;

/// Values of type v128.
pub(in super::super) struct Simd128;

impl Registers for Simd128 {
    type Floats = v128;
    type Codes = v128;
    type Sums = v128;

    #[inline(always)]
    fn floats() -> v128 {
        f32x4_splat(0.0)
    }

    #[inline(always)]
    fn load(numbers: &[f32; 8]) -> [v128; 2] {
        // SAFETY: four numbers from the first and from the fifth on, of eight.
        unsafe { [v128_load(numbers.as_ptr().cast()), v128_load(numbers.as_ptr().add(4).cast())] }
    }

    #[inline(always)]
    fn add(a: v128, b: v128) -> v128 {
        f32x4_add(a, b)
    }

    #[inline(always)]
    fn multiply(a: v128, b: v128) -> v128 {
        f32x4_mul(a, b)
    }

    #[inline(always)]
    fn square_apart(a: v128, b: v128) -> v128 {
        // What is loaded last is on the right, where machines with three operands take it from memory.
        let difference = f32x4_sub(a, b);
        f32x4_mul(difference, difference)
    }

    #[inline(always)]
    fn numbers(floats: v128) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(floats),
            f32x4_extract_lane::<1>(floats),
            f32x4_extract_lane::<2>(floats),
            f32x4_extract_lane::<3>(floats),
        ]
    }

    #[inline(always)]
    fn sums() -> v128 {
        i32x4_splat(0)
    }

    #[inline(always)]
    fn widen(codes: &[i8; 16]) -> [v128; 2] {
        // SAFETY: eight bytes from the first and from the ninth on, of sixteen.
        unsafe { [i16x8_load_extend_i8x8(codes.as_ptr()), i16x8_load_extend_i8x8(codes.as_ptr().add(8))] }
    }

    #[inline(always)]
    fn add_products(sums: v128, a: v128, b: v128) -> v128 {
        i32x4_add(sums, i32x4_dot_i16x8(a, b))
    }

    #[inline(always)]
    fn total(sums: v128) -> i32 {
        i32x4_extract_lane::<0>(sums)
            + i32x4_extract_lane::<1>(sums)
            + i32x4_extract_lane::<2>(sums)
            + i32x4_extract_lane::<3>(sums)
    }
}
