//! The commands that functions add.

use super::Invocation;
use crate::udf::Outcome;
use crate::udf::added::Command;
use crate::udf::entry::Request;

/// Runs one of them for a client.
pub(crate) fn run(mut invocation: Invocation<'_>, command: &Command) -> Outcome {
    let Invocation { functions, shard, call, argv, .. } = invocation;
    if functions.is_running() {
        return invocation.refuse(&super::BUSY);
    }
    let described = &command.described;
    // A command that waited in a queue may have been replaced by one that takes other arguments.
    if let Err(error) = described.check_arity(argv.len()) {
        return invocation.refuse(&error);
    }
    if let Some(instead) = invocation.held_back(&command.function) {
        return instead;
    }
    let request = Request::Command { described, argv };
    invocation.reply(functions.call(shard, &command.function, call.database, described.data.allowed(), request))
}
