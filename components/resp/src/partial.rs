//! A long command that arrives piece by piece.
//!
//! [`parse`](crate::parse) starts from the front of the input each time, so a command of many megabytes in many
//! arguments would be copied and parsed again with every packet. A server takes the arguments that are there out of
//! the input instead:
//!
//! ```
//! use ferrite_resp::{Argv, Limits, Parsed, Partial, parse};
//!
//! let (limits, mut argv) = (Limits::default(), Argv::new());
//! let input = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nva";
//! assert_eq!(parse(input, &limits, &mut argv)?, Parsed::Need(33));
//! let (mut partial, consumed) = Partial::take(input, &argv).expect("two arguments are there");
//! assert_eq!(&input[consumed..], b"$5\r\nva");
//!
//! let progress = partial.advance(b"$5\r\nva", &limits)?;
//! assert_eq!((progress.consumed, progress.needs), (0, Some(11)));
//! let progress = partial.advance(b"$5\r\nvalue\r\nPING\r\n", &limits)?;
//! assert_eq!((progress.consumed, progress.needs), (11, None));
//! assert_eq!(partial.args().at(2), b"value");
//! # Ok::<(), ferrite_resp::ProtocolError>(())
//! ```

use crate::args::{Args, Argv, OwnedArgs};
use crate::error::ProtocolError;
use crate::limits::Limits;
use crate::request::parse_bulk_header;

/// The arguments of a command that are there already, and how many are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    args: OwnedArgs,
    missing: usize,
}

/// How far [`Partial::advance`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the input that are in the command now.
    pub consumed: usize,
    /// The bytes that must be there, from the first that was not consumed on, before it is worth going on; none when
    /// the command is complete.
    pub needs: Option<usize>,
}

impl Partial {
    /// Takes the complete arguments of the command for which [`parse`](crate::parse) just answered
    /// [`Need`](crate::Parsed::Need), and says how many bytes of the input they were; none if there are none.
    #[must_use]
    pub fn take(input: &[u8], argv: &Argv) -> Option<(Self, usize)> {
        let consumed = argv.last_end()?.checked_add(2)?;
        Some((Self { args: argv.view(input).to_owned_args(), missing: argv.missing }, consumed))
    }

    /// Takes the arguments at the front of `input`, which follows what was consumed before.
    ///
    /// # Errors
    /// When the bytes are no argument; final, as that of [`parse`](crate::parse).
    pub fn advance(&mut self, input: &[u8], limits: &Limits) -> Result<Progress, ProtocolError> {
        let mut rest = input;
        while self.missing > 0 {
            let consumed = input.len() - rest.len();
            let Some((length, tail)) = parse_bulk_header(rest, limits)? else {
                return Ok(Progress { consumed, needs: Some(rest.len() + 1) });
            };
            let (Some(argument), Some(after)) = (tail.get(..length), tail.get(length.saturating_add(2)..)) else {
                let header = rest.len() - tail.len();
                return Ok(Progress { consumed, needs: Some(header.saturating_add(length).saturating_add(2)) });
            };
            if !self.args.push(argument) {
                return Err(ProtocolError::TooBigRequest);
            }
            self.missing -= 1;
            rest = after;
        }
        Ok(Progress { consumed: input.len() - rest.len(), needs: None })
    }

    /// The arguments that are there.
    #[must_use]
    pub fn args(&self) -> Args<'_> {
        self.args.view()
    }

    /// The arguments, once none is missing.
    #[must_use]
    pub fn into_args(self) -> OwnedArgs {
        self.args
    }

    /// How many arguments are missing.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Heap memory held, in bytes: part of what a client's unread requests may take.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.args.heap_bytes()
    }
}
