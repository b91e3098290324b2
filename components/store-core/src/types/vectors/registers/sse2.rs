//! SSE2, which every x86-64 has. The compiler would not find it by itself: it shuffles what need not be shuffled.

use std::arch::x86_64::{
    __m128, __m128i, _mm_add_epi32, _mm_add_ps, _mm_loadl_epi64, _mm_loadu_ps, _mm_madd_epi16, _mm_mul_ps,
    _mm_setzero_ps, _mm_setzero_si128, _mm_srai_epi16, _mm_storeu_ps, _mm_storeu_si128, _mm_sub_ps, _mm_unpacklo_epi8,
};

use super::Registers;

/// XMM registers.
pub(in super::super) struct Sse2;

impl Registers for Sse2 {
    type Floats = __m128;
    type Codes = __m128i;
    type Sums = __m128i;

    #[inline(always)]
    fn floats() -> __m128 {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_setzero_ps() }
    }

    #[inline(always)]
    fn load(numbers: &[f32; 8]) -> [__m128; 2] {
        // SAFETY: four numbers from the first and from the fifth on, of eight.
        unsafe { [_mm_loadu_ps(numbers.as_ptr()), _mm_loadu_ps(numbers.as_ptr().add(4))] }
    }

    #[inline(always)]
    fn add(a: __m128, b: __m128) -> __m128 {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_add_ps(a, b) }
    }

    #[inline(always)]
    fn multiply(a: __m128, b: __m128) -> __m128 {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_mul_ps(a, b) }
    }

    #[inline(always)]
    fn square_apart(a: __m128, b: __m128) -> __m128 {
        // What is loaded last is overwritten, so that the other one need not be copied.
        // SAFETY: every x86-64 has SSE2.
        unsafe {
            let difference = _mm_sub_ps(b, a);
            _mm_mul_ps(difference, difference)
        }
    }

    #[inline(always)]
    fn numbers(floats: __m128) -> [f32; 4] {
        let mut numbers = [0.0; 4];
        // SAFETY: room for four numbers.
        unsafe { _mm_storeu_ps(numbers.as_mut_ptr(), floats) };
        numbers
    }

    #[inline(always)]
    fn sums() -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_setzero_si128() }
    }

    #[inline(always)]
    fn widen(codes: &[i8; 16]) -> [__m128i; 2] {
        // SAFETY: eight bytes from the first and from the ninth on, of sixteen.
        let halves = unsafe { [_mm_loadl_epi64(codes.as_ptr().cast()), _mm_loadl_epi64(codes.as_ptr().add(8).cast())] };
        // Each byte twice in a lane; the shift leaves the upper one, with its sign.
        // SAFETY: every x86-64 has SSE2.
        halves.map(|half| unsafe { _mm_srai_epi16::<8>(_mm_unpacklo_epi8(half, half)) })
    }

    #[inline(always)]
    fn add_products(sums: __m128i, a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: every x86-64 has SSE2.
        unsafe { _mm_add_epi32(sums, _mm_madd_epi16(a, b)) }
    }

    #[inline(always)]
    fn total(sums: __m128i) -> i32 {
        let mut four = [0_i32; 4];
        // SAFETY: room for four numbers of 32 bits.
        unsafe { _mm_storeu_si128(four.as_mut_ptr().cast(), sums) };
        four.iter().sum()
    }
}
