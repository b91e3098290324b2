//! Commands that a component adds: what each is, beside the function that runs it.

use crate::{Args, Outcome};

/// A row of the table that [`commands!`](crate::commands!) takes: what COMMAND tells of a command. What makes no sense
/// does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    pub(crate) name: &'static str,
    pub(crate) arity: i32,
    pub(crate) data: Data,
    pub(crate) no_multi: bool,
    pub(crate) noscript: bool,
    pub(crate) keys: KeyPositions,
    pub(crate) summary: &'static str,
}

/// What a command does with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Nothing,
    Reads,
    Writes,
}

/// Where a command's keys are among its arguments; the command's name is argument 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPositions {
    None,
    Range { first: u32, last: i32, step: u32 },
    Counted(u32),
    Keyword,
}

impl Command {
    /// A command of this name (letters, digits, `-`, `_`, `.`; at most 64), with any number of arguments, that uses no
    /// data.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty() && bytes.len() <= 64, "a command's name has 1 to 64 letters");
        assert!(bytes[0].is_ascii_alphabetic(), "a command's name begins with a letter");
        let mut at = 0;
        while at < bytes.len() {
            assert!(
                bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'-' | b'_' | b'.'),
                "a command's name has letters, digits, '-', '_' and '.'"
            );
            at += 1;
        }
        Self {
            name,
            arity: -1,
            data: Data::Nothing,
            no_multi: false,
            noscript: false,
            keys: KeyPositions::None,
            summary: "",
        }
    }

    /// The exact number of arguments with the name, or minus the least number. Where keys are is said behind it.
    #[must_use]
    pub const fn arity(self, arity: i32) -> Self {
        assert!(arity != 0, "the arity is at least 1, or -1 for any number of arguments");
        assert!(matches!(self.keys, KeyPositions::None), "`arity` stands before the keys");
        Self { arity, ..self }
    }

    /// It reads, and never writes.
    #[must_use]
    pub const fn reads(self) -> Self {
        Self { data: Data::Reads, ..self }
    }

    /// It may write.
    #[must_use]
    pub const fn writes(self) -> Self {
        Self { data: Data::Writes, ..self }
    }

    /// Its one key is this argument.
    #[must_use]
    pub const fn key(self, argument: u32) -> Self {
        self.keys(argument, argument as i32, 1)
    }

    /// Its keys are the arguments from the first to the last (negative: counted from the end, -1 is the last argument),
    /// every `step`th.
    #[must_use]
    pub const fn keys(self, first: u32, last: i32, step: u32) -> Self {
        assert!(first > 0, "argument 0 is the name");
        assert!(first < self.arity.unsigned_abs() || self.arity < 0, "no argument is there");
        assert!(last < 0 || last >= first as i32, "the last key comes after the first");
        assert!(self.arity < 0 || last < self.arity, "no argument is there");
        assert!(step > 0, "from one key to the next is a step of at least 1");
        Self { keys: KeyPositions::Range { first, last, step }, ..self }
    }

    /// This argument is the number of keys that follow it.
    #[must_use]
    pub const fn counted_keys(self, argument: u32) -> Self {
        assert!(
            argument > 0 && argument < self.arity.unsigned_abs(),
            "that argument has to be there: say so by `arity`"
        );
        Self { keys: KeyPositions::Counted(argument), ..self }
    }

    /// Its keys are the arguments between the words `KEYS` and `ARGS`.
    #[must_use]
    pub const fn keyword_keys(self) -> Self {
        Self { keys: KeyPositions::Keyword, ..self }
    }

    /// MULTI refuses it.
    #[must_use]
    pub const fn no_multi(self) -> Self {
        Self { no_multi: true, ..self }
    }

    /// Functions may not execute it.
    #[must_use]
    pub const fn noscript(self) -> Self {
        Self { noscript: true, ..self }
    }

    /// One line for COMMAND DOCS.
    #[must_use]
    pub const fn summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }
}

/// The table of a component's commands: what each is, and the function that runs it. A component has one such table.
///
/// The function takes the arguments behind the command's name, and returns a `Result` of anything that becomes a
/// [`Reply`](crate::Reply). Everything else is as with [`macro@crate::function`].
///
/// ```
/// use ferrite_udf::prelude::*;
///
/// ferrite_udf::commands! {
///     Command::new("STOCK.TAKE").arity(3).writes().key(1).summary("Takes items from a stock.") => take,
///     Command::new("STOCK.LEFT").arity(2).reads().key(1).summary("How many items there are.") => left,
/// }
///
/// fn take(args: Args) -> Result<i64> {
///     let count: u32 = args.parse(1)?;
///     let left = strings::increment(args.get(0)?, -i64::from(count))?;
///     if left < 0 {
///         bail!(code: "SOLDOUT", "{} are missing", -left);
///     }
///     Ok(left)
/// }
///
/// fn left(args: Args) -> Result<Option<Vec<u8>>> {
///     Ok(strings::get(args.get(0)?)?)
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! commands {
    ($($command:expr => $function:path),+ $(,)?) => {
        $crate::__export_commands!($($command => $function),+);
    };
}

/// Checks the type of a command's function where it has no export.
#[doc(hidden)]
pub fn __check<O: Outcome>(_: fn(Args) -> O) {}
