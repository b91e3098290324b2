//! Runs the command in its arguments: the `redis.call` of functions.

use ferrite_udf::prelude::*;

/// Runs ARGS as one command and returns its reply.
#[ferrite_udf::function]
pub fn call(_keys: Keys, args: Args) -> Result<Reply> {
    Ok(commands::execute(&args)?)
}
