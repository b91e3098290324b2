//! One function with a misdeed for each limit of the host: `WASM.CALL evil KEYS key … ARGS misdeed [n]`.
//!
//! Each misdeed is a Rust function of the same name (with `_` for `-`) in the module of its kind; its first sentence says
//! what it does, and the line "Limit:" what should stop it. A host is right when it contains every one of them, answers
//! other clients meanwhile and afterwards, and when the data is as before the call. Replies that no SDK would send are in
//! `evil-reply`; components that cannot even be loaded are in `unknown-import` and `wrong-world`.

mod endless;
mod greedy;
mod noisy;
mod sneaky;
mod treacherous;

use ferrite_udf::prelude::*;

/// A misdeed: the keys, and how often or how much.
type Misdeed = fn(Keys, Option<u64>) -> Result<Reply>;

const MISDEEDS: &[(&str, Misdeed)] = &[
    ("loop", endless::spin),
    ("recurse", endless::recurse),
    ("recurse-wide", endless::recurse_wide),
    ("keys-star", endless::keys_star),
    ("calls", endless::calls),
    ("copy", greedy::copy),
    ("copy-loop", greedy::copy_loop),
    ("grow-small", greedy::grow_small),
    ("grow-big", greedy::grow_big),
    ("grow-quietly", greedy::grow_quietly),
    ("reply-bytes", noisy::reply_bytes),
    ("reply-nodes", noisy::reply_nodes),
    ("reply-deep", noisy::reply_deep),
    ("error-long", noisy::error_long),
    ("log", noisy::log_lines),
    ("log-long", noisy::log_long),
    ("big-key", sneaky::big_key),
    ("big-value", sneaky::big_value),
    ("same-key", sneaky::same_key),
    ("many-arguments", sneaky::many_arguments),
    ("undeclared-read", sneaky::undeclared_read),
    ("undeclared-write", sneaky::undeclared_write),
    ("write-quietly", sneaky::write_quietly),
    ("call-itself", sneaky::call_itself),
    ("fcall-itself", sneaky::fcall_itself),
    ("call-tree", sneaky::call_tree),
    ("write", treacherous::write),
    ("write-error", treacherous::write_error),
    ("write-panic", treacherous::write_panic),
    ("write-trap", treacherous::write_trap),
    ("write-loop", treacherous::write_loop),
    ("write-grow", treacherous::write_grow),
    ("write-many", treacherous::write_many),
    ("flush", treacherous::flush),
];

/// ARGS: `misdeed [n]`.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Reply> {
    let args = args.named(&["misdeed", "n"]);
    let name = args.text(0)?;
    let Some((_, misdeed)) = MISDEEDS.iter().find(|(known, _)| *known == name) else {
        bail!("no misdeed is called `{name}`");
    };
    let n = if args.len() > 1 { Some(args.parse(1)?) } else { None };
    misdeed(keys, n)
}
