//! The time, which stands still while a call runs.

use crate::{command, commands};

/// Microseconds since the Unix epoch: the moment at which the call began. It costs one crossing (TIME), so ask once.
pub fn now_us() -> Result<u64, commands::Error> {
    let time = command!("TIME")?;
    let part = |index: usize| {
        let number = time.as_array().and_then(|parts| parts.get(index)).and_then(|part| part.as_integer());
        number.and_then(|number| u64::try_from(number).ok())
    };
    match (part(0), part(1)) {
        (Some(seconds), Some(microseconds)) => Ok(seconds * 1_000_000 + microseconds),
        _ => Err(commands::Error::Command("ERR TIME answered no time".to_owned())),
    }
}

/// Milliseconds since the Unix epoch: see [`now_us`].
pub fn now_ms() -> Result<u64, commands::Error> {
    now_us().map(|now| now / 1000)
}
