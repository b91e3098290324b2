//! A product of matrices: rows of numbers in memory, each step by itself.

/// The sum of all numbers in the product of two matrices of `size` by `size` small numbers.
pub fn matrix(size: u32) -> u64 {
    let width = size as usize;
    let fill = |a: usize, b: usize, c: usize| -> Vec<f64> {
        (0..width * width).map(|at| ((at / width * a + at % width * b) % c) as f64).collect()
    };
    let (left, right) = (fill(3, 1, 7), fill(1, 5, 11));
    let mut product = vec![0.0; width * width];
    for (row, out) in left.chunks_exact(width.max(1)).zip(product.chunks_exact_mut(width.max(1))) {
        for (factor, other) in row.iter().zip(right.chunks_exact(width.max(1))) {
            for (sum, number) in out.iter_mut().zip(other) {
                *sum += factor * number;
            }
        }
    }
    product.iter().sum::<f64>() as u64
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_product_of_two_by_two() {
        // [[0, 1], [3, 4]] by [[0, 5], [1, 6]] is [[1, 6], [4, 39]].
        assert_eq!(super::matrix(2), 50);
        assert_eq!(super::matrix(0), 0);
    }
}
