//! Plain Rust, for machines that are not known here, and to compare the others with.

use super::Registers;

/// Arrays.
pub(in super::super) struct Plain;

impl Registers for Plain {
    type Floats = [f32; 4];
    type Codes = [i16; 8];
    type Sums = [i32; 4];

    #[inline(always)]
    fn floats() -> [f32; 4] {
        [0.0; 4]
    }

    #[inline(always)]
    fn load(numbers: &[f32; 8]) -> [[f32; 4]; 2] {
        let [a, b, c, d, e, f, g, h] = *numbers;
        [[a, b, c, d], [e, f, g, h]]
    }

    #[inline(always)]
    fn add(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|at| a[at] + b[at])
    }

    #[inline(always)]
    fn multiply(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|at| a[at] * b[at])
    }

    #[inline(always)]
    fn square_apart(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|at| (a[at] - b[at]) * (a[at] - b[at]))
    }

    #[inline(always)]
    fn numbers(floats: [f32; 4]) -> [f32; 4] {
        floats
    }

    #[inline(always)]
    fn sums() -> [i32; 4] {
        [0; 4]
    }

    #[inline(always)]
    fn widen(codes: &[i8; 16]) -> [[i16; 8]; 2] {
        [std::array::from_fn(|at| i16::from(codes[at])), std::array::from_fn(|at| i16::from(codes[at + 8]))]
    }

    #[inline(always)]
    fn add_products(sums: [i32; 4], a: [i16; 8], b: [i16; 8]) -> [i32; 4] {
        let product = |at: usize| i32::from(a[at]) * i32::from(b[at]);
        std::array::from_fn(|at| sums[at] + product(2 * at) + product(2 * at + 1))
    }

    #[inline(always)]
    fn total(sums: [i32; 4]) -> i32 {
        sums.iter().sum()
    }
}
