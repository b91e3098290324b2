//! What says too much: to the client, or to the log.

use ferrite_udf::prelude::*;

/// Returns 40 MiB of bytes, n MiB if given. Limit: the bytes of one crossing.
pub(crate) fn reply_bytes(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    Ok(vec![b'x'; usize::try_from(n.unwrap_or(40) << 20).unwrap_or(usize::MAX)].into())
}

/// Returns an array of 1,100,000 nulls, n if given. Limit: the nodes of a reply.
pub(crate) fn reply_nodes(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    Ok(Reply::array((0..n.unwrap_or(1_100_000)).map(|_| Reply::Null)))
}

/// Returns arrays within arrays, 40 deep, n if given. Limit: the depth of a reply.
pub(crate) fn reply_deep(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    Ok((0..n.unwrap_or(40)).fold(Reply::Null, |inner, _| Reply::Array(vec![inner])))
}

/// Returns an error of 1 MiB, n bytes if given. Limit: the bytes of an error.
pub(crate) fn error_long(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    bail!("{}", "x".repeat(usize::try_from(n.unwrap_or(1 << 20)).unwrap_or(usize::MAX)))
}

/// Logs a million lines, n if given. Limit: the bytes that a call may log; the call itself succeeds if it has the fuel.
pub(crate) fn log_lines(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    for line in 0..n.unwrap_or(1_000_000) {
        log!("line {line}");
    }
    Ok(().into())
}

/// Logs one line of 10 MiB with line ends and control characters in it. Limit: the bytes of a line; it must not forge
/// other lines.
pub(crate) fn log_long(_keys: Keys, n: Option<u64>) -> Result<Reply> {
    let repeats = usize::try_from(n.unwrap_or(400_000)).unwrap_or(usize::MAX);
    log::warn!("{}", "\r\nERROR forged \x1b[31mred\x1b[0m".repeat(repeats));
    Ok(().into())
}
