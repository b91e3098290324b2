//! Functions of whole rows, four numbers at a time. Rows have a multiple of four numbers.

use crate::registers::Floats;

/// e to the power of numbers that are not positive, to 2e-7 of the result.
#[inline(always)]
fn exponential(exponent: Floats) -> Floats {
    // Below, the result or what is made of it would be subnormal, with which processors are slow.
    let exponent = exponent.greater(Floats::splat(-80.0));
    // 1.5 * 2^23: adding it rounds to a whole number, which the lowest bits of the mantissa then hold.
    let shift = Floats::splat(12_582_912.0);
    let shifted = exponent.multiply(Floats::splat(std::f32::consts::LOG2_E)).add(shift);
    let whole = shifted.subtract(shift);
    // The natural logarithm of 2 in two parts: the product with the first one is exact.
    let rest = exponent.subtract(whole.multiply(Floats::splat(0.693_359_4)));
    let rest = rest.subtract(whole.multiply(Floats::splat(-2.121_944_4e-4)));
    let mut sum = Floats::splat(1.0 / 720.0);
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum.multiply(rest).add(Floats::splat(coefficient));
    }
    sum.multiply(shifted.two_to_the_mantissa())
}

/// The Gaussian error linear unit, `x / 2 * (1 + erf(x / sqrt(2)))`, of each number:
/// <https://arxiv.org/abs/1606.08415>.
pub(crate) fn gelu(row: &mut [f32]) {
    for numbers in row.as_chunks_mut().0 {
        let x = Floats::load(numbers);
        let magnitude = x.absolute();
        // 1 - erf by Abramowitz and Stegun, 7.1.26, to 1.5e-7; halved, it is the part that is lost of a positive number
        // and left of a negative one.
        let z = magnitude.multiply(Floats::splat(std::f32::consts::FRAC_1_SQRT_2));
        let one = Floats::splat(1.0);
        let t = one.divide(one.add(z.multiply(Floats::splat(0.327_591_1))));
        let mut tail = Floats::splat(1.061_405_4);
        for coefficient in [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6] {
            tail = tail.multiply(t).add(Floats::splat(coefficient));
        }
        let power = exponential(Floats::splat(0.0).subtract(z.multiply(z)));
        let tail = tail.multiply(t).multiply(power).multiply(Floats::splat(0.5));
        x.greater(Floats::splat(0.0)).subtract(magnitude.multiply(tail)).store(numbers);
    }
}

/// The numbers times `scale` become shares of 1, by their exponentials. Only the first `count` count; the others become
/// 0.
pub(crate) fn softmax(row: &mut [f32], count: usize, scale: f32) {
    row[count..].fill(f32::NEG_INFINITY);
    let scale = Floats::splat(scale);
    let mut greatest = [0.0; 4];
    let all = row.as_chunks().0.iter();
    all.fold(Floats::splat(f32::NEG_INFINITY), |most, four| most.greater(Floats::load(four))).store(&mut greatest);
    let greatest = Floats::splat(greatest.into_iter().fold(f32::NEG_INFINITY, f32::max));
    let mut sum = Floats::splat(0.0);
    for numbers in row.as_chunks_mut().0 {
        let power = exponential(Floats::load(numbers).subtract(greatest).multiply(scale));
        sum = sum.add(power);
        power.store(numbers);
    }
    let factor = Floats::splat(1.0 / sum.total());
    for numbers in row.as_chunks_mut().0 {
        Floats::load(numbers).multiply(factor).store(numbers);
    }
    // Not quite 0 until now: an exponential is never.
    row[count..].fill(0.0);
}

/// Adds `other` to a row, then normalises it: <https://arxiv.org/abs/1607.06450>.
pub(crate) fn add_and_normalise(row: &mut [f32], other: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    for (numbers, other) in row.as_chunks_mut().0.iter_mut().zip(other.as_chunks().0) {
        Floats::load(numbers).add(Floats::load(other)).store(numbers);
    }
    normalise(row, weight, bias, epsilon);
}

/// Gives a row the mean 0 and the variance 1, then each number its weight and bias.
pub(crate) fn normalise(row: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let count = row.len() as f32;
    let sum = row.as_chunks().0.iter().fold(Floats::splat(0.0), |sum, four| sum.add(Floats::load(four)));
    let mean = Floats::splat(sum.total() / count);
    let mut squares = Floats::splat(0.0);
    for four in row.as_chunks().0 {
        let apart = Floats::load(four).subtract(mean);
        squares = squares.add(apart.multiply(apart));
    }
    let factor = Floats::splat(1.0 / (squares.total() / count + epsilon).sqrt());
    let parameters = weight.as_chunks().0.iter().zip(bias.as_chunks().0);
    for (numbers, (weight, bias)) in row.as_chunks_mut().0.iter_mut().zip(parameters) {
        let centred = Floats::load(numbers).subtract(mean).multiply(factor);
        centred.multiply(Floats::load(weight)).add(Floats::load(bias)).store(numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error function by its series, which is good for what is tested.
    fn erf(x: f64) -> f64 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / std::f64::consts::PI.sqrt()
    }

    #[test]
    fn gelu_is_that_of_the_definition() {
        let mut row: Vec<f32> = (-1000..1000).map(|at| at as f32 / 250.0).collect();
        let expected: Vec<f64> =
            row.iter().map(|x| f64::from(*x)).map(|x| x / 2.0 * (1.0 + erf(x / 2.0_f64.sqrt()))).collect();
        gelu(&mut row);
        for (number, expected) in row.iter().zip(expected) {
            assert!((f64::from(*number) - expected).abs() < 1e-6, "{number} instead of {expected}");
        }
        let mut far = [-1e30, -50.0, 50.0, 1e30];
        gelu(&mut far);
        assert!(far[0].abs() < 1e-4 && far[1].abs() < 1e-30, "{far:?}");
        assert_eq!(far[2..], [50.0, 1e30]);
    }

    #[test]
    fn softmax_is_that_of_the_definition_and_leaves_out_what_does_not_count() {
        for count in [1, 2, 7, 8] {
            let numbers: [f32; 8] = [1.0, -2.0, 300.0, 299.5, 0.0, 4.0, 301.0, 250.0];
            let mut row = numbers;
            softmax(&mut row, count, 0.5);
            let powers = numbers.map(|number| f64::from((number - 301.0) * 0.5).exp());
            let sum: f64 = powers[..count].iter().sum();
            for (at, (number, power)) in row.iter().zip(powers).enumerate() {
                let expected = if at < count { power / sum } else { 0.0 };
                assert!((f64::from(*number) - expected).abs() < 1e-6, "{number} instead of {expected}");
            }
        }
    }

    #[test]
    fn a_normalised_row_has_mean_0_and_variance_1() {
        let mut row: Vec<f32> = (0..384).map(|at| ((at * 37) % 101) as f32 + 1000.0).collect();
        normalise(&mut row, &[1.0; 384], &[0.0; 384], 1e-12);
        let mean = row.iter().sum::<f32>() / 384.0;
        let variance = row.iter().map(|number| number * number).sum::<f32>() / 384.0;
        assert!(mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-4, "{mean} {variance}");
        let mut row = [2.0, 4.0, 2.0, 4.0];
        add_and_normalise(&mut row, &[1.0, 1.0, 3.0, 3.0], &[2.0; 4], &[5.0; 4], 1e-12);
        assert_eq!(row.map(f32::round), [2.0, 5.0, 5.0, 8.0]);
    }
}
