//! What functions have and policies have not: the log, reports of panics, and the exports of a component.

#[path = "panics.rs"]
mod panics;

use super::{Node, bindings::ferrite::udf};
use std::{
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

/// `ferrite:udf/log`.
pub(crate) mod log {
    use super::udf::log as wit;
    use crate::log::Level;

    pub(crate) fn write(level: Level, message: &str) {
        let level = match level {
            Level::Debug => wit::Level::Debug,
            Level::Info => wit::Level::Info,
            Level::Warn => wit::Level::Warn,
            Level::Error => wit::Level::Error,
        };
        wit::write(level, message);
    }
}

/// From now on, a panic is told to the host right before the trap. Only the first call of an instance does anything.
#[inline]
fn report_panics() {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    if !REPORTED.load(Ordering::Relaxed) {
        REPORTED.store(true, Ordering::Relaxed);
        panic::set_hook(Box::new(|info| udf::log::panic(&panics::message(info))));
    }
}

/// What the attribute `function` and the macro `commands!` expand to.
pub(crate) mod glue {
    pub use super::super::bindings::*;

    use super::{Node, report_panics};
    use crate::{
        Args, Command, Keys, KeysWithValues, Outcome, Value,
        described::{Data, KeyPositions},
        function,
    };
    use command::ferrite::udf::descriptions as wit;
    use with_values::ferrite::udf::values as given;

    /// Runs the function of a component.
    #[inline]
    pub fn run<O: Outcome>(
        function: impl FnOnce(Keys, Args) -> O,
        keys: Vec<Vec<u8>>,
        args: Vec<Vec<u8>>,
    ) -> Result<Vec<Node>, String> {
        report_panics();
        function::export(function(keys.into(), args.into()))
    }

    /// The same for words that lie one behind the other.
    #[inline]
    pub fn run_packed<O: Outcome>(
        function: impl FnOnce(Keys, Args) -> O,
        keys: u32,
        lengths: Vec<u32>,
        bytes: Vec<u8>,
    ) -> Result<Vec<Node>, String> {
        report_panics();
        let mut rest = bytes.as_slice();
        let mut words = lengths.into_iter().map(|length| {
            // Lengths that do not fit would be the host's fault.
            let (word, behind) = rest.split_at_checked(length as usize).unwrap_or((rest, &[]));
            rest = behind;
            word.to_vec()
        });
        let keys: Vec<Vec<u8>> = words.by_ref().take(keys as usize).collect();
        let args: Vec<Vec<u8>> = words.collect();
        function::export(function(keys.into(), args.into()))
    }

    /// Runs the function of a component that gets values.
    #[inline]
    pub fn run_with_values<O: Outcome>(
        function: impl FnOnce(KeysWithValues, Args) -> O,
        keys: Vec<Vec<u8>>,
        values: Vec<given::Value>,
        args: Vec<Vec<u8>>,
    ) -> Result<Vec<Node>, String> {
        report_panics();
        let own = |value| match value {
            given::Value::Absent => Value::Absent,
            given::Value::String(bytes) => Value::String(bytes),
            given::Value::Other => Value::Other,
        };
        let values = values.into_iter().map(own).collect();
        function::export(function(KeysWithValues::new(keys, values), args.into()))
    }

    /// A row of the table as the host reads it.
    pub fn describe(command: &Command) -> wit::Description {
        let attributes = [
            (command.data == Data::Reads, wit::Attributes::READONLY),
            (command.data == Data::Writes, wit::Attributes::WRITE),
            (command.no_multi, wit::Attributes::NO_MULTI),
            (command.noscript, wit::Attributes::NOSCRIPT),
        ];
        let attributes = attributes.into_iter().filter(|(has, _)| *has);
        let attributes = attributes.fold(wit::Attributes::empty(), |all, (_, attribute)| all | attribute);
        wit::Description {
            name: command.name.to_owned(),
            arity: command.arity,
            attributes,
            keys: match command.keys {
                KeyPositions::None => wit::KeyPositions::None,
                KeyPositions::Range { first, last, step } => {
                    wit::KeyPositions::Range(wit::KeyRange { first, last, step })
                }
                KeyPositions::Counted(index) => wit::KeyPositions::Counted(index),
                KeyPositions::Keyword => wit::KeyPositions::Keyword,
            },
            summary: command.summary.to_owned(),
        }
    }

    /// Runs the command that has this name.
    pub fn execute(
        commands: &[(&Command, fn(Args) -> Result<Vec<Node>, String>)],
        mut argv: Vec<Vec<u8>>,
    ) -> Result<Vec<Node>, String> {
        report_panics();
        let name = argv.first().map(Vec::as_slice).unwrap_or_default();
        let found = commands.iter().find(|(command, _)| name.eq_ignore_ascii_case(command.name.as_bytes()));
        let Some((_, run)) = found else { return Err("ERR the component has no such command".to_owned()) };
        argv.remove(0);
        run(argv.into())
    }

    /// Runs the function of one command.
    pub fn answer<O: Outcome>(function: impl FnOnce(Args) -> O, args: Args) -> Result<Vec<Node>, String> {
        function::export(function(args))
    }
}

/// Makes a function the export `call-with-values` of the component.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_with_values {
    ($function:path) => {
        const _: () = {
            use $crate::__glue::{self, with_values as glue};

            struct Function;

            impl glue::Guest for Function {
                fn call_with_values(
                    keys: __glue::Vec<__glue::Vec<u8>>,
                    values: __glue::Vec<glue::Value>,
                    args: __glue::Vec<__glue::Vec<u8>>,
                ) -> ::core::result::Result<glue::Reply, __glue::String> {
                    __glue::run_with_values($function, keys, values, args)
                }
            }

    glue::export!(Function with_types_in glue);
        };
    };
}

/// Makes a table of commands the exports `describe` and `execute` of the component.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_commands {
    ($($command:expr => $function:path),+) => {
        const _: () = {
            use $crate::__glue::{self, command as glue};

            struct Commands;

            impl glue::Guest for Commands {
                fn describe() -> __glue::Vec<glue::Description> {
                    [$({ const COMMAND: &$crate::Command = &$command; __glue::describe(COMMAND) }),+].into()
                }

                fn execute(
                    argv: __glue::Vec<__glue::Vec<u8>>,
                ) -> ::core::result::Result<glue::Reply, __glue::String> {
                    __glue::execute(
                        &[$((
                            { const COMMAND: &$crate::Command = &$command; COMMAND },
                            |args| __glue::answer($function, args),
                        )),+],
                        argv,
                    )
                }
            }

    glue::export!(Commands with_types_in glue);
        };
    };
}

/// Makes a function the export `call` of the component.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($function:path) => {
        const _: () = {
            use $crate::__glue;

            struct Function;

            impl __glue::Guest for Function {
                fn call(
                    keys: __glue::Vec<__glue::Vec<u8>>,
                    args: __glue::Vec<__glue::Vec<u8>>,
                ) -> ::core::result::Result<__glue::Reply, __glue::String> {
                    __glue::run($function, keys, args)
                }

                fn call_packed(
                    keys: u32,
                    lengths: __glue::Vec<u32>,
                    bytes: __glue::Vec<u8>,
                ) -> ::core::result::Result<__glue::Reply, __glue::String> {
                    __glue::run_packed($function, keys, lengths, bytes)
                }
            }

    __glue::export!(Function with_types_in __glue);
        };
    };
}
