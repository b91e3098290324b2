//! Why a call failed, as the one line that the client reads.

use crate::{collection::CollectionError, commands, keys, strings};
use std::{any::Any, fmt};

/// What a client reads where a function wrote without being allowed to.
pub(crate) const NOT_PERMITTED: &str = "NOPERM this call may not write: the function was loaded without PERMISSIONS WRITE, \
                                        or called read-only";

/// Redis' words for a store at its memory limit.
pub(crate) const OUT_OF_MEMORY: &str = "OOM command not allowed when used memory > 'maxmemory'.";

/// The result of a function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed. Everything that it wrote is undone, and the client gets the line as its error.
///
/// Every error of the standard library's kind becomes one through `?`. Those of the store keep their Redis code
/// (`WRONGTYPE …`), all others get `ERR`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    line: String,
}

impl Error {
    /// An error with the code `ERR`.
    pub fn msg(message: impl fmt::Display) -> Self {
        Self::coded("ERR", message)
    }

    /// An error with a code of one's own, by which clients tell errors apart: one upper-case word, such as `LIMITED`.
    pub fn coded(code: &str, message: impl fmt::Display) -> Self {
        Self { line: format!("{code} {message}") }
    }

    /// The line that the client reads: the code, a space, the message.
    pub fn line(&self) -> &str {
        &self.line
    }

    pub(crate) fn into_line(self) -> String {
        self.line
    }
}

/// Shows the line, so that `expect` and failed tests are readable.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

// `Error` itself is no `std::error::Error`: this conversion could not be written otherwise.
impl<E: std::error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let any: &dyn Any = &error;
        if is_ours(any) {
            return Self { line: error.to_string() };
        }
        Self::msg(error)
    }
}

/// Whether an error is one of the store's, which has its code already.
fn is_ours(error: &dyn Any) -> bool {
    error.is::<strings::Error>()
        || error.is::<keys::Error>()
        || error.is::<CollectionError>()
        || error.is::<commands::Error>()
}

/// Returns an error from the function: `bail!("no user {name}")`, or with a code of its own
/// `bail!(code: "LIMITED", "try again in {seconds} s")`.
#[macro_export]
macro_rules! bail {
    (code: $code:expr, $($message:tt)+) => {
        return ::core::result::Result::Err($crate::Error::coded($code, ::core::format_args!($($message)+)))
    };
    ($($message:tt)+) => {
        return ::core::result::Result::Err($crate::Error::msg(::core::format_args!($($message)+)))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_store_keep_their_code_and_others_get_err() {
        let store = Error::from(strings::Error::WrongType);
        assert!(store.line().starts_with("WRONGTYPE "), "{store}");
        let parse = Error::from("x".parse::<i64>().expect_err("x is no number"));
        assert_eq!(parse.line(), "ERR invalid digit found in string");
    }

    #[test]
    fn bail_returns_the_message_with_its_code() {
        let limited = |seconds: u32| -> Result<()> { bail!(code: "LIMITED", "try again in {seconds} s") };
        assert_eq!(limited(3).expect_err("it bails").line(), "LIMITED try again in 3 s");
        let plain = || -> Result<()> { bail!("no") };
        assert_eq!(plain().expect_err("it bails").line(), "ERR no");
    }
}
