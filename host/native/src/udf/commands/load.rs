//! `WASM.LOAD name module [option ...]`: a component becomes a function, whole or not at all.

use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::{Invocation, ok, unexpected};
use crate::server::Shard;
use crate::udf::admission::Admission;
use crate::udf::entry::Plain;
use crate::udf::function::{Description, Function, Isolation};
use crate::udf::grants::Grants;
use crate::udf::limits::{AskedLimits, Limits, NAME_BYTES};
use crate::udf::permissions::Permissions;
use crate::udf::reply::{Reply, encode_error};
use crate::udf::source::Source;
use crate::udf::worker::{Job, Prepared, Refusal};
use crate::udf::{Functions, Outcome};

/// Initialisation that takes more fuel than this is left to the first call, which is metered and interruptible, and
/// not done ahead of it on the shard.
const CHEAP_INITIALISATION: u64 = 1_000_000;

pub(super) fn load(invocation: Invocation<'_>) -> Outcome {
    let version = invocation.call.protocol_version;
    let shard = Rc::clone(invocation.shard);
    let (name, module) = (invocation.argument(1), invocation.argument(2).to_vec());
    match begin(&shard, name, module, &invocation.argv.skip(3).to_vecs()) {
        Err(reason) => invocation.refuse(&reason),
        Ok((request, prepared)) => {
            let (answer, later) = oneshot::channel();
            tokio::task::spawn_local(async move {
                let mut bytes = Vec::new();
                match finish(&shard, request, prepared).await {
                    Ok(reply) => reply.encode(version, &mut bytes),
                    Err(reason) => encode_error(&reason, &mut bytes),
                }
                // The client may be gone; the function is loaded all the same.
                drop(answer.send(bytes));
            });
            Outcome::Later(later)
        }
    }
}

/// Loads a module, by its bytes or by a path in `module_dir`, in the place of what has its name.
pub(crate) async fn load_module(
    shard: &Rc<Shard>,
    name: &str,
    module: Vec<u8>,
    mut words: Vec<Vec<u8>>,
) -> Result<(), String> {
    words.push(b"REPLACE".to_vec());
    let (request, prepared) = begin(shard, name.as_bytes(), module, &words)?;
    finish(shard, request, prepared).await.map(drop)
}

/// What LOAD asked for, checked as far as it can be without the module.
#[derive(Debug)]
struct Request {
    name: Arc<str>,
    replace: bool,
    grants: Grants,
    limits: Limits,
    isolation: Isolation,
    calls_per_second: Option<u32>,
    instances: Option<u32>,
}

type Waiting = oneshot::Receiver<Result<Prepared, Refusal>>;

fn begin(shard: &Shard, name: &[u8], module: Vec<u8>, words: &[Vec<u8>]) -> Result<(Request, Waiting), String> {
    let functions = &shard.functions;
    let name = valid_name(name)?;
    let options = Options::parse(words)?;
    let security = &functions.settings().security;
    let mut grants = options.grants.unwrap_or_else(|| security.default_permissions.into());
    grants.strict_keys = options.strict_keys || security.strict_keys;
    grants.settle(security).map_err(refused(&name))?;
    let request = Request {
        replace: options.replace,
        limits: options
            .limits
            .settle(&functions.settings().limits, &functions.settings().ceilings)
            .map_err(refused(&name))?,
        // Off the shard each call has an instance of its own.
        isolation: if grants.is_away() { Isolation::Fresh } else { options.isolation },
        grants,
        calls_per_second: options.calls_per_second,
        instances: options.instances,
        name,
    };
    refuse_existing(shard, &request)?;
    let waiting = submit(functions, &request, Source::new(module)).map_err(refused(&request.name))?;
    Ok((request, waiting))
}

fn submit(functions: &Functions, request: &Request, source: Source) -> Result<Waiting, String> {
    let (done, waiting) = oneshot::channel();
    let job =
        Job { name: Arc::clone(&request.name), source, limits: request.limits, grants: request.grants.clone(), done };
    functions.worker().submit(job)?;
    Ok(waiting)
}

/// What the worker made of the module. When idle instances of others have all the room, they make some, once.
async fn prepared(functions: &Functions, request: &Request, waiting: Waiting) -> Result<Prepared, String> {
    let gone = |_| "the compiling thread is gone".to_owned();
    match waiting.await.map_err(gone)? {
        Err(Refusal::Full(source)) => {
            functions.drop_idle();
            tracing::warn!("all slots for instances were taken: idle instances were dropped");
            submit(functions, request, source)?.await.map_err(gone)?.map_err(Refusal::into_reason)
        }
        answer => answer.map_err(Refusal::into_reason),
    }
}

/// Once the module is compiled and checked: swaps it in, or leaves all as it was.
async fn finish(shard: &Rc<Shard>, request: Request, waiting: Waiting) -> Result<Reply, String> {
    let Prepared { compiled, template, commands, fuel_used } =
        prepared(&shard.functions, &request, waiting).await.map_err(refused(&request.name))?;
    // Another LOAD may have been faster.
    refuse_existing(shard, &request)?;
    let commands: Vec<_> = commands.into_iter().map(Rc::new).collect();
    let functions = &shard.functions;
    functions
        .added()
        .check(&request.name, &commands, request.grants.permissions, &mut shard.store.borrow_mut())
        .map_err(refused(&request.name))?;
    let wants_values = matches!(template.entries.plain, Some(Plain::WithValues(_)));
    if wants_values && !request.grants.permissions.contains(Permissions::READ) {
        let reason = "it is given the values of keys: load it with PERMISSIONS READ".to_owned();
        return Err(refused(&request.name)(reason));
    }
    let description = Description {
        name: request.name,
        digest: compiled.digest.clone(),
        size: compiled.size,
        permissions: request.grants.permissions,
        grants: Arc::new(request.grants),
        limits: request.limits,
        isolation: request.isolation,
        loaded_at_ms: shard.clock.now_us() / 1000,
    };
    tracing::info!(function = %description.name, digest = %description.digest, "loaded with {}", description.grants);
    let admission = Admission::new(&functions.settings().budget, request.calls_per_second, request.instances);
    // Why an older version failed is what whoever loads a newer one wants to know.
    let replaced = functions.find(description.name.as_bytes());
    let lines = replaced.map(|replaced| replaced.lines.clone()).unwrap_or_default();
    let function = Function::new(description, admission, lines, template, commands, compiled);
    if fuel_used <= CHEAP_INITIALISATION {
        function.prepare(functions.least_idle());
    }
    functions.insert(shard, function).map_err(|failure| failure.to_string())?;
    Ok(ok())
}

/// The reason, and which LOAD it is about.
fn refused(name: &str) -> impl FnOnce(String) -> String + use<> {
    let name = name.to_owned();
    move |reason| format!("ERR wasm: cannot load '{name}': {reason}")
}

fn refuse_existing(shard: &Shard, request: &Request) -> Result<(), String> {
    if !request.replace && shard.functions.find(request.name.as_bytes()).is_some() {
        return Err(format!("ERR wasm: function '{}' exists already (use REPLACE)", request.name));
    }
    Ok(())
}

fn valid_name(name: &[u8]) -> Result<Arc<str>, String> {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match std::str::from_utf8(name) {
        Ok(text) if !name.is_empty() && name.len() <= NAME_BYTES && name.iter().all(known) => Ok(Arc::from(text)),
        _ => Err(format!(
            "ERR wasm: a function's name has 1 to {NAME_BYTES} letters, digits, '-', '_' or '.', and '{}' has not",
            String::from_utf8_lossy(name.get(..name.len().min(2 * NAME_BYTES)).unwrap_or_default())
        )),
    }
}

/// The words after the module.
#[derive(Debug, Default, PartialEq)]
struct Options {
    replace: bool,
    grants: Option<Grants>,
    strict_keys: bool,
    limits: AskedLimits,
    isolation: Isolation,
    calls_per_second: Option<u32>,
    instances: Option<u32>,
}

const EXPECTED: &str = "REPLACE, PERMISSIONS, STRICT_KEYS, FUEL, MEMORY, TIMEOUT, RATE, INSTANCES or ISOLATION";

impl Options {
    fn parse(words: &[Vec<u8>]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut words = words.iter().map(Vec::as_slice).peekable();
        while let Some(word) = words.next() {
            match word.to_ascii_uppercase().as_slice() {
                b"REPLACE" => options.replace = true,
                b"FUEL" => options.limits.fuel = Some(natural("FUEL", words.next())?),
                b"MEMORY" => options.limits.memory_bytes = Some(natural("MEMORY", words.next())?),
                b"TIMEOUT" => options.limits.timeout_ms = Some(natural("TIMEOUT", words.next())?),
                b"RATE" => {
                    options.calls_per_second = Some(positive("RATE", "calls a second", words.next())?);
                }
                b"INSTANCES" => {
                    options.instances = Some(positive("INSTANCES", "instances at a time", words.next())?);
                }
                b"STRICT_KEYS" => options.strict_keys = true,
                b"ISOLATION" => {
                    let word = words.next().unwrap_or_default();
                    options.isolation = Isolation::named(word).ok_or_else(|| unexpected(word, "FRESH or POOLED"))?;
                }
                b"PERMISSIONS" => {
                    let mut grants = options.grants.unwrap_or_default();
                    let mut count = 0;
                    while let Some(granted) = words.peek().and_then(|word| grants.grant(word)) {
                        granted?;
                        count += 1;
                        words.next();
                    }
                    if count == 0 {
                        let word = words.next().unwrap_or_default();
                        return Err(unexpected(word, "READ, WRITE, NETWORK, FILESYSTEM or ADMIN"));
                    }
                    options.grants = Some(grants);
                }
                _ => return Err(unexpected(word, EXPECTED)),
            }
        }
        Ok(options)
    }
}

/// A number from 1 on, of what it counts.
fn positive(option: &str, what: &str, word: Option<&[u8]>) -> Result<u32, String> {
    let number = u32::try_from(natural(option, word)?).ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("ERR wasm: {option} is the most {what}, 1 to {}", u32::MAX))
}

fn natural(option: &str, word: Option<&[u8]>) -> Result<u64, String> {
    let word = word.ok_or_else(|| format!("ERR syntax error: {option} needs a number"))?;
    std::str::from_utf8(word)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("ERR wasm: {option} '{}' is no number", String::from_utf8_lossy(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        let words: Vec<Vec<u8>> = line.split_whitespace().map(|word| word.as_bytes().to_vec()).collect();
        Options::parse(&words)
    }

    #[test]
    fn options_come_in_any_order_and_case() {
        let mut grants = Grants::default();
        for word in [&b"READ=a*"[..], b"NETWORK"] {
            grants.grant(word).expect("a permission").expect("a valid one");
        }
        let words = "fuel 7 PERMISSIONS read=a* network replace MEMORY 65536 TIMEOUT 20 rate 3 instances 2 strict_keys isolation Fresh";
        let options = parse(words);
        assert_eq!(
            options,
            Ok(Options {
                replace: true,
                grants: Some(grants),
                strict_keys: true,
                limits: AskedLimits { fuel: Some(7), memory_bytes: Some(65_536), timeout_ms: Some(20) },
                isolation: Isolation::Fresh,
                calls_per_second: Some(3),
                instances: Some(2),
            })
        );
        assert_eq!(parse(""), Ok(Options::default()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, part) in [
            ("REPLACES", "'REPLACES'"),
            ("FUEL", "FUEL needs a number"),
            ("FUEL many", "FUEL 'many' is no number"),
            ("FUEL +7", "no number"),
            ("MEMORY 99999999999999999999", "no number"),
            ("RATE 0", "calls a second"),
            ("INSTANCES 0", "instances at a time"),
            ("PERMISSIONS", "expected READ"),
            ("PERMISSIONS ROOT", "'ROOT'"),
            ("ISOLATION shared", "FRESH or POOLED"),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(part), "{line}: {error}");
        }
    }

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(valid_name(b"top-by_size.2").as_deref(), Ok("top-by_size.2"));
        assert!(valid_name(&[b'a'; 64]).is_ok());
        for name in [&b""[..], b"a b", b"a\r\nb", &[b'a'; 65], "ä".as_bytes(), b"a/b"] {
            assert!(valid_name(name).is_err(), "{name:?}");
        }
    }
}
