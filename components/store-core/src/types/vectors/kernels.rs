//! The inner loops: inner products and distances of one vector and one or several others. Several at once load the one
//! only once, and the memory of all is on its way while the first is added up.
//!
//! They are written once, for the registers of any machine, so that every machine adds in the same order and gives the
//! same bits.

use super::registers::{Here, Registers};

/// How many others are worked on at once: with two sums each, as many as sixteen registers hold.
pub const AT_ONCE: usize = 4;

/// The inner products with each of some others.
#[inline]
pub fn dots<const N: usize>(a: &[f32], others: [&[f32]; N]) -> [f32; N] {
    reduce::<Here, Products, N>(a, others)
}

/// The sums of the squares of the differences from each of some others.
#[inline]
pub fn square_distances<const N: usize>(a: &[f32], others: [&[f32]; N]) -> [f32; N] {
    reduce::<Here, Squares, N>(a, others)
}

/// The inner products of codes; exact up to a dimension of 133,144.
#[inline]
pub fn dots_of_codes<const N: usize>(a: &[i8], others: [&[i8]; N]) -> [i32; N] {
    reduce_codes::<Here, N>(a, others)
}

/// The inner product.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let [product] = dots(a, [b]);
    product
}

/// The sum of the squares of the differences.
#[inline]
pub fn square_distance(a: &[f32], b: &[f32]) -> f32 {
    let [distance] = square_distances(a, [b]);
    distance
}

/// The inner product of codes.
#[inline]
pub fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
    let [product] = dots_of_codes(a, [b]);
    product
}

/// How many bits are not the same.
#[inline]
pub fn differing_bits(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
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

/// Eight lanes, then the rest one by one. What is longer than the shortest counts for nothing.
#[inline(always)]
fn reduce<R: Registers, S: Step, const N: usize>(a: &[f32], others: [&[f32]; N]) -> [f32; N] {
    let width = others.iter().fold(a.len(), |width, other| width.min(other.len()));
    let (a, a_rest) = a[..width].as_chunks::<8>();
    let others = others.map(|other| other[..width].as_chunks::<8>());
    let mut sums = [[R::floats(); 2]; N];
    for (at, a) in a.iter().enumerate() {
        let [low, high] = R::load(a);
        for (sums, (other, _)) in sums.iter_mut().zip(&others) {
            let [other_low, other_high] = R::load(&other[at]);
            sums[0] = R::add(sums[0], S::floats::<R>(low, other_low));
            sums[1] = R::add(sums[1], S::floats::<R>(high, other_high));
        }
    }
    let mut totals = [0.0; N];
    for ((total, sums), (_, rest)) in totals.iter_mut().zip(sums).zip(others) {
        let [a, b, c, d] = R::numbers(R::add(sums[0], sums[1]));
        let rest: f32 = a_rest.iter().zip(rest).map(|(a, b)| S::one(*a, *b)).sum();
        *total = ((a + b) + (c + d)) + rest;
    }
    totals
}

#[inline(always)]
fn reduce_codes<R: Registers, const N: usize>(a: &[i8], others: [&[i8]; N]) -> [i32; N] {
    let width = others.iter().fold(a.len(), |width, other| width.min(other.len()));
    let (a, a_rest) = a[..width].as_chunks::<16>();
    let others = others.map(|other| other[..width].as_chunks::<16>());
    let mut sums = [R::sums(); N];
    for (at, a) in a.iter().enumerate() {
        let [low, high] = R::widen(a);
        for (sum, (other, _)) in sums.iter_mut().zip(&others) {
            let [other_low, other_high] = R::widen(&other[at]);
            *sum = R::add_products(R::add_products(*sum, low, other_low), high, other_high);
        }
    }
    let mut totals = [0; N];
    for ((total, sum), (_, rest)) in totals.iter_mut().zip(sums).zip(others) {
        let rest: i32 = a_rest.iter().zip(rest).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        *total = R::total(sum) + rest;
    }
    totals
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
            assert_eq!(products, bits(reduce::<Plain, Products, AT_ONCE>(&a, slices())));
            let distances = bits(square_distances(&a, slices()));
            assert_eq!(distances, others.each_ref().map(|other| square_distance(&a, other).to_bits()));
            assert_eq!(distances, bits(reduce::<Plain, Squares, AT_ONCE>(&a, slices())));
            let (a, others) = (codes(&a), others.each_ref().map(|other| codes(other)));
            let slices = || others.each_ref().map(Vec::as_slice);
            let products = dots_of_codes(&a, slices());
            assert_eq!(products, others.each_ref().map(|other| dot_codes(&a, other)));
            assert_eq!(products, reduce_codes::<Plain, AT_ONCE>(&a, slices()));
        }
    }

    #[test]
    fn what_is_longer_than_the_shortest_counts_for_nothing() {
        assert_eq!(dots(&[1.0; 20], [&[2.0; 9], &[3.0; 20]]), [18.0, 27.0]);
        assert_eq!(dots_of_codes(&[1; 40], [&[2; 17], &[3; 40]]), [34, 51]);
    }
}
