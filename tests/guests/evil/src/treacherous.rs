//! What writes first and fails then. The limit of all of these: nothing of what they wrote is left.

use ferrite_udf::prelude::*;

/// Overwrites KEYS[1], and makes all the other KEYS, in ways that take different inverse operations to undo.
fn spoil(keys: &Keys) -> Result<()> {
    for (index, key) in keys.iter().enumerate() {
        match index % 4 {
            0 => strings::set(key, "evil")?,
            1 => drop(keys::delete(key)?),
            2 => drop(strings::append(key, "evil")?),
            _ => drop(keys::expire(key, 1_000_000)?),
        }
    }
    Ok(())
}

/// Writes, and succeeds. Limit: the permission WRITE, and `CALL_RO`.
pub(crate) fn write(keys: Keys, _n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    Ok(().into())
}

/// Writes, then returns an error with a code of its own. Limit: rollback.
pub(crate) fn write_error(keys: Keys, _n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    bail!(code: "EVIL", "on purpose")
}

/// Writes, then panics. Limit: rollback, and the message reaches the caller.
pub(crate) fn write_panic(keys: Keys, _n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    panic!("on purpose, after {} keys", keys.len())
}

/// Writes, then traps without a word. Limit: rollback.
pub(crate) fn write_trap(keys: Keys, _n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    std::process::abort()
}

/// Writes, then loops for ever. Limit: fuel, or else the time, or WASM.KILL; and rollback.
pub(crate) fn write_loop(keys: Keys, n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    crate::endless::spin(keys, n)
}

/// Writes, then takes memory until none is left. Limit: the memory of the function, and rollback.
pub(crate) fn write_grow(keys: Keys, n: Option<u64>) -> Result<Reply> {
    spoil(&keys)?;
    crate::greedy::grow_small(keys, n)
}

/// Writes a million keys (n if given) named after KEYS[1], then returns an error. Limit: the memory of the undo log, or
/// fuel; and rollback.
pub(crate) fn write_many(keys: Keys, n: Option<u64>) -> Result<Reply> {
    let prefix = String::from_utf8_lossy(keys.get(0)?).into_owned();
    for number in 0..n.unwrap_or(1_000_000) {
        strings::set(format!("{prefix}:{number}"), "evil")?;
    }
    bail!(code: "EVIL", "on purpose")
}

/// Deletes everything, then returns an error. Limit: rollback, or that functions may not do it.
pub(crate) fn flush(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    command!("FLUSHALL")?;
    bail!(code: "EVIL", "on purpose")
}
