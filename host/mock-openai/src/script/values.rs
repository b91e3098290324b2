//! How pauses, counts and patterns are written.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, de};

use super::Fault;
use crate::limits::{LONGEST_PAUSE, PATTERN_STEPS};

/// A time, written as `"20ms"`, `"1.5s"` or `"2m"`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause(pub Duration);

impl FromStr for Pause {
    type Err = String;

    fn from_str(text: &str) -> Result<Pause, String> {
        let wrong =
            || format!("{text:?} is no time: expected a number and its unit, such as \"20ms\", \"1.5s\", \"2m\"");
        let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or_else(wrong)?;
        let (number, unit) = text.split_at(digits);
        let scale = match unit {
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(wrong()),
        };
        let seconds = number.parse::<f64>().map_err(|_| wrong())? * scale;
        match Duration::try_from_secs_f64(seconds) {
            Ok(pause) if pause <= LONGEST_PAUSE => Ok(Pause(pause)),
            _ => Err(format!("{text:?} is too long: at most {} hours", LONGEST_PAUSE.as_secs() / 3600)),
        }
    }
}

/// Which of the requests that meet the other conditions, counted from 1: `3`, `[1, 3]`, `"2-4"`, `"5-"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nth {
    /// These.
    These(Vec<u64>),
    /// From the first to the second, both included.
    Range(u64, u64),
}

impl Nth {
    /// Whether it has a number.
    pub fn has(&self, number: u64) -> bool {
        match self {
            Nth::These(numbers) => numbers.contains(&number),
            Nth::Range(from, to) => (*from..=*to).contains(&number),
        }
    }
}

impl FromStr for Nth {
    type Err = String;

    fn from_str(text: &str) -> Result<Nth, String> {
        let wrong = || format!("{text:?} names no requests: expected 3, [1, 3], \"2-4\" or \"5-\", counted from 1");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let from: u64 = from.trim().parse().map_err(|_| wrong())?;
        let to = if to.trim().is_empty() { u64::MAX } else { to.trim().parse().map_err(|_| wrong())? };
        if from == 0 || to < from { Err(wrong()) } else { Ok(Nth::Range(from, to)) }
    }
}

/// One step of a [`Pattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A good answer.
    Ok,
    /// An error with this status.
    Status(u16),
    /// A fault.
    Fault(Fault),
}

/// What happens to one request after another, from the beginning again after the last: `"ok*3, 500*2, reset"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Step>);

impl Pattern {
    /// The step of the request with this number, counted from 1.
    pub(crate) fn step(&self, number: u64) -> Step {
        let length = self.0.len().max(1) as u64;
        let nth = usize::try_from(number.saturating_sub(1) % length).unwrap_or(0);
        self.0.get(nth).copied().unwrap_or(Step::Ok)
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        let wrong = |what: &str| {
            let faults = Fault::ALL.map(|(name, _)| name).join(", ");
            format!(
                "{what:?} is no step of a pattern: expected ok, a status from 200 to 599, or one of {faults}, as in \"ok*3, 500*2\""
            )
        };
        let mut steps = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (word, times) = part.split_once('*').unwrap_or((part, "1"));
            let times: usize = times.trim().parse().map_err(|_| wrong(part))?;
            let word = word.trim();
            let step = match word.parse::<u16>() {
                Ok(status @ 200..=599) => Step::Status(status),
                Ok(_) => return Err(wrong(part)),
                Err(_) if word == "ok" => Step::Ok,
                Err(_) => Step::Fault(word.parse().map_err(|_| wrong(part))?),
            };
            if times == 0 || steps.len().saturating_add(times) > PATTERN_STEPS {
                return Err(format!("{part:?}: a pattern has 1 to {PATTERN_STEPS} steps"));
            }
            steps.extend(std::iter::repeat_n(step, times));
        }
        Ok(Pattern(steps))
    }
}

/// Reads what is written as a string.
struct Written<T>(&'static str, std::marker::PhantomData<T>);

impl<T: FromStr<Err = String>> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pause, D::Error> {
        deserializer.deserialize_str(Written("a time such as \"20ms\", \"1.5s\", \"2m\"", std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        deserializer.deserialize_str(Written("a pattern such as \"ok*3, 500*2\"", std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Nth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Nth, D::Error> {
        struct Numbers;

        impl<'de> Visitor<'de> for Numbers {
            type Value = Nth;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("numbers of requests, counted from 1: 3, [1, 3], \"2-4\" or \"5-\"")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Nth, E> {
                match u64::try_from(number) {
                    Ok(number @ 1..) => Ok(Nth::These(vec![number])),
                    _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Nth, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Nth, A::Error> {
                let mut numbers = Vec::new();
                while let Some(number) = items.next_element::<i64>()? {
                    let number = u64::try_from(number).ok().filter(|number| *number > 0);
                    numbers.push(number.ok_or_else(|| A::Error::custom("expected numbers from 1"))?);
                }
                Ok(Nth::These(numbers))
            }
        }

        deserializer.deserialize_any(Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_a_number_and_a_unit() {
        for (text, micros) in [("20ms", 20_000), ("1.5s", 1_500_000), ("2m", 120_000_000), ("0s", 0), ("250us", 250)] {
            assert_eq!(text.parse(), Ok(Pause(Duration::from_micros(micros))), "{text}");
        }
        for text in ["", "20", "ms", "-1s", "1 s", "1..2s", "25h", "99999999999999999999999h"] {
            assert!(text.parse::<Pause>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_may_have_no_end() {
        assert!(["2-4", " 2 - 4 "].iter().all(|text| text.parse() == Ok(Nth::Range(2, 4))));
        let open: Nth = "5-".parse().expect("a range");
        assert!(!open.has(4) && open.has(5) && open.has(u64::MAX));
        for text in ["", "3", "0-1", "4-2", "a-b", "-3"] {
            assert!(text.parse::<Nth>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_pattern_begins_again_after_its_last_step() {
        let pattern: Pattern = "ok*2, 500, reset".parse().expect("a pattern");
        let steps: Vec<Step> = (1..=6).map(|number| pattern.step(number)).collect();
        let cycle = [Step::Ok, Step::Ok, Step::Status(500), Step::Fault(Fault::Reset), Step::Ok, Step::Ok];
        assert_eq!(steps, cycle);
        for text in ["", "ok*0", "ok*", "ok*x", "700", "good", "ok,,500", "ok*99999999"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
