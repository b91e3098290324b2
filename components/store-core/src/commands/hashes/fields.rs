//! `FIELDS numfields field …`, as the commands of newer servers name fields.

use ferrite_resp::{Args, number};

use crate::context::Context;
use crate::error::Error;

const MISPLACED: Error = Error::fixed("ERR Mandatory argument FIELDS is missing or not at the right position");
const NO_MATCH: Error = Error::fixed("ERR The `numfields` parameter must match the number of arguments");

/// What a command says when the number of fields is none.
pub(super) struct Fields(&'static str);

impl Fields {
    /// Those that ask and remove.
    pub(super) const NAMES: Fields = Fields("ERR Number of fields must be a positive integer");
    /// Those that set times.
    pub(super) const TIMES: Fields = Fields("ERR Parameter `numFields` should be greater than 0");

    /// The names behind FIELDS, which stands at `at`, and their number.
    pub(super) fn parse<'a>(&self, args: Args<'a>, at: usize) -> Result<Args<'a>, Error> {
        if !args.at(at).eq_ignore_ascii_case(b"FIELDS") {
            return Err(MISPLACED);
        }
        let count = number::parse_i64(args.at(at + 1)).filter(|&count| count > 0).ok_or(Error::fixed(self.0))?;
        let names = args.skip(at + 2);
        if usize::try_from(count) == Ok(names.len()) { Ok(names) } else { Err(NO_MATCH) }
    }
}

/// Where the names and values of HSETEX begin, whose FIELDS stands at `at`.
pub(super) fn pairs(cx: &Context<'_>, at: usize) -> Result<usize, Error> {
    let wrong = || Error::Arity(cx.command.name.into());
    if at + 3 >= cx.args.len() {
        return Err(wrong());
    }
    let count = number::parse_i64(cx.arg(at + 1)).filter(|count| (1..=i64::from(i32::MAX)).contains(count));
    let count = count.ok_or(Error::fixed("ERR invalid number of fields"))?;
    let rest = cx.args.len() - (at + 2);
    if rest as i64 == 2 * count { Ok(at + 2) } else { Err(wrong()) }
}
