//! Lehmer's random numbers, one from the other: nothing that a compiler could skip.

/// The number behind `count` steps.
pub fn numbers(count: u32) -> u64 {
    (0..count).fold(1, |number, _| number * 16_807 % 2_147_483_647)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_ten_thousandth_is_the_one_in_the_literature() {
        assert_eq!(super::numbers(10_000), 1_043_618_065);
    }
}
