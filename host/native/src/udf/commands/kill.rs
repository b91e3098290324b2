//! `WASM.KILL [name]`: ends the function that runs on the shard, or the calls of a function that runs off it.

use super::{Invocation, ok, unexpected};
use crate::udf::Outcome;

pub(super) fn kill(invocation: Invocation<'_>) -> Outcome {
    let result = match invocation.argv.len() {
        ..2 if invocation.functions.kill() => Ok(ok()),
        ..2 => Err("NOTBUSY No functions in execution right now.".to_owned()),
        2 => match invocation.functions.away().kill(invocation.argument(1)) {
            0 => {
                let name = String::from_utf8_lossy(invocation.argument(1));
                Err(format!("NOTBUSY No call of '{name}' runs off the shard right now."))
            }
            _ => Ok(ok()),
        },
        _ => Err(unexpected(invocation.argument(2), "at most a name")),
    };
    invocation.reply(result)
}
