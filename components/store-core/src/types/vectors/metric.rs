//! How near two vectors are.

use super::kernels;

/// What is measured. Less is nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// 1 less the cosine of the angle: 0 to 2. Vectors are brought to length 1 when they come.
    Cosine,
    /// The square of the distance.
    L2,
    /// 1 less the inner product.
    InnerProduct,
}

impl Metric {
    /// The distance of two vectors of the same dimension; for [`Metric::Cosine`] of length 1.
    #[inline(always)]
    pub fn distance(self, a: &[f32], b: &[f32]) -> f32 {
        match self {
            Metric::Cosine | Metric::InnerProduct => 1.0 - kernels::dot(a, b),
            Metric::L2 => kernels::square_distance(a, b),
        }
    }

    /// The same of two quantised vectors.
    #[inline(always)]
    pub(super) fn quantised_distance(self, a: Quantised<'_>, b: Quantised<'_>) -> f32 {
        self.of_product(kernels::dot_codes(a.codes, b.codes), a, b)
    }

    /// The same when their codes' inner product is known: what each code stands for makes it the vectors'.
    #[inline(always)]
    pub(super) fn of_product(self, product: i32, a: Quantised<'_>, b: Quantised<'_>) -> f32 {
        let product = product as f32 * a.scale * b.scale;
        match self {
            Metric::Cosine | Metric::InnerProduct => 1.0 - product,
            Metric::L2 => (a.square + b.square - 2.0 * product).max(0.0),
        }
    }
}

/// A vector of bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantised<'a> {
    /// -127 to 127.
    pub(super) codes: &'a [i8],
    /// What one step of a code stands for.
    pub(super) scale: f32,
    /// The square of the vector's length; only for [`Metric::L2`].
    pub(super) square: f32,
}
