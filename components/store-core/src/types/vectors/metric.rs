//! How near two vectors are.

use super::kernels::{self, AT_ONCE, each};

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
    pub fn distance(self, a: &[f32], b: &[f32]) -> f32 {
        let [distance, ..] = self.distances(a, [b; AT_ONCE]);
        distance
    }

    /// The distances of one and some others.
    #[inline(always)]
    pub fn distances(self, a: &[f32], others: [&[f32]; AT_ONCE]) -> [f32; AT_ONCE] {
        match self {
            Metric::Cosine | Metric::InnerProduct => each(kernels::dots(a, others), |product| 1.0 - product),
            Metric::L2 => kernels::square_distances(a, others),
        }
    }

    /// The distance of two quantised vectors.
    pub(super) fn quantised_distance(self, a: Quantised<'_>, b: Quantised<'_>) -> f32 {
        let [distance, ..] = self.quantised_distances(a, [b; AT_ONCE]);
        distance
    }

    /// The same of one and some others: their codes' inner products, and what each code stands for.
    #[inline(always)]
    pub(super) fn quantised_distances(self, a: Quantised<'_>, others: [Quantised<'_>; AT_ONCE]) -> [f32; AT_ONCE] {
        let [b, c, d, e] = others;
        let products = kernels::dots_of_codes(a.codes, each(others, |other| other.codes));
        let [with_b, with_c, with_d, with_e] = products;
        each([(b, with_b), (c, with_c), (d, with_d), (e, with_e)], |(b, product)| {
            let product = product as f32 * a.scale * b.scale;
            match self {
                Metric::Cosine | Metric::InnerProduct => 1.0 - product,
                Metric::L2 => {
                    let distance = a.square + b.square - 2.0 * product;
                    // Not `max`, which is a call in WebAssembly.
                    if distance < 0.0 { 0.0 } else { distance }
                }
            }
        })
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
