//! Where vectors lie: numbers of 32 bits, or one byte each.

use super::chunks::Chunks;
use super::kernels;
use super::metric::{Metric, Quantised};

/// How a vector is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it came.
    F32,
    /// A byte a number, with a scale for each vector: a quarter of the memory.
    Int8,
}

/// Vectors of one dimension, by the numbers of their slots.
#[derive(Clone, Debug)]
pub(super) struct Space {
    metric: Metric,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    F32(Chunks<f32>),
    Int8 {
        codes: Chunks<i8>,
        /// Scale and square of each.
        scales: Chunks<f32>,
    },
}

/// A vector as distances are measured from it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Point<'a> {
    /// Numbers.
    F32(&'a [f32]),
    /// Codes.
    Int8(Quantised<'a>),
}

/// A vector that is not in a space, brought into its form.
#[derive(Clone, Debug)]
pub(super) struct Query {
    numbers: Vec<f32>,
    codes: Vec<i8>,
    scale: f32,
    square: f32,
}

impl Space {
    /// An empty one.
    pub(super) fn new(dimension: usize, metric: Metric, kind: Kind) -> Space {
        let values = match kind {
            Kind::F32 => Values::F32(Chunks::new(dimension)),
            Kind::Int8 => Values::Int8 { codes: Chunks::new(dimension), scales: Chunks::new(2) },
        };
        Space { metric, values }
    }

    /// A vector in the form of this space: for the cosine of length 1, quantised where the space is.
    pub(super) fn query(&self, vector: &[f32]) -> Query {
        let mut numbers = vector.to_vec();
        if self.metric == Metric::Cosine {
            let length = kernels::dot(vector, vector).sqrt();
            if length > 0.0 {
                numbers.iter_mut().for_each(|number| *number /= length);
            }
        }
        let square = kernels::dot(&numbers, &numbers);
        let mut query = Query { numbers, codes: Vec::new(), scale: 0.0, square };
        if matches!(self.values, Values::Int8 { .. }) {
            let greatest = query.numbers.iter().fold(0.0_f32, |greatest, number| greatest.max(number.abs()));
            query.scale = greatest / 127.0;
            let code = |number: &f32| if greatest > 0.0 { (number / query.scale).round() as i8 } else { 0 };
            query.codes = query.numbers.iter().map(code).collect();
            query.square = kernels::dot_codes(&query.codes, &query.codes) as f32 * query.scale * query.scale;
            query.numbers = Vec::new();
        }
        query
    }

    /// Puts a vector into a slot.
    pub(super) fn put(&mut self, slot: u32, query: &Query) {
        match &mut self.values {
            Values::F32(numbers) => {
                numbers.reach(slot);
                numbers.row_mut(slot).copy_from_slice(&query.numbers);
            }
            Values::Int8 { codes, scales } => {
                codes.reach(slot);
                codes.row_mut(slot).copy_from_slice(&query.codes);
                scales.reach(slot);
                scales.row_mut(slot).copy_from_slice(&[query.scale, query.square]);
            }
        }
    }

    /// What a slot holds.
    #[inline]
    pub(super) fn point(&self, slot: u32) -> Point<'_> {
        match &self.values {
            Values::F32(numbers) => Point::F32(numbers.row(slot)),
            Values::Int8 { codes, scales } => {
                let [scale, square] = scales.row(slot) else {
                    return Point::Int8(Quantised { codes: &[], scale: 0.0, square: 0.0 });
                };
                Point::Int8(Quantised { codes: codes.row(slot), scale: *scale, square: *square })
            }
        }
    }

    /// The distance of two points of this space.
    #[inline]
    pub(super) fn distance(&self, a: Point<'_>, b: Point<'_>) -> f32 {
        match (a, b) {
            (Point::F32(a), Point::F32(b)) => self.metric.distance(a, b),
            (Point::Int8(a), Point::Int8(b)) => self.metric.quantised_distance(a, b),
            // A space has one kind.
            _ => f32::INFINITY,
        }
    }

    /// The numbers of a slot, as near to what came as they are kept; for the cosine, of length 1.
    pub(super) fn numbers(&self, slot: u32) -> Vec<f32> {
        match self.point(slot) {
            Point::F32(numbers) => numbers.to_vec(),
            Point::Int8(point) => point.codes.iter().map(|code| f32::from(*code) * point.scale).collect(),
        }
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        match &self.values {
            Values::F32(numbers) => numbers.bytes(),
            Values::Int8 { codes, scales } => codes.bytes() + scales.bytes(),
        }
    }
}

impl Query {
    /// As distances are measured from it.
    #[inline]
    pub(super) fn point(&self) -> Point<'_> {
        if self.codes.is_empty() {
            Point::F32(&self.numbers)
        } else {
            Point::Int8(Quantised { codes: &self.codes, scale: self.scale, square: self.square })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_near_what_numbers_are() {
        let vectors = [[0.5, -1.0, 2.0, 0.25], [3.0, 0.0, -2.0, 1.0]];
        for metric in [Metric::Cosine, Metric::L2, Metric::InnerProduct] {
            let distances: Vec<f32> = [Kind::F32, Kind::Int8]
                .into_iter()
                .map(|kind| {
                    let mut space = Space::new(4, metric, kind);
                    for (slot, vector) in vectors.iter().enumerate() {
                        let query = space.query(vector);
                        space.put(slot as u32, &query);
                    }
                    space.distance(space.point(0), space.point(1))
                })
                .collect();
            let [exact, near] = distances[..] else { panic!("two kinds") };
            assert!((exact - near).abs() <= 0.02 * exact.abs().max(1.0), "{metric:?}: {exact} and {near}");
        }
    }

    #[test]
    fn nothing_is_the_vector_of_zeros() {
        let space = Space::new(2, Metric::Cosine, Kind::Int8);
        let zero = space.query(&[0.0, 0.0]);
        assert_eq!(space.distance(zero.point(), zero.point()), 1.0);
    }
}
