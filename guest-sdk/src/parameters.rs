//! What the caller passed: keys and arguments, with errors that name the one that is wrong.

use crate::{Error, Result};
use std::{fmt, ops::Deref, str};

/// The keys that the caller declared, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(Vec<Vec<u8>>);

impl Keys {
    /// The key at an index from 0; the error says that the caller has to pass it.
    pub fn get(&self, index: usize) -> Result<&[u8]> {
        match self.0.get(index) {
            Some(key) => Ok(key),
            None => Err(Error::msg(format_args!("key {} is missing: the caller passed {}", index + 1, self.0.len()))),
        }
    }
}

impl From<Vec<Vec<u8>>> for Keys {
    fn from(keys: Vec<Vec<u8>>) -> Self {
        Self(keys)
    }
}

/// As a slice: `keys.len()`, `keys.iter()`.
impl Deref for Keys {
    type Target = [Vec<u8>];

    fn deref(&self) -> &[Vec<u8>] {
        &self.0
    }
}

/// The arguments that are not keys, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    values: Vec<Vec<u8>>,
    names: &'static [&'static str],
}

impl Args {
    /// Gives the arguments names, which errors then mention: ``argument 2 (`window-ms`): expected …``.
    #[must_use]
    pub fn named(self, names: &'static [&'static str]) -> Self {
        Self { names, ..self }
    }

    /// The argument at an index from 0; the error says that the caller has to pass it.
    pub fn get(&self, index: usize) -> Result<&[u8]> {
        match self.values.get(index) {
            Some(argument) => Ok(argument),
            None => Err(self.complaint(index, format_args!("missing, the caller passed {}", self.values.len()))),
        }
    }

    /// The argument at an index from 0 as a number, text and so on.
    pub fn parse<T: FromArgument>(&self, index: usize) -> Result<T> {
        let argument = self.get(index)?;
        T::from_argument(argument)
            .ok_or_else(|| self.complaint(index, format_args!("expected {}, got `{}`", T::EXPECTED, Excerpt(argument))))
    }

    /// The argument at an index from 0 as a number, text and so on, or this value when the caller passed fewer.
    pub fn parse_or<T: FromArgument>(&self, index: usize, default: T) -> Result<T> {
        if index < self.values.len() { self.parse(index) } else { Ok(default) }
    }

    /// The argument at an index from 0 as UTF-8 text.
    pub fn text(&self, index: usize) -> Result<&str> {
        let argument = self.get(index)?;
        str::from_utf8(argument).map_err(|_| {
            self.complaint(index, format_args!("expected {}, got `{}`", String::EXPECTED, Excerpt(argument)))
        })
    }

    fn complaint(&self, index: usize, what: fmt::Arguments<'_>) -> Error {
        match self.names.get(index) {
            Some(name) => Error::msg(format_args!("argument {} (`{name}`): {what}", index + 1)),
            None => Error::msg(format_args!("argument {}: {what}", index + 1)),
        }
    }
}

impl From<Vec<Vec<u8>>> for Args {
    fn from(values: Vec<Vec<u8>>) -> Self {
        Self { values, names: &[] }
    }
}

/// As a slice: `args.len()`, `args.iter()`.
impl Deref for Args {
    type Target = [Vec<u8>];

    fn deref(&self) -> &[Vec<u8>] {
        &self.values
    }
}

/// The beginning of an argument, made fit for one line.
struct Excerpt<'a>(&'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        match self.0.get(..SHOWN) {
            Some(start) if self.0.len() > SHOWN => write!(f, "{}…", start.escape_ascii()),
            _ => write!(f, "{}", self.0.escape_ascii()),
        }
    }
}

/// What an argument can be parsed as.
pub trait FromArgument: Sized {
    /// Completes "expected …" in the error.
    const EXPECTED: &'static str;

    /// The value, or none where the bytes are no such thing.
    fn from_argument(argument: &[u8]) -> Option<Self>;
}

macro_rules! from_text {
    ($expected:literal: $($type:ty)*) => {$(
        impl FromArgument for $type {
            const EXPECTED: &'static str = $expected;

            fn from_argument(argument: &[u8]) -> Option<Self> {
                str::from_utf8(argument).ok()?.parse().ok()
            }
        }
    )*};
}

from_text!("an integer": i8 i16 i32 i64 i128 isize);
from_text!("an integer of at least 0": u8 u16 u32 u64 u128 usize);
from_text!("a number": f32 f64);
from_text!("UTF-8 text": String);

/// `true`, `yes`, `on`, `1` and their opposites, in any case.
impl FromArgument for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_argument(argument: &[u8]) -> Option<Self> {
        let is = |words: [&str; 4]| words.iter().any(|word| argument.eq_ignore_ascii_case(word.as_bytes()));
        if is(["true", "yes", "on", "1"]) {
            return Some(true);
        }
        is(["false", "no", "off", "0"]).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(values: &[&[u8]]) -> Args {
        Args::from(values.iter().map(|value| value.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn an_error_names_the_argument_and_what_was_expected() {
        let args = args(&[b"10", b"soon"]).named(&["limit", "window-ms"]);
        assert_eq!(args.parse::<u32>(0), Ok(10));
        let error = args.parse::<u64>(1).expect_err("`soon` is no number");
        assert_eq!(error.line(), "ERR argument 2 (`window-ms`): expected an integer of at least 0, got `soon`");
        let error = args.parse::<u64>(2).expect_err("there are two");
        assert_eq!(error.line(), "ERR argument 3: missing, the caller passed 2");
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        let long = [b'a'; 100];
        let error = args(&[&long]).parse::<f64>(0).expect_err("letters are no number");
        assert_eq!(error.line(), format!("ERR argument 1: expected a number, got `{}…`", "a".repeat(32)));
        let error = args(&[b"1\r\n"]).parse::<f64>(0).expect_err("line ends are no number");
        assert_eq!(error.line(), "ERR argument 1: expected a number, got `1\\r\\n`");
    }

    #[test]
    fn a_default_stands_in_for_a_missing_argument_but_not_for_a_wrong_one() {
        assert_eq!(args(&[]).parse_or(0, 5_u8), Ok(5));
        assert_eq!(args(&[b"x"]).parse_or(0, 5_u8).ok(), None);
        assert_eq!(args(&[b"YES"]).parse::<bool>(0), Ok(true));
        assert_eq!(args(&[b"\xff"]).text(0).ok(), None);
    }

    #[test]
    fn a_missing_key_is_counted_from_one() {
        let keys = Keys::from(vec![b"a".to_vec()]);
        assert_eq!(keys.get(0), Ok(&b"a"[..]));
        assert_eq!(keys.get(1).expect_err("there is one").line(), "ERR key 2 is missing: the caller passed 1");
    }
}
