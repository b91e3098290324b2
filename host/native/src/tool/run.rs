//! `ferrite udf run`: one call on an empty store, the reply as `redis-cli` shows it.

use std::path::PathBuf;

use ferrite_resp::Value;

use super::embedded::{Embedded, Options};
use super::show::show;
use super::style::grouped;
use super::{ToolError, project, words};

pub(super) const EXAMPLES: &str = "\
Examples:
  ferrite udf run limiter.wasm --permissions WRITE --key limit:ada 10 60000
  ferrite udf run filter.wasm --permissions WRITE --set 'user:1={\"age\": 30, \"score\": 21}' \\
      --key user:1 --then 'GET user:1' -- age '>=' 18 score
  ferrite udf run top.wasm --before 'ZADD board 1 ada 2 bob' --key board --stats

The store is empty at first, and gone at the end. The exit code is 1 when the call fails.";

/// Options of `udf run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component
    file: PathBuf,
    /// Arguments of the call (ARGS); put `--` before them if one begins with `-`
    args: Vec<String>,
    /// A key of the call (KEYS); once for each
    #[arg(short, long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// Set a key to a text before the call; once for each
    #[arg(short, long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
    /// A command before the call, such as 'RPUSH queue a b'; once for each
    #[arg(long, value_name = "COMMAND")]
    before: Vec<String>,
    /// A command behind the call, whose reply is printed too; once for each
    #[arg(long, value_name = "COMMAND")]
    then: Vec<String>,
    #[command(flatten)]
    load: LoadOptions,
    /// Call NAME of the component's functions, if it has several
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// Print with RESP3's types, as `redis-cli -3`
    #[arg(short = '3', long)]
    resp3: bool,
    /// Print the fuel that the call took, on standard error
    #[arg(long)]
    stats: bool,
}

/// How a component is loaded.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct LoadOptions {
    /// Permissions to grant: READ, WRITE, … separated by commas or spaces
    #[arg(short, long, value_name = "LIST")]
    permissions: Option<String>,
    /// Fuel that a call may use
    #[arg(long, value_name = "UNITS")]
    fuel: Option<u64>,
    /// Memory that an instance may have
    #[arg(long, value_name = "BYTES")]
    memory: Option<u64>,
    /// Time that a call may take
    #[arg(long, value_name = "MS")]
    timeout: Option<u64>,
    /// Other words for WASM.LOAD, such as 'ISOLATION FRESH'
    #[arg(long, value_name = "WORDS")]
    load: Option<String>,
    /// A server's configuration, whose [wasm] tables hold here too
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Show what the function logs, on standard error
    #[arg(long)]
    pub(super) log: bool,
}

impl LoadOptions {
    /// The words behind the module.
    pub(super) fn words(&self) -> Result<Vec<Vec<u8>>, String> {
        let mut all = Vec::new();
        if let Some(list) = &self.permissions {
            all.push(b"PERMISSIONS".to_vec());
            all.extend(list.split([',', ' ']).filter(|word| !word.is_empty()).map(|word| word.as_bytes().to_vec()));
        }
        for (option, value) in [("FUEL", self.fuel), ("MEMORY", self.memory), ("TIMEOUT", self.timeout)] {
            if let Some(value) = value {
                all.extend([option.as_bytes().to_vec(), value.to_string().into_bytes()]);
            }
        }
        all.extend(words::split(self.load.as_deref().unwrap_or_default())?);
        Ok(all)
    }

    /// The server to load it into.
    pub(super) fn start(&self) -> Result<Embedded, String> {
        Embedded::start(&Options { config: self.config.as_deref(), log: self.log })
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

pub(super) fn run(arguments: Arguments) -> Result<(), ToolError> {
    let component = super::read(&arguments.file)?;
    let name = project::name_of_file(&arguments.file);
    let mut server = arguments.load.start()?;
    server.load(&name, &component, &arguments.load.words()?)?;
    if arguments.resp3 {
        server.speak_resp3()?;
    }
    for (key, value) in &arguments.set {
        server.must(&["SET", key, value])?;
    }
    for line in &arguments.before {
        server.must(&words::split(line)?).map_err(|error| format!("--before '{line}': {error}"))?;
    }
    let callee = arguments.function.map_or(name.clone(), |function| format!("{name}.{function}"));
    let reply = server.command(&call(&callee, &arguments.keys, &arguments.args))?;
    println!("{}", show(&reply));
    for line in &arguments.then {
        println!("{}", show(&server.command(&words::split(line)?)?));
    }
    if arguments.stats {
        eprintln!("fuel: {}", grouped(server.fuel_used(&name)?));
    }
    match reply {
        Value::Error(_) => Err(ToolError::Shown),
        _ => Ok(()),
    }
}

/// `WASM.CALL name KEYS … ARGS …`, or `FCALL`, which counts its keys, where a key would be taken for the word ARGS.
pub(super) fn call<T: AsRef<[u8]>>(name: &str, keys: &[T], args: &[T]) -> Vec<Vec<u8>> {
    let counted = keys.iter().any(|key| key.as_ref().eq_ignore_ascii_case(b"ARGS"));
    let count = keys.len().to_string();
    let (command, between): (&[&[u8]], &[&[u8]]) = match counted {
        true => (&[b"FCALL", name.as_bytes(), count.as_bytes()], &[]),
        false => (&[b"WASM.CALL", name.as_bytes(), b"KEYS"], &[b"ARGS"]),
    };
    let keys = keys.iter().map(AsRef::as_ref);
    let all = command.iter().copied().chain(keys).chain(between.iter().copied()).chain(args.iter().map(AsRef::as_ref));
    all.map(<[u8]>::to_vec).collect()
}
