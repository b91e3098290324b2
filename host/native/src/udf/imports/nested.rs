//! A function that calls another one, by the same commands that clients use.

use std::rc::Rc;

use ferrite_resp::{Args, OwnedArgs};

use super::{Context, charge, shard};
use crate::udf::Functions;
use crate::udf::added::Command;
use crate::udf::bindings::{Node, commands::Error};
use crate::udf::commands::arguments::{self, Spans};
use crate::udf::entry::Request;
use crate::udf::failure::Failure;
use crate::udf::fuel;
use crate::udf::reply::Reply;
use crate::udf::target::{NoTarget, Target};

/// A call from within a function.
pub(super) struct Call {
    argv: OwnedArgs,
    callee: Callee,
}

enum Callee {
    /// By `FCALL`, `FCALL_RO`, `WASM.CALL` or `WASM.CALL_RO`.
    Function { target: Target, spans: Spans, read_only: bool },
    /// By a command that it added.
    Command(Command),
}

impl Call {
    /// None when the command is the engine's. The host's other commands are refused as commands are that scripts may
    /// not use.
    pub(super) fn parse(functions: &Functions, name: &[u8], argv: &[&[u8]]) -> Option<Result<Call, Error>> {
        let (keyword, read_only) = match name {
            _ if name.eq_ignore_ascii_case(b"WASM.CALL") => (true, false),
            _ if name.eq_ignore_ascii_case(b"WASM.CALL_RO") => (true, true),
            _ if name.eq_ignore_ascii_case(b"FCALL") => (false, false),
            _ if name.eq_ignore_ascii_case(b"FCALL_RO") => (false, true),
            _ => {
                if let Some(command) = functions.added().find(name) {
                    return Some(Call::of_command(command, Args::from(argv)));
                }
                if name.get(..5).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"WASM.")) {
                    return Some(Err(not_from_script()));
                }
                return None;
            }
        };
        let argv = Args::from(argv);
        let parsed = if keyword { arguments::keyword(argv) } else { arguments::counted(argv) };
        let spans = match parsed {
            Ok(spans) => spans,
            Err(error) => return Some(Err(Error::Command(error.to_string()))),
        };
        Some(match functions.target(argv.at(1)) {
            Ok(target) => {
                Ok(Call { argv: argv.to_owned_args(), callee: Callee::Function { target, spans, read_only } })
            }
            Err(NoTarget::Unknown) => Err(Error::Command("ERR Function not found".to_owned())),
            Err(NoTarget::Otherwise(reason)) => Err(Error::Command(reason)),
        })
    }

    fn of_command(command: Command, argv: Args<'_>) -> Result<Call, Error> {
        if command.described.noscript {
            return Err(not_from_script());
        }
        command.described.check_arity(argv.len()).map_err(|error| Error::Command(error.to_string()))?;
        Ok(Call { argv: argv.to_owned_args(), callee: Callee::Command(command) })
    }
}

fn not_from_script() -> Error {
    Error::Command("ERR This Redis command is not allowed from script".to_owned())
}

/// Runs the inner function with what is left to the outer one, and takes what it used from that.
pub(super) fn run(context: &mut Context<'_>, call: Call) -> wasmtime::Result<Result<Vec<Node>, Error>> {
    let fuel = fuel::left(context);
    let guest = context.data_mut();
    let shard = Rc::clone(shard(guest)?);
    let mut outer = guest.call.outer(fuel);
    let argv = call.argv.view();
    let (function, request) = match &call.callee {
        Callee::Function { target, spans, read_only } => {
            if *read_only {
                outer.permissions = outer.permissions.read_only();
            }
            (&target.function, target.request(spans.keys(argv), spans.args(argv)))
        }
        Callee::Command(Command { function, described }) => {
            outer.permissions = outer.permissions.intersection(described.data.allowed());
            (function, Request::Command { described, argv })
        }
    };
    if function.reach().is_some() {
        let name = &function.description.name;
        let reason = format!("ERR wasm: function '{name}' runs off the shard: only clients can call it");
        return Ok(Err(Error::Command(reason)));
    }
    let (result, fuel_used) = shard.functions.call_nested(&shard, function, outer, request);
    charge(context, fuel_used)?;
    Ok(match result {
        Ok(reply) => Ok(Reply::into_nodes(reply)),
        // Somebody who kills a function means the whole path.
        Err(Failure::Killed) => return Err(wasmtime::Error::new(crate::udf::failure::Stop::Killed)),
        Err(failure) => Err(Error::Command(failure.to_string())),
    })
}
