//! A function that calls another one, by the same commands that clients use.

use std::rc::Rc;

use ferrite_resp::{Args, OwnedArgs};

use super::{Context, charge, shard};
use crate::udf::bindings::{Node, commands::Error};
use crate::udf::commands::arguments::{self, Spans};
use crate::udf::failure::Failure;
use crate::udf::reply::Reply;

/// `FCALL`, `FCALL_RO`, `WASM.CALL` or `WASM.CALL_RO` from within a function.
pub(super) struct Call {
    argv: OwnedArgs,
    spans: Spans,
    read_only: bool,
}

impl Call {
    /// None when the command is the engine's. The host's other commands are refused as commands are that scripts may
    /// not use.
    pub(super) fn parse(name: &[u8], argv: &[&[u8]]) -> Option<Result<Call, Error>> {
        let (keyword, read_only) = match name {
            _ if name.eq_ignore_ascii_case(b"WASM.CALL") => (true, false),
            _ if name.eq_ignore_ascii_case(b"WASM.CALL_RO") => (true, true),
            _ if name.eq_ignore_ascii_case(b"FCALL") => (false, false),
            _ if name.eq_ignore_ascii_case(b"FCALL_RO") => (false, true),
            _ if name.get(..5).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"WASM.")) => {
                return Some(Err(Error::Command("ERR This Redis command is not allowed from script".to_owned())));
            }
            _ => return None,
        };
        let argv = Args::from(argv);
        let parsed = if keyword { arguments::keyword(argv) } else { arguments::counted(argv) };
        Some(
            parsed
                .map(|spans| Call { argv: argv.to_owned_args(), spans, read_only })
                .map_err(|error| Error::Command(error.to_string())),
        )
    }
}

/// Runs the inner function with what is left to the outer one, and takes what it used from that.
pub(super) fn run(context: &mut Context<'_>, call: Call) -> wasmtime::Result<Result<Vec<Node>, Error>> {
    let fuel = context.get_fuel()?;
    let guest = context.data_mut();
    let shard = Rc::clone(shard(guest)?);
    let mut outer = guest.call.outer(fuel);
    if call.read_only {
        outer.permissions = outer.permissions.read_only();
    }
    let Some(function) = shard.functions.find(call.argv.view().at(1)) else {
        return Ok(Err(Error::Command("ERR Function not found".to_owned())));
    };
    let (keys, args) = (call.spans.keys(call.argv.view()), call.spans.args(call.argv.view()));
    let (result, fuel_used) = shard.functions.call_nested(&shard, &function, outer, (keys, args));
    charge(context, fuel_used)?;
    Ok(match result {
        Ok(reply) => Ok(Reply::into_nodes(reply)),
        // Somebody who kills a function means the whole path.
        Err(Failure::Killed) => return Err(wasmtime::Error::new(crate::udf::failure::Stop::Killed)),
        Err(failure) => Err(Error::Command(failure.to_string())),
    })
}
