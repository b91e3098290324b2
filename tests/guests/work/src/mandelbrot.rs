//! Points of the plane that stay near: the loop over numbers of many a benchmark.

/// Iterations after which a point counts as one that stays.
const MOST: u32 = 100;

/// How many iterations `size` by `size` points of the Mandelbrot set's square take.
pub fn mandelbrot(size: u32) -> u64 {
    let mut total = 0;
    for row in 0..size {
        for column in 0..size {
            let (a, b) =
                (3.0 * f64::from(column) / f64::from(size) - 2.0, 2.0 * f64::from(row) / f64::from(size) - 1.0);
            let (mut x, mut y, mut steps) = (0.0, 0.0, 0);
            while steps < MOST && x * x + y * y <= 4.0 {
                (x, y) = (x * x - y * y + a, 2.0 * x * y + b);
                steps += 1;
            }
            total += u64::from(steps);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_middle_stays_and_the_corner_goes() {
        assert_eq!(super::mandelbrot(1), 3);
        assert!(super::mandelbrot(16) > 16 * 16 * 10);
    }
}
