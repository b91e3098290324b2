//! Lines for the operator of the server, never seen by clients: `ferrite:udf/log`.
//!
//! `log!("…")` writes at the level `info`; [`debug!`](debug), [`info!`](info), [`warn!`](warn) and [`error!`](error) of
//! this module name theirs. A line is cut at 1 KiB, and a call may write 16 KiB.

use crate::platform;

#[doc(inline)]
pub use crate::{__debug as debug, __error as error, __info as info, __warn as warn};

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For whoever hunts a fault.
    Debug,
    /// Worth knowing.
    Info,
    /// Worth looking at.
    Warn,
    /// Something is broken.
    Error,
}

/// Writes a line to the server's log under the function's name.
pub fn write(level: Level, message: &str) {
    platform::log::write(level, message);
}

/// Writes a line at the level `info`: `log!("{} keys", keys.len())`.
#[macro_export]
macro_rules! log {
    ($($message:tt)+) => { $crate::log::info!($($message)+) };
}

/// Writes a line at the level `debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Debug, &::std::format!($($message)+)) };
}

/// Writes a line at the level `info`.
#[doc(hidden)]
#[macro_export]
macro_rules! __info {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Info, &::std::format!($($message)+)) };
}

/// Writes a line at the level `warn`.
#[doc(hidden)]
#[macro_export]
macro_rules! __warn {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Warn, &::std::format!($($message)+)) };
}

/// Writes a line at the level `error`.
#[doc(hidden)]
#[macro_export]
macro_rules! __error {
    ($($message:tt)+) => { $crate::log::write($crate::log::Level::Error, &::std::format!($($message)+)) };
}
