//! What nobody does but to harm.

use ferrite_udf::prelude::*;
use wasip2::{cli, clocks, io, random as entropy};

/// Asks for 4 GiB of random bytes at once, n bytes if given. Limit: fuel, then `random-bytes`.
pub(crate) fn random(n: Option<u64>) -> Result<Reply> {
    Ok((entropy::random::get_random_bytes(n.unwrap_or(4 << 30)).len() as i64).into())
}

/// Asks for random bytes again and again. Limit: fuel.
pub(crate) fn random_forever(_: Option<u64>) -> Result<Reply> {
    loop {
        std::hint::black_box(entropy::random::get_random_bytes(64 << 10));
    }
}

/// Prints without end. Limit: fuel for the time it takes, `log-call` for the log.
pub(crate) fn print_forever(_: Option<u64>) -> Result<Reply> {
    loop {
        println!("{}", "endless ".repeat(100));
        eprint!("\r\nERROR forged");
    }
}

/// Waits for a subscription again and again. Limit: fuel.
pub(crate) fn poll_forever(_: Option<u64>) -> Result<Reply> {
    let later = clocks::monotonic_clock::subscribe_instant(u64::MAX);
    loop {
        later.block();
        io::poll::poll(&[&later]);
    }
}

/// Subscribes without end, and drops nothing. Limit: `wasi-handles`.
pub(crate) fn poll_many(n: Option<u64>) -> Result<Reply> {
    let mut all = Vec::new();
    for duration in 0..n.unwrap_or(u64::MAX) {
        all.push(clocks::monotonic_clock::subscribe_duration(duration));
    }
    let ready = io::poll::poll(&all.iter().collect::<Vec<_>>()).len();
    Ok((ready as i64).into())
}

/// Waits for the end of time. Limit: nothing waits.
pub(crate) fn wait(_: Option<u64>) -> Result<Reply> {
    clocks::monotonic_clock::subscribe_duration(u64::MAX).block();
    cli::stdin::get_stdin().subscribe().block();
    Ok(().into())
}

/// Writes more zeros than there is anything. Limit: fuel.
pub(crate) fn zeroes(_: Option<u64>) -> Result<Reply> {
    let written = cli::stdout::get_stdout().write_zeroes(u64::MAX);
    Ok(Reply::from(i64::from(written.is_ok())))
}
