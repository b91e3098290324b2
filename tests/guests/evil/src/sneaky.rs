//! What reaches for more than it was given: huge arguments to the store, keys that nobody declared, calls of itself.

use ferrite_udf::prelude::*;

fn mebibytes(n: u64) -> Vec<u8> {
    vec![b'k'; usize::try_from(n << 20).unwrap_or(usize::MAX)]
}

/// Reads a key of 40 MiB, n MiB if given. Limit: fuel, which store calls cost by the byte.
pub(crate) fn big_key(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    Ok(strings::get(mebibytes(n.unwrap_or(40)))?.into())
}

/// Writes 40 MiB to KEYS[1], n MiB if given. Limit: fuel, which store calls cost by the byte.
pub(crate) fn big_value(keys: Keys, n: Option<u64>) -> Result<Reply> {
    strings::set(keys.get(0)?, mebibytes(n.unwrap_or(40)))?;
    Ok(().into())
}

/// Names one word of 1 MiB 10,000 times, n if given, in one crossing: 10 GiB to walk from 1 MiB of memory. Limit: the
/// bytes of one crossing.
pub(crate) fn same_key(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let key = mebibytes(1);
    let names = vec![key.as_slice(); usize::try_from(n.unwrap_or(10_000)).unwrap_or(usize::MAX)];
    Ok(commands::execute(&names)?)
}

/// Runs DEL with 1,100,000 arguments, n if given. Limit: the arguments of a command.
pub(crate) fn many_arguments(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let mut argv = vec!["DEL"];
    argv.resize(usize::try_from(n.unwrap_or(1_100_000)).unwrap_or(usize::MAX), "k");
    Ok(commands::execute(&argv)?)
}

/// Reads the key `undeclared`, whatever KEYS are. Limit: the keys that the caller declared, where a host minds them.
pub(crate) fn undeclared_read(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    Ok(strings::get("undeclared")?.into())
}

/// Writes the key `undeclared`, whatever KEYS are. Limit: the keys that the caller declared, where a host minds them.
pub(crate) fn undeclared_write(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    strings::set("undeclared", "evil")?;
    Ok(().into())
}

/// Writes KEYS[1] in every way there is, ignores the errors, and returns how many ways worked. Limit: the permission
/// WRITE; without it the answer is 0, and the data is as before.
pub(crate) fn write_quietly(keys: Keys, _n: Option<u64>) -> Result<Reply> {
    let key = keys.get(0)?;
    let ways = [
        strings::set(key, "evil").is_ok(),
        strings::append(key, "evil").is_ok(),
        strings::increment(key, 1).is_ok(),
        keys::expire(key, 1).is_ok(),
        keys::persist(key).is_ok(),
        keys::rename(key, "evil").is_ok(),
        keys::delete(key).is_ok(),
        command!("SET", key, "evil").is_ok(),
        command!("FLUSHALL").is_ok(),
    ];
    Ok(ways.iter().filter(|worked| **worked).count().into())
}

/// Calls itself through `WASM.CALL` for ever. Limit: the depth of calls, or that functions may not call functions.
pub(crate) fn call_itself(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    Ok(command!("WASM.CALL", "evil", "ARGS", "call-itself")?)
}

/// Calls itself through `FCALL` for ever. Limit: the depth of calls, or that functions may not call functions.
pub(crate) fn fcall_itself(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    Ok(command!("FCALL", "evil", "0", "fcall-itself")?)
}

/// Calls itself four times, each of which does the same, minding no error, and returns how many ended well. Limit: fuel or
/// the time, which all of them share.
pub(crate) fn call_tree(_keys: Keys, _n: Option<u64>) -> Result<Reply> {
    let ended_well = (0..4).filter(|_| command!("WASM.CALL", "evil", "ARGS", "call-tree").is_ok()).count();
    Ok(ended_well.into())
}
