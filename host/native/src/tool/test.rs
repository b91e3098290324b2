//! `ferrite udf test`: golden cases, each on an empty store of the server's own engine.

use std::path::{Path, PathBuf};

use ferrite_resp::Value;

use super::embedded::Embedded;
use super::expected::Expected;
use super::golden::{self, Case, Golden};
use super::run::{LoadOptions, call};
use super::show::show;
use super::style::{bad, good, grouped};
use super::{ToolError, build, project, words};

pub(super) const EXAMPLES: &str = "\
Examples:
  ferrite udf test                         build the project in this directory, then its golden.toml
  ferrite udf test ./limiter --filter refused
  ferrite udf test limiter.wasm --cases limiter/golden.toml

A case in golden.toml:
  [[case]]
  name = \"a counter goes on\"
  setup = [\"SET visits 41\"]
  keys = [\"visits\"]
  args = [1]
  reply = 42            # or error = { like = \"ERR *\" }
  after = { visits = \"42\" }
  fuel = 10_000         # the most that the call may take

The exit code is 1 when a case fails.";

/// Options of `udf test`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, which is built first, or a component
    #[arg(default_value = ".", value_name = "DIR|FILE.wasm")]
    path: PathBuf,
    /// The golden cases [default: golden.toml in the project, or beside the component]
    #[arg(short, long, value_name = "FILE")]
    cases: Option<PathBuf>,
    /// Run only cases whose name contains this
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,
    /// The name that the function is loaded under [default: the project's, or the component's without .wasm]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    load: LoadOptions,
}

pub(super) fn test(arguments: Arguments) -> Result<(), ToolError> {
    let (component, name, folder) = if arguments.path.is_dir() {
        let built = build::component(&arguments.path)?;
        (built.bytes, built.name, arguments.path.clone())
    } else {
        let folder = arguments.path.parent().unwrap_or(Path::new(".")).to_owned();
        (super::read(&arguments.path)?, project::name_of_file(&arguments.path), folder)
    };
    let name = arguments.name.unwrap_or(name);
    let golden = Golden::read(&arguments.cases.unwrap_or_else(|| folder.join("golden.toml")))?;
    let filter = arguments.filter.unwrap_or_default();
    let chosen: Vec<&Case> = golden.cases.iter().filter(|case| case.name.contains(&filter)).collect();
    if chosen.is_empty() {
        return Err(format!("no case has `{filter}` in its name").into());
    }

    let mut server = arguments.load.start()?;
    server.speak_resp3()?;
    let mut bench = Bench { server, name, component, loaded: None };
    let mut failed = 0;
    for case in &chosen {
        let mut words = words::split(case.load.as_ref().unwrap_or(&golden.load))?;
        words.extend(arguments.load.words()?);
        match bench.run(case, words, case.fuel.or(golden.fuel)) {
            Ok(0) => println!("{}  {}", good("ok"), case.name),
            Ok(fuel) => println!("{}  {} (fuel {})", good("ok"), case.name, grouped(fuel)),
            Err(differences) => {
                failed += 1;
                println!("{}  {}", bad("FAILED"), case.name);
                for difference in differences {
                    println!("{difference}");
                }
            }
        }
    }
    let passed = chosen.len() - failed;
    let summary = format!("{passed} passed, {failed} failed");
    println!("\n{}: {}", bench.name, if failed == 0 { good(summary) } else { bad(summary) });
    if failed == 0 { Ok(()) } else { Err(ToolError::Shown) }
}

/// The server, and what is loaded into it.
struct Bench {
    server: Embedded,
    name: String,
    component: Vec<u8>,
    loaded: Option<Vec<Vec<u8>>>,
}

impl Bench {
    /// Runs a case; returns the fuel that it took, or what was not as expected.
    fn run(&mut self, case: &Case, load: Vec<Vec<u8>>, ceiling: Option<u64>) -> Result<u64, Vec<String>> {
        let failed = |what: &str| {
            let what = format!("    {what}: ");
            move |error: String| vec![what + &error]
        };
        self.load(load).map_err(failed("it does not load"))?;
        self.server.must(&["FLUSHALL"]).map_err(failed("FLUSHALL"))?;
        for command in &case.setup {
            let words = command.split().map_err(failed("setup"))?;
            self.server.must(&words).map_err(failed(&format!("setup `{}`", command.shown())))?;
        }
        let words = match &case.command {
            Some(command) => command.split().map_err(failed("command"))?,
            None => {
                let callee = case.function.as_ref().map_or(self.name.clone(), |name| format!("{}.{name}", self.name));
                call(&callee, &golden::bytes(&case.keys), &golden::bytes(&case.args))
            }
        };
        let before = self.server.fuel_used(&self.name).map_err(failed("fuel"))?;
        let reply = self.server.command(&words).map_err(failed("the call"))?;
        let fuel = self.server.fuel_used(&self.name).map_err(failed("fuel"))?.saturating_sub(before);

        let mut differences = Vec::new();
        if !replied(case, &reply) {
            let expected = match (&case.reply, &case.error) {
                (Some(reply), _) => reply.to_string(),
                (None, error) => format!("(error) {}", error.as_ref().map(Expected::to_string).unwrap_or_default()),
            };
            differences.push(difference("reply", &expected, &show(&reply)));
        }
        for (key, expected) in &case.after {
            let actual = self.value(key).map_err(failed(&format!("key `{key}`")))?;
            if !expected.matches(actual.as_ref()) {
                let actual = actual.as_ref().map_or_else(|| "no such key".to_owned(), show);
                differences.push(difference(&format!("key `{key}` afterwards"), &expected.to_string(), &actual));
            }
        }
        if let Some(ceiling) = ceiling.filter(|ceiling| fuel > *ceiling) {
            differences.push(difference("fuel", &format!("at most {}", grouped(ceiling)), &grouped(fuel)));
        }
        if differences.is_empty() { Ok(fuel) } else { Err(differences) }
    }

    /// Loads the component, if it is not there with the same words already.
    fn load(&mut self, words: Vec<Vec<u8>>) -> Result<(), String> {
        if self.loaded.as_ref() != Some(&words) {
            self.loaded = None;
            self.server.load(&self.name, &self.component, &words)?;
            self.loaded = Some(words);
        }
        Ok(())
    }

    /// All of a key, or nothing when it does not exist.
    fn value(&mut self, key: &str) -> Result<Option<Value>, String> {
        let kind = show(&self.server.must(&["TYPE", key])?);
        let command: &[&str] = match kind.as_str() {
            "none" => return Ok(None),
            "string" => &["GET", key],
            "list" => &["LRANGE", key, "0", "-1"],
            "set" => &["SMEMBERS", key],
            "zset" => &["ZRANGE", key, "0", "-1"],
            "hash" => &["HGETALL", key],
            "stream" => &["XRANGE", key, "-", "+"],
            other => return Err(format!("it holds a {other}, which golden cases cannot read")),
        };
        self.server.must(command).map(Some)
    }
}

fn replied(case: &Case, reply: &Value) -> bool {
    match (&case.reply, &case.error, reply) {
        (_, Some(expected), Value::Error(_)) => expected.matches(Some(reply)),
        (_, Some(_), _) | (_, None, Value::Error(_)) => false,
        (expected, None, reply) => expected.as_ref().is_some_and(|expected| expected.matches(Some(reply))),
    }
}

/// What was expected above what came.
fn difference(what: &str, expected: &str, actual: &str) -> String {
    let indented = |text: &str| text.replace('\n', "\n              ");
    format!("    {what}\n    expected: {}\n    got:      {}", indented(expected), indented(actual))
}
