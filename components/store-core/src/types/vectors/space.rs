//! Where vectors lie: numbers of 32 bits, one byte each, or one bit.

use super::chunks::Chunks;
use super::kernels::{self, AT_ONCE, each};
use super::metric::{Metric, Quantised};

/// How a vector is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it came.
    F32,
    /// A byte a number, with a scale for each vector: a quarter of the memory.
    Int8,
    /// A bit a number, which says whether it is positive: a 32nd of the memory.
    Binary,
}

/// Vectors of one dimension, by the numbers of their slots.
#[derive(Clone, Debug)]
pub(super) struct Space {
    dimension: usize,
    metric: Metric,
    values: Values,
    /// For the cosine: how long each was before it was brought to length 1.
    lengths: Chunks<f32>,
}

#[derive(Clone, Debug)]
enum Values {
    F32(Chunks<f32>),
    Int8 {
        codes: Chunks<i8>,
        /// The scale of each, and for [`Metric::L2`] its square.
        scales: Chunks<f32>,
    },
    Binary(Chunks<u64>),
}

/// Why bytes are no vector of a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVector;

/// A vector as distances are measured from it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Point<'a> {
    /// Numbers.
    F32(&'a [f32]),
    /// Codes.
    Int8(Quantised<'a>),
    /// Signs.
    Binary(&'a [u64]),
}

/// A vector that is not in a space, brought into its form.
#[derive(Clone, Debug)]
pub(super) struct Query {
    form: Form,
    length: f32,
}

#[derive(Clone, Debug)]
enum Form {
    F32(Vec<f32>),
    Int8 { codes: Vec<i8>, scale: f32, square: f32 },
    Binary(Vec<u64>),
}

impl Space {
    /// An empty one.
    pub(super) fn new(dimension: usize, metric: Metric, kind: Kind) -> Space {
        let values = match kind {
            Kind::F32 => Values::F32(Chunks::new(dimension, 0.0)),
            Kind::Int8 => {
                let width = if metric == Metric::L2 { 2 } else { 1 };
                Values::Int8 { codes: Chunks::new(dimension, 0), scales: Chunks::new(width, 0.0) }
            }
            Kind::Binary => Values::Binary(Chunks::new(dimension.div_ceil(64), 0)),
        };
        Space { dimension, metric, values, lengths: Chunks::new(1, 0.0) }
    }

    /// A vector in the form of this space: for the cosine of length 1, quantised where the space is.
    pub(super) fn query(&self, vector: &[f32]) -> Query {
        let mut numbers = vector.to_vec();
        let length = kernels::dot(vector, vector).sqrt();
        // The vector of zeros has no direction: it stays as it is, and counts as long as 1.
        let length = if length > 0.0 { length } else { 1.0 };
        if self.metric == Metric::Cosine {
            numbers.iter_mut().for_each(|number| *number /= length);
        }
        let form = match &self.values {
            Values::F32(_) => Form::F32(numbers),
            Values::Int8 { .. } => {
                let greatest = numbers.iter().fold(0.0_f32, |greatest, number| greatest.max(number.abs()));
                let scale = greatest / 127.0;
                let code = |number: &f32| if scale > 0.0 { (number / scale).round() as i8 } else { 0 };
                let codes: Vec<i8> = numbers.iter().map(code).collect();
                let square = kernels::dot_codes(&codes, &codes) as f32 * scale * scale;
                Form::Int8 { codes, scale, square }
            }
            Values::Binary(_) => Form::Binary(signs(&numbers)),
        };
        Query { form, length }
    }

    /// Puts a vector into a slot.
    pub(super) fn put(&mut self, slot: u32, query: &Query) {
        if self.metric == Metric::Cosine {
            self.lengths.reach(slot);
            self.lengths.row_mut(slot).fill(query.length);
        }
        match (&mut self.values, &query.form) {
            (Values::F32(rows), Form::F32(numbers)) => rows.put(slot, numbers),
            (Values::Int8 { codes, scales }, Form::Int8 { codes: own, scale, square }) => {
                codes.put(slot, own);
                scales.reach(slot);
                scales.row_mut(slot).iter_mut().zip([*scale, *square]).for_each(|(old, new)| *old = new);
            }
            (Values::Binary(rows), Form::Binary(words)) => rows.put(slot, words),
            // A space makes queries of its own kind.
            _ => {}
        }
    }

    /// What a slot holds.
    #[inline]
    pub(super) fn point(&self, slot: u32) -> Point<'_> {
        match &self.values {
            Values::F32(numbers) => Point::F32(numbers.row(slot)),
            Values::Int8 { codes, scales } => Point::Int8(quantised(codes, scales, slot)),
            Values::Binary(words) => Point::Binary(words.row(slot)),
        }
    }

    /// The distance of two points of this space.
    #[inline]
    pub(super) fn distance(&self, a: Point<'_>, b: Point<'_>) -> f32 {
        match (a, b) {
            (Point::F32(a), Point::F32(b)) => self.metric.distance(a, b),
            (Point::Int8(a), Point::Int8(b)) => self.metric.quantised_distance(a, b),
            (Point::Binary(a), Point::Binary(b)) => {
                2.0 * kernels::differing_bits(a, b) as f32 / self.dimension.max(1) as f32
            }
            // A space has one kind.
            _ => f32::INFINITY,
        }
    }

    /// The distances of a point and some slots: for each of them, as [`Space::distance`] gives it. They are in `room`, which
    /// grows when it must.
    pub(super) fn distances<'a>(&self, from: Point<'_>, slots: &[u32], room: &'a mut Vec<f32>) -> &'a [f32] {
        if room.len() < slots.len() + AT_ONCE {
            room.resize(slots.len() + AT_ONCE, 0.0);
        }
        let metric = self.metric;
        match (from, &self.values) {
            (Point::F32(from), Values::F32(rows)) => {
                touch(slots, rows);
                by_fours(slots, room, |four| metric.distances(from, each(four, |slot| rows.row(slot))));
            }
            (Point::Int8(from), Values::Int8 { codes, scales }) => {
                touch(slots, codes);
                by_fours(slots, room, |four| {
                    metric.quantised_distances(from, each(four, |slot| quantised(codes, scales, slot)))
                });
            }
            _ => {
                let distances = slots.iter().map(|slot| self.distance(from, self.point(*slot)));
                room.iter_mut().zip(distances).for_each(|(room, distance)| *room = distance);
            }
        }
        room.get(..slots.len()).unwrap_or_default()
    }

    /// The numbers of a slot, as near to what came as they are kept.
    pub(super) fn numbers(&self, slot: u32) -> Vec<f32> {
        let mut numbers = match self.point(slot) {
            Point::F32(numbers) => numbers.to_vec(),
            Point::Int8(point) => point.codes.iter().map(|code| f32::from(*code) * point.scale).collect(),
            Point::Binary(words) => (0..self.dimension).map(|at| if bit(words, at) { 1.0 } else { -1.0 }).collect(),
        };
        let length = self.length(slot);
        if !matches!(self.values, Values::Binary(_)) {
            numbers.iter_mut().for_each(|number| *number *= length);
        }
        numbers
    }

    /// How long the vector in a slot was when it came, where that is kept apart from its numbers; else 1.
    pub(super) fn length(&self, slot: u32) -> f32 {
        self.lengths.row(slot).first().copied().unwrap_or(1.0)
    }

    /// The greatest number that a code of a slot stands for, where there are codes; else 1.
    pub(super) fn range(&self, slot: u32) -> f32 {
        if let Point::Int8(point) = self.point(slot) { 127.0 * point.scale } else { 1.0 }
    }

    /// Everything about a slot's vector but its length: numbers, codes or bits, the lowest byte first, behind the codes
    /// their scale.
    pub(super) fn bytes_of(&self, slot: u32) -> Vec<u8> {
        match self.point(slot) {
            Point::F32(numbers) => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
            Point::Int8(point) => {
                let codes = point.codes.iter().map(|code| code.to_le_bytes()[0]);
                codes.chain(point.scale.to_le_bytes()).collect()
            }
            Point::Binary(words) => words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        }
    }

    /// What [`Space::bytes_of`] gave and [`Space::length`], as it is to be put into a slot again.
    pub(super) fn query_of_bytes(&self, bytes: &[u8], length: f32) -> Result<Query, NotAVector> {
        let finite = |number: f32| if number.is_finite() { Ok(number) } else { Err(NotAVector) };
        let form = match &self.values {
            Values::F32(_) => {
                let (numbers, []) = bytes.as_chunks::<4>() else { return Err(NotAVector) };
                let numbers: Result<Vec<f32>, _> =
                    numbers.iter().map(|four| finite(f32::from_le_bytes(*four))).collect();
                Form::F32(numbers?)
            }
            Values::Int8 { .. } => {
                let (codes, scale) = bytes.split_last_chunk::<4>().ok_or(NotAVector)?;
                let scale = finite(f32::from_le_bytes(*scale))?;
                let codes: Vec<i8> = codes.iter().map(|code| i8::from_le_bytes([*code])).collect();
                let square = kernels::dot_codes(&codes, &codes) as f32 * scale * scale;
                Form::Int8 { codes, scale, square }
            }
            Values::Binary(_) => {
                let (words, []) = bytes.as_chunks::<8>() else { return Err(NotAVector) };
                Form::Binary(words.iter().map(|eight| u64::from_le_bytes(*eight)).collect())
            }
        };
        let width = match &form {
            Form::F32(numbers) => numbers.len(),
            Form::Int8 { codes, .. } => codes.len(),
            Form::Binary(words) if words.len() == self.dimension.div_ceil(64) => self.dimension,
            Form::Binary(_) => 0,
        };
        if width != self.dimension {
            return Err(NotAVector);
        }
        Ok(Query { form, length: finite(length)? })
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        self.lengths.bytes()
            + match &self.values {
                Values::F32(numbers) => numbers.bytes(),
                Values::Int8 { codes, scales } => codes.bytes() + scales.bytes(),
                Values::Binary(words) => words.bytes(),
            }
    }

    /// Frees a piece of what it holds; false when nothing is left.
    pub(super) fn free_piece(&mut self) -> bool {
        let values = match &mut self.values {
            Values::F32(numbers) => numbers.free_piece(),
            Values::Int8 { codes, scales } => codes.free_piece() || scales.free_piece(),
            Values::Binary(words) => words.free_piece(),
        };
        values || self.lengths.free_piece()
    }
}

#[inline(always)]
fn quantised<'a>(codes: &'a Chunks<i8>, scales: &Chunks<f32>, slot: u32) -> Quantised<'a> {
    let scales = scales.row(slot);
    let scale = scales.first().copied().unwrap_or_default();
    let square = scales.get(1).copied().unwrap_or_default();
    Quantised { codes: codes.row(slot), scale, square }
}

/// Loads a number of every row, so that the memory of all is on its way before the first is worked on.
#[inline(always)]
fn touch<T: Copy>(slots: &[u32], rows: &Chunks<T>) {
    for slot in slots.iter().skip(AT_ONCE) {
        std::hint::black_box(rows.row(*slot).first().copied());
    }
}

/// Distances of slots, four at once; the last is repeated to make up the last four.
#[inline(always)]
fn by_fours(slots: &[u32], room: &mut [f32], distances: impl Fn([u32; AT_ONCE]) -> [f32; AT_ONCE]) {
    let (room, _) = room.as_chunks_mut::<AT_ONCE>();
    let mut room = room.iter_mut();
    let mut left = slots;
    while let [first, others @ ..] = left {
        let last = others.last().unwrap_or(first);
        let four = match *left {
            [a, b, c, d, ref rest @ ..] => {
                left = rest;
                [a, b, c, d]
            }
            _ => {
                let [b, c] = [others.first().unwrap_or(last), others.get(1).unwrap_or(last)];
                left = &[];
                [*first, *b, *c, *last]
            }
        };
        let Some(room) = room.next() else { return };
        *room = distances(four);
    }
}

/// A bit for each number, 1 for positive ones.
fn signs(numbers: &[f32]) -> Vec<u64> {
    let word = |numbers: &[f32]| {
        numbers.iter().enumerate().fold(0, |word, (at, number)| word | u64::from(*number > 0.0) << at)
    };
    numbers.chunks(64).map(word).collect()
}

fn bit(words: &[u64], at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

impl Query {
    /// As distances are measured from it.
    #[inline]
    pub(super) fn point(&self) -> Point<'_> {
        match &self.form {
            Form::F32(numbers) => Point::F32(numbers),
            Form::Int8 { codes, scale, square } => Point::Int8(Quantised { codes, scale: *scale, square: *square }),
            Form::Binary(words) => Point::Binary(words),
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
    fn what_a_slot_holds_goes_through_bytes() {
        let vector: Vec<f32> = (0..70).map(|at| at as f32 * 0.5 - 17.0).collect();
        for metric in [Metric::Cosine, Metric::L2, Metric::InnerProduct] {
            for kind in [Kind::F32, Kind::Int8, Kind::Binary] {
                let mut space = Space::new(70, metric, kind);
                let query = space.query(&vector);
                space.put(0, &query);
                let bytes = space.bytes_of(0);
                let again = space.query_of_bytes(&bytes, space.length(0)).expect("its own bytes");
                space.put(9, &again);
                assert_eq!(space.numbers(0), space.numbers(9), "{metric:?} {kind:?}");
                assert_eq!(space.bytes_of(9), bytes);
                assert_eq!(
                    space.distance(space.point(0), query.point()),
                    space.distance(space.point(9), query.point())
                );
                let near = |(a, b): (&f32, &f32)| match kind {
                    Kind::Binary => *a == if *b > 0.0 { 1.0 } else { -1.0 },
                    _ => (a - b).abs() < 0.15,
                };
                assert!(space.numbers(0).iter().zip(&vector).all(near), "{metric:?} {kind:?}");
                assert!(space.query_of_bytes(&bytes[1..], 1.0).is_err());
                assert!(space.query_of_bytes(&bytes, f32::NAN).is_err());
                assert!(space.query_of_bytes(&[&bytes[..], &[0; 8]].concat(), 1.0).is_err());
            }
        }
    }

    #[test]
    fn nothing_is_the_vector_of_zeros() {
        let space = Space::new(2, Metric::Cosine, Kind::Int8);
        let zero = space.query(&[0.0, 0.0]);
        assert_eq!(space.distance(zero.point(), zero.point()), 1.0);
    }
}
