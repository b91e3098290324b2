//! Writes step by step, and fails before the step that it is told: `WASM.CALL name ARGS at fault`.
//!
//! Each step is one call of the store; `at` counts them from 0, and as many as there are means: behind the last. What the
//! steps expect to find, and the names of all keys, stand in `tests/suites/rollback/data.rs`. Other ways in, where `name`
//! is what the function is loaded as:
//!
//! - `count`: how many steps there are;
//! - `stop at`: the steps before `at`, then a good end; `step at`: that one only;
//! - `inner name at fault`: calls itself, and hands on the error;
//! - `caught name at fault`: writes `outer`, calls itself, minds no error, and ends well;
//! - `after name at fault`: has a good inner call write all there is, then fails itself;
//! - `prepare` and `look`: gives a field of `hash:mortal` its time to live; which of its fields have one. Commands cannot.

mod faults;
mod steps;

use ferrite_udf::prelude::*;
use steps::STEPS;

/// See the top of this file for ARGS.
#[ferrite_udf::function]
pub fn call(_keys: Keys, args: Args) -> Result<Reply> {
    match args.text(0)? {
        "count" => Ok(STEPS.len().into()),
        "stop" => {
            let at = args.parse(1)?;
            run(at)?;
            Ok(at.into())
        }
        "step" => {
            let at: usize = args.parse(1)?;
            STEPS.iter().skip(at).take(1).try_for_each(|(_, step)| step())?;
            Ok(STEPS.get(at).map(|(name, _)| *name).into())
        }
        "prepare" => Ok(hashes::expire("hash:mortal", &["b"], 4_000_000_000)?.into()),
        "look" => Ok(Reply::Array(vec![lifetime("a")?, lifetime("b")?])),
        "inner" => nested(&args),
        "caught" => {
            strings::set("outer", "kept")?;
            Ok(nested(&args).is_ok().into())
        }
        "after" => {
            command!("FCALL", args.text(1)?, "0", "stop", STEPS.len().to_string())?;
            faults::fail(args.text(3)?)
        }
        _ => {
            run(args.parse(0)?)?;
            faults::fail(args.text(1)?)
        }
    }
}

fn run(at: usize) -> Result<()> {
    for (name, step) in STEPS.iter().take(at) {
        if let Err(error) = step() {
            bail!("the step `{name}` does not work: {}", error.line());
        }
    }
    Ok(())
}

fn nested(args: &Args) -> Result<Reply> {
    Ok(command!("FCALL", args.text(1)?, "0", args.text(2)?, args.text(3)?)?)
}

/// What is left to a field of `hash:mortal`, in pieces so long that the time which a test takes does not show.
fn lifetime(field: &str) -> Result<Reply> {
    const PIECE_MS: u64 = 500_000_000;
    Ok(match hashes::time_to_live("hash:mortal", field)? {
        keys::Ttl::Absent => "absent".into(),
        keys::Ttl::Persistent => "persistent".into(),
        keys::Ttl::ExpiresInMs(ms) => ms.div_ceil(PIECE_MS).into(),
    })
}
