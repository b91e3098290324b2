//! Any command of the store by its name: `ferrite:store/commands`, the `redis.call` of functions.

use crate::{Limit, Reply, platform};
use std::fmt;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The command's own error, as its Redis line (`WRONGTYPE Operation against …`).
    Command(String),
    /// The caller may not do this; the text says which permission is missing.
    NotPermitted(String),
    /// A limit on what one call may ask.
    LimitExceeded(Limit),
}

/// The line that a client reads.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(line) => f.write_str(line),
            Self::NotPermitted(reason) => write!(f, "NOPERM {}", reason.trim_start_matches("NOPERM ")),
            Self::LimitExceeded(limit) => limit.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Runs one command in the selected database: its name, then its arguments. Commands that belong to a connection, to a
/// transaction or to an administrator are refused.
///
/// Where the elements have different types, [`command!`](crate::command) takes them as they are.
pub fn execute<A: AsRef<[u8]>>(argv: &[A]) -> Result<Reply, Error> {
    let argv: Vec<&[u8]> = argv.iter().map(AsRef::as_ref).collect();
    platform::commands::execute(&argv)
}

/// Runs one command, with arguments of any types that have bytes: `command!("SET", keys.get(0)?, value, "EX", "60")`.
#[macro_export]
macro_rules! command {
    ($($argument:expr),+ $(,)?) => {
        $crate::commands::execute(&[$(::core::convert::AsRef::<[u8]>::as_ref(&$argument)),+])
    };
}
