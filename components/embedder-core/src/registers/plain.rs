//! Registers as arrays, for any machine.

/// Four numbers.
#[derive(Clone, Copy)]
pub(crate) struct Floats([f32; 4]);

impl Floats {
    #[inline(always)]
    pub(crate) fn splat(number: f32) -> Floats {
        Floats([number; 4])
    }

    /// Each of some numbers, four times.
    #[inline(always)]
    pub(crate) fn broadcast<const N: usize>(numbers: &[f32; N]) -> [Floats; N] {
        numbers.map(Floats::splat)
    }

    #[inline(always)]
    pub(crate) fn load(numbers: &[f32; 4]) -> Floats {
        Floats(*numbers)
    }

    /// Eight numbers in two registers.
    #[inline(always)]
    pub(crate) fn load_eight(numbers: &[f32; 8]) -> [Floats; 2] {
        let [a, b, c, d, e, f, g, h] = *numbers;
        [Floats([a, b, c, d]), Floats([e, f, g, h])]
    }

    #[inline(always)]
    pub(crate) fn store(self, numbers: &mut [f32; 4]) {
        *numbers = self.0;
    }

    #[inline(always)]
    fn each(self, other: Floats, of: impl Fn(f32, f32) -> f32) -> Floats {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Floats([of(a, e), of(b, f), of(c, g), of(d, h)])
    }

    #[inline(always)]
    pub(crate) fn add(self, other: Floats) -> Floats {
        self.each(other, |a, b| a + b)
    }

    #[inline(always)]
    pub(crate) fn subtract(self, other: Floats) -> Floats {
        self.each(other, |a, b| a - b)
    }

    #[inline(always)]
    pub(crate) fn multiply(self, other: Floats) -> Floats {
        self.each(other, |a, b| a * b)
    }

    #[inline(always)]
    pub(crate) fn divide(self, other: Floats) -> Floats {
        self.each(other, |a, b| a / b)
    }

    /// The greater of two; `self` if one is NaN.
    #[inline(always)]
    pub(crate) fn greater(self, other: Floats) -> Floats {
        self.each(other, |a, b| if a < b { b } else { a })
    }

    #[inline(always)]
    pub(crate) fn absolute(self) -> Floats {
        self.each(self, |a, _| a.abs())
    }

    /// 2 to the power of the whole numbers that the lowest bits of the mantissas hold, from -126 to 127.
    #[inline(always)]
    pub(crate) fn two_to_the_mantissa(self) -> Floats {
        self.each(self, |a, _| f32::from_bits((a.to_bits() << 23).wrapping_add(1.0_f32.to_bits())))
    }

    /// The four numbers added.
    #[inline(always)]
    pub(crate) fn total(self) -> f32 {
        let [a, b, c, d] = self.0;
        (a + b) + (c + d)
    }
}

/// Four sums of products of 16 bits.
#[derive(Clone, Copy)]
pub(crate) struct Sums([i32; 4]);

impl Sums {
    #[inline(always)]
    pub(crate) fn zero() -> Sums {
        Sums([0; 4])
    }

    /// Adds to each sum the products of the two codes of its own with two others.
    #[inline(always)]
    pub(crate) fn add_products(self, a: Codes, b: Codes) -> Sums {
        let product = |at: usize| i32::from(a.0[at]) * i32::from(b.0[at]);
        let [c, d, e, f] = self.0;
        Sums([
            c.wrapping_add(product(0)).wrapping_add(product(1)),
            d.wrapping_add(product(2)).wrapping_add(product(3)),
            e.wrapping_add(product(4)).wrapping_add(product(5)),
            f.wrapping_add(product(6)).wrapping_add(product(7)),
        ])
    }

    /// The sums as numbers.
    #[inline(always)]
    pub(crate) fn floats(self) -> Floats {
        Floats(self.0.map(|sum| sum as f32))
    }
}

/// Eight codes, two for each of four sums.
#[derive(Clone, Copy)]
pub(crate) struct Codes([i16; 8]);

impl Codes {
    /// Each of some pairs of codes, the first in the lower half, four times.
    #[inline(always)]
    pub(crate) fn broadcast<const N: usize>(pairs: &[i32; N]) -> [Codes; N] {
        pairs.map(|pair| {
            let (low, high) = (pair as i16, (pair >> 16) as i16);
            Codes([low, high, low, high, low, high, low, high])
        })
    }

    /// Sixteen codes in two registers.
    #[inline(always)]
    pub(crate) fn widen(codes: &[i8; 16]) -> [Codes; 2] {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = codes.map(i16::from);
        [Codes([a, b, c, d, e, f, g, h]), Codes([i, j, k, l, m, n, o, p])]
    }
}
