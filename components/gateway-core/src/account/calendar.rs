//! Days and months of UTC.

const DAY_MS: u64 = 86_400_000;

/// Days since the epoch.
pub(super) fn day(now_ms: u64) -> u64 {
    now_ms / DAY_MS
}

/// The month as `year * 100 + month`, in the proleptic Gregorian calendar.
pub(super) fn month(now_ms: u64) -> u64 {
    let mut days = day(now_ms);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    // Whole cycles of 400 years first, so that no clock makes this loop long.
    let mut year = 1970 + days / 146_097 * 400;
    days %= 146_097;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    year * 100 + month
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_when_they_end() {
        let cases = [
            (0, 197_001),
            (31 * DAY_MS - 1, 197_001),
            (31 * DAY_MS, 197_002),
            (951_782_400_000, 200_002),
            (951_868_800_000, 200_003),
            (1_700_000_000_000, 202_311),
            (1_704_067_199_999, 202_312),
            (1_704_067_200_000, 202_401),
        ];
        for (ms, expected) in cases {
            assert_eq!(month(ms), expected, "{ms}");
        }
        assert!(month(u64::MAX) > 0);
    }
}
