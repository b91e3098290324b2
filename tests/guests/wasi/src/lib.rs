//! What Rust's standard library does over WASI, and what a hostile function may do with it:
//! `WASM.CALL wasi ARGS deed [n]`.
//!
//! It is built for `wasm32-wasip2`, so that it imports whatever the standard library does.

mod hostile;
mod ordinary;

use ferrite_udf::prelude::*;

/// A deed, with how often or how much.
type Deed = fn(Option<u64>) -> Result<Reply>;

const DEEDS: &[(&str, Deed)] = &[
    ("print", ordinary::print),
    ("environment", ordinary::environment),
    ("time", ordinary::time),
    ("sleep", ordinary::sleep),
    ("hash", ordinary::hash),
    ("stdin", ordinary::stdin),
    ("file", ordinary::file),
    ("write-file", ordinary::write_file),
    ("connect", ordinary::connect),
    ("resolve", ordinary::resolve),
    ("panic", ordinary::panic),
    ("exit", ordinary::exit),
    ("random", hostile::random),
    ("random-forever", hostile::random_forever),
    ("print-forever", hostile::print_forever),
    ("poll-forever", hostile::poll_forever),
    ("poll-many", hostile::poll_many),
    ("wait", hostile::wait),
    ("zeroes", hostile::zeroes),
];

/// ARGS: `deed [n]`.
#[ferrite_udf::function]
pub fn call(_keys: Keys, args: Args) -> Result<Reply> {
    let args = args.named(&["deed", "n"]);
    let name = args.text(0)?;
    let Some((_, deed)) = DEEDS.iter().find(|(known, _)| *known == name) else {
        bail!("no deed is called `{name}`");
    };
    deed(if args.len() > 1 { Some(args.parse(1)?) } else { None })
}
