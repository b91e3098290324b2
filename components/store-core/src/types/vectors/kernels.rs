//! The inner loops: inner products and distances of one vector and one or several others. Several at once load the one
//! only once, and the memory of all is on its way while the first is added up.
//!
//! They are written once, for the registers of any machine, so that every machine adds in the same order and gives the
//! same bits.

use super::registers::{Here, Registers};

/// How many others are worked on at once: with two sums each, as many as sixteen registers hold.
pub const AT_ONCE: usize = 4;

/// The inner products with each of some others.
#[inline(never)]
pub fn dots(a: &[f32], others: [&[f32]; AT_ONCE]) -> [f32; AT_ONCE] {
    reduce::<Here, Products>(a, others)
}

/// The sums of the squares of the differences from each of some others.
#[inline(never)]
pub fn square_distances(a: &[f32], others: [&[f32]; AT_ONCE]) -> [f32; AT_ONCE] {
    reduce::<Here, Squares>(a, others)
}

/// The inner products of codes with each of some others'; exact up to a dimension of 133,144.
#[inline(never)]
pub fn dots_of_codes(a: &[i8], others: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    reduce_codes::<Here>(a, others)
}

/// The inner product.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let [product, ..] = dots(a, [b; AT_ONCE]);
    product
}

/// The sum of the squares of the differences.
pub fn square_distance(a: &[f32], b: &[f32]) -> f32 {
    let [distance, ..] = square_distances(a, [b; AT_ONCE]);
    distance
}

/// The inner product of codes.
pub fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
    let [product, ..] = dots_of_codes(a, [b; AT_ONCE]);
    product
}

/// How many bits are not the same.
#[inline(always)]
pub fn differing_bits(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// The same of each of four; not in a loop, which a compiler that saves space would keep.
#[inline(always)]
pub(super) fn each<T, U>(four: [T; AT_ONCE], make: impl Fn(T) -> U) -> [U; AT_ONCE] {
    let [a, b, c, d] = four;
    [make(a), make(b), make(c), make(d)]
}

/// What is added up.
trait Step {
    /// Of four numbers and four others.
    fn floats<R: Registers>(a: R::Floats, b: R::Floats) -> R::Floats;
    /// Of one number and another.
    fn one(a: f32, b: f32) -> f32;
}

struct Products;

impl Step for Products {
    #[inline(always)]
    fn floats<R: Registers>(a: R::Floats, b: R::Floats) -> R::Floats {
        R::multiply(a, b)
    }

    #[inline(always)]
    fn one(a: f32, b: f32) -> f32 {
        a * b
    }
}

struct Squares;

impl Step for Squares {
    #[inline(always)]
    fn floats<R: Registers>(a: R::Floats, b: R::Floats) -> R::Floats {
        R::square_apart(a, b)
    }

    #[inline(always)]
    fn one(a: f32, b: f32) -> f32 {
        (a - b) * (a - b)
    }
}

/// A vector on its way through [`reduce`]: its numbers by eight and those behind, and four sums.
struct Row<'a, R: Registers> {
    eights: &'a [[f32; 8]],
    rest: &'a [f32],
    sums: R::Floats,
}

impl<'a, R: Registers> Row<'a, R> {
    #[inline(always)]
    fn new(numbers: &'a [f32], width: usize) -> Row<'a, R> {
        let (eights, rest) = numbers[..width].as_chunks::<8>();
        Row { eights, rest, sums: R::floats() }
    }

    #[inline(always)]
    fn step<S: Step>(&mut self, at: usize, low: R::Floats, high: R::Floats) {
        let [own_low, own_high] = R::load(&self.eights[at]);
        self.sums = R::add(self.sums, S::floats::<R>(low, own_low));
        self.sums = R::add(self.sums, S::floats::<R>(high, own_high));
    }

    #[inline(always)]
    fn total<S: Step>(&self, rest: &[f32]) -> f32 {
        let [a, b, c, d] = R::numbers(self.sums);
        let rest: f32 = rest.iter().zip(self.rest).map(|(a, b)| S::one(*a, *b)).sum();
        ((a + b) + (c + d)) + rest
    }
}

#[inline(always)]
fn shortest(width: usize, others: [usize; AT_ONCE]) -> usize {
    let [a, b, c, d] = others;
    width.min(a.min(b)).min(c.min(d))
}

/// Four lanes each, then the rest one by one. What is longer than the shortest counts for nothing.
#[inline(always)]
fn reduce<R: Registers, S: Step>(a: &[f32], others: [&[f32]; AT_ONCE]) -> [f32; AT_ONCE] {
    let width = shortest(a.len(), each(others, <[_]>::len));
    let (a, rest) = a[..width].as_chunks::<8>();
    let [mut b, mut c, mut d, mut e] = each(others, |other| Row::<R>::new(other, width));
    for (at, a) in a.iter().enumerate() {
        let [low, high] = R::load(a);
        b.step::<S>(at, low, high);
        c.step::<S>(at, low, high);
        d.step::<S>(at, low, high);
        e.step::<S>(at, low, high);
    }
    [b.total::<S>(rest), c.total::<S>(rest), d.total::<S>(rest), e.total::<S>(rest)]
}

/// Codes on their way through [`reduce_codes`].
struct CodeRow<'a, R: Registers> {
    sixteens: &'a [[i8; 16]],
    rest: &'a [i8],
    sums: R::Sums,
}

impl<'a, R: Registers> CodeRow<'a, R> {
    #[inline(always)]
    fn new(codes: &'a [i8], width: usize) -> CodeRow<'a, R> {
        let (sixteens, rest) = codes[..width].as_chunks::<16>();
        CodeRow { sixteens, rest, sums: R::sums() }
    }

    #[inline(always)]
    fn step(&mut self, at: usize, low: R::Codes, high: R::Codes) {
        let [own_low, own_high] = R::widen(&self.sixteens[at]);
        self.sums = R::add_products(R::add_products(self.sums, low, own_low), high, own_high);
    }

    #[inline(always)]
    fn total(&self, rest: &[i8]) -> i32 {
        let rest: i32 = rest.iter().zip(self.rest).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        R::total(self.sums) + rest
    }
}

#[inline(always)]
fn reduce_codes<R: Registers>(a: &[i8], others: [&[i8]; AT_ONCE]) -> [i32; AT_ONCE] {
    let width = shortest(a.len(), each(others, <[_]>::len));
    let (a, rest) = a[..width].as_chunks::<16>();
    let [mut b, mut c, mut d, mut e] = each(others, |other| CodeRow::<R>::new(other, width));
    for (at, a) in a.iter().enumerate() {
        let [low, high] = R::widen(a);
        b.step(at, low, high);
        c.step(at, low, high);
        d.step(at, low, high);
        e.step(at, low, high);
    }
    [b.total(rest), c.total(rest), d.total(rest), e.total(rest)]
}

#[cfg(test)]
mod tests {
    use super::super::registers::plain::Plain;
    use super::*;

    fn numbers(seed: u32, count: usize) -> Vec<f32> {
        (0..count as u32).map(|at| ((at * 37 + seed * 11) % 101) as f32 / 50.0 - 1.0).collect()
    }

    fn codes(numbers: &[f32]) -> Vec<i8> {
        numbers.iter().map(|number| (number * 127.0) as i8).collect()
    }

    const COUNTS: [usize; 10] = [0, 1, 3, 7, 8, 15, 17, 64, 100, 384];

    #[test]
    fn sums_are_those_of_the_definition_whatever_is_left_over() {
        for count in COUNTS {
            let (a, b) = (numbers(1, count), numbers(2, count));
            let exact = |step: fn(f64, f64) -> f64| -> f64 {
                a.iter().zip(&b).map(|(a, b)| step(f64::from(*a), f64::from(*b))).sum()
            };
            assert!((f64::from(dot(&a, &b)) - exact(|a, b| a * b)).abs() < 1e-3, "{count}");
            assert!((f64::from(square_distance(&a, &b)) - exact(|a, b| (a - b) * (a - b))).abs() < 1e-3, "{count}");
            let (a, b) = (codes(&a), codes(&b));
            let exact: i32 = a.iter().zip(&b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert_eq!(dot_codes(&a, &b), exact);
        }
    }

    #[test]
    fn one_or_several_at_once_on_this_machine_or_any_are_the_same_bits() {
        for count in COUNTS {
            let a = numbers(0, count);
            let others = [1, 2, 3, 4].map(|seed| numbers(seed, count));
            let bits = |numbers: [f32; AT_ONCE]| numbers.map(f32::to_bits);
            let slices = || others.each_ref().map(Vec::as_slice);
            let products = bits(dots(&a, slices()));
            assert_eq!(products, others.each_ref().map(|other| dot(&a, other).to_bits()));
            assert_eq!(products, bits(reduce::<Plain, Products>(&a, slices())));
            let distances = bits(square_distances(&a, slices()));
            assert_eq!(distances, others.each_ref().map(|other| square_distance(&a, other).to_bits()));
            assert_eq!(distances, bits(reduce::<Plain, Squares>(&a, slices())));
            let (a, others) = (codes(&a), others.each_ref().map(|other| codes(other)));
            let slices = || others.each_ref().map(Vec::as_slice);
            let products = dots_of_codes(&a, slices());
            assert_eq!(products, others.each_ref().map(|other| dot_codes(&a, other)));
            assert_eq!(products, reduce_codes::<Plain>(&a, slices()));
        }
    }

    #[test]
    fn what_is_longer_than_the_shortest_counts_for_nothing() {
        assert_eq!(dots(&[1.0; 20], [&[2.0; 9], &[3.0; 20], &[1.0; 20], &[0.0; 30]]), [18.0, 27.0, 9.0, 0.0]);
        assert_eq!(dots_of_codes(&[1; 40], [&[2; 17], &[3; 40], &[1; 40], &[0; 50]]), [34, 51, 17, 0]);
    }
}
