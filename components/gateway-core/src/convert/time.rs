//! Moments as OpenAI writes them (Unix seconds), as Anthropic does (RFC 3339), and as HTTP does (RFC 9110).

const SECONDS_A_DAY: i64 = 86_400;

/// Unix seconds as RFC 3339 in UTC; years beyond 9999 are cut to 9999, as the format has four digits.
pub(super) fn rfc3339(unix: i64) -> String {
    let unix = unix.clamp(-62_135_596_800, 253_402_300_799);
    let (year, month, day) = date(unix.div_euclid(SECONDS_A_DAY));
    let second = unix.rem_euclid(SECONDS_A_DAY);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// RFC 3339 as Unix seconds, without fractions.
pub(super) fn unix(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let in_range = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !in_range {
        return None;
    }
    let zone = text.get(19..)?.trim_start_matches(|letter: char| letter == '.' || letter.is_ascii_digit());
    let offset = match zone.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let hours: i64 = zone.get(1..3)?.parse().ok()?;
            let minutes: i64 = zone.get(4..6)?.parse().ok()?;
            (hours * 3600 + minutes * 60) * if *sign == b'+' { 1 } else { -1 }
        }
        _ => return None,
    };
    Some(days(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second - offset)
}

/// A date of HTTP as Unix seconds, in any of the three forms of RFC 9110, section 5.6.7. Years of two digits are those from
/// 1970 to 2069.
pub(crate) fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let mut word = || words.next().filter(|word| word.is_ascii() && word.len() <= 9);
    let (_, second, third, fourth, fifth) = (word()?, word()?, word()?, word()?, word()?);
    let (day, month, year, clock) = match word() {
        Some("GMT") => (second, third, fourth, fifth),
        None => (third, second, fifth, fourth),
        Some(_) => return None,
    };
    if word().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let year: u32 = year.parse().ok()?;
    let year = if year < 70 {
        year + 2000
    } else if year < 100 {
        year + 1900
    } else {
        year
    };
    let day: u32 = day.parse().ok()?;
    unix(&format!("{year:04}-{month:02}-{day:02}T{clock}Z"))
}

/// Days since 1970-01-01 of a date in the Gregorian calendar. Years begin in March here, so that the leap day is a
/// year's last and every month's first day is a linear function of its number.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The date of a day since 1970-01-01; the inverse of `days`.
fn date(day: i64) -> (i64, i64, i64) {
    // The guess is never below the right year and at most one above it.
    let mut year = (day + 719_468) * 400 / 146_097 + 1;
    while days(year, 3, 1) > day {
        year -= 1;
    }
    let day_of_year = day - days(year, 3, 1);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_have_three_forms() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(http_date(text), Some(784_111_777), "{text}");
        }
        let bad = [
            "",
            "120",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 8:49:37 GMT",
        ];
        let hostile =
            ["Sun, 6 Nov 99999 08:49:37 GMT", "ü ü ü ü ü GMT", "Sun, 06 Nov 1994 08:49:37 GMT GMT", "a b c d"];
        for text in bad.into_iter().chain(hostile) {
            assert_eq!(http_date(text), None, "{text}");
        }
        assert_eq!(http_date("Thu, 01 Jan 2026 00:00:00 GMT"), Some(1_767_225_600));
        assert_eq!(http_date("Thu, 01-Jan-26 00:00:00 GMT"), Some(1_767_225_600));
    }

    #[test]
    fn known_moments_are_written_and_read() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_739_923_200, "2025-02-19T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
            assert_eq!(unix(text), Some(seconds));
        }
    }

    #[test]
    fn every_day_of_five_centuries_comes_back() {
        for day in -90_000..90_000 {
            let (year, month, date_of_month) = date(day);
            assert_eq!(days(year, month, date_of_month), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&date_of_month));
        }
    }

    #[test]
    fn zones_and_fractions_are_understood_and_other_text_is_not() {
        assert_eq!(unix("1970-01-01T01:30:00.123+01:30"), Some(0));
        for text in ["", "1970", "1970-13-01T00:00:00Z", "1970-01-01T00:00:00", "+970-01-01T00:00:00Z", "é970-01-01T00"]
        {
            assert_eq!(unix(text), None, "{text}");
        }
    }
}
