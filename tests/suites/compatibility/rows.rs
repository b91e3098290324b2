//! The rows of the table: those of redis-server are a golden, one line a command.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use ferrite_resp::Value;
use ferrite_tests::client::encode;
use ferrite_tests::judge::{CoreEngine, CoreJudge, Judge, TcpJudge};
use ferrite_tests::{REDIS_VERSION, RedisServer, require, workspace};

use crate::check_file;
use crate::differences::{OF_HOST, PENDING};

/// What a row of the table says.
pub(crate) struct Row {
    /// Its group of commands.
    pub(crate) group: String,
    /// The version that brought it.
    pub(crate) since: String,
    /// Its least number of arguments, with the name.
    pub(crate) arity: i64,
    /// `readonly`, `admin` ….
    pub(crate) flags: Vec<String>,
    /// What its replies are like.
    pub(crate) tips: Vec<String>,
    /// All of it.
    line: String,
}

/// Rows by their full names.
pub(crate) type Rows = BTreeMap<String, Row>;

pub(crate) fn core() -> Result<CoreJudge> {
    CoreJudge::new("the core", CoreEngine::new())
}

/// Asks a judge, in RESP3.
pub(crate) fn ask(judge: &mut dyn Judge, command: &[&str]) -> Result<Value> {
    judge.send("rows", &encode(command))?;
    let received = judge.receive("rows", 1, false)?;
    let frame = received.frames.first().with_context(|| format!("no reply to {command:?}"))?;
    let (value, _) = ferrite_resp::reply::parse(frame)?.context("the reply is not whole")?;
    Ok(value)
}

/// The rows of a judge.
pub(crate) fn rows(judge: &mut dyn Judge) -> Result<Rows> {
    judge.begin_case()?;
    ask(judge, &["HELLO", "3"])?;
    let mut rows = Rows::new();
    for info in items(&ask(judge, &["COMMAND"])?) {
        collect(judge, &items(&info), &mut rows)?;
    }
    judge.end_case()?;
    Ok(rows)
}

fn collect(judge: &mut dyn Judge, info: &[Value], rows: &mut Rows) -> Result<()> {
    let [name, arity, flags, first, last, step, categories, tips, keys, subcommands] = info else {
        bail!("a row has ten parts");
    };
    let name = text(name);
    let docs = ask(judge, &["COMMAND", "DOCS", &name])?;
    let Value::Map(docs) = docs else { bail!("COMMAND DOCS of {name} is no map") };
    let Some((_, Value::Map(docs))) = docs.first() else { bail!("COMMAND DOCS knows no {name}") };
    let field = |wanted: &str| docs.iter().find(|(name, _)| text(name) == wanted).map(|(_, value)| value.clone());
    let (since, group) = (field("since").map(|value| text(&value)), field("group").map(|value| text(&value)));
    let (since, group) = (since.context("since")?, group.context("group")?);
    let mut doc_flags = field("doc_flags").map(|flags| sorted(&flags)).unwrap_or_default();
    doc_flags.extend(field("deprecated_since").map(|value| text(&value)));
    let mut specs = String::new();
    for spec in items(keys) {
        write!(specs, " [{}]", key_spec(&spec))?;
    }
    let words = |words: &[String]| if words.is_empty() { "-".to_owned() } else { words.join(",") };
    let line = format!(
        "{name} {} {} {}:{}:{} {} {} {group} {since} {}{specs}",
        text(arity),
        words(&sorted(flags)),
        text(first),
        text(last),
        text(step),
        words(&sorted(categories)),
        words(&sorted(tips)),
        words(&doc_flags),
    );
    let Value::Integer(arity) = *arity else { bail!("the arity of {name} is no number") };
    rows.insert(name, Row { group, since, arity, flags: sorted(flags), tips: sorted(tips), line });
    for sub in items(subcommands) {
        collect(judge, &items(&sub), rows)?;
    }
    Ok(())
}

/// A key specification on one line, without its notes: they explain, and say nothing to a program.
fn key_spec(spec: &Value) -> String {
    let Value::Map(fields) = spec else { return text(spec) };
    let mut words = Vec::new();
    for (name, value) in fields {
        match (text(name).as_str(), value) {
            ("notes", _) => {}
            ("flags", flags) => words.push(sorted(flags).join(",")),
            (name, Value::Map(_)) => words.push(format!("{name}({})", key_spec(value))),
            (name, value) => words.push(format!("{name}={}", text(value))),
        }
    }
    words.join(" ")
}

pub(crate) fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) | Value::Set(items) => items.clone(),
        _ => Vec::new(),
    }
}

pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Bulk(bytes) | Value::Simple(bytes) | Value::Error(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn sorted(value: &Value) -> Vec<String> {
    let mut words: Vec<String> = items(value).iter().map(text).collect();
    words.sort();
    words
}

pub(crate) fn golden_path() -> PathBuf {
    workspace().join("tests/golden/commands@7.0.15.txt")
}

/// The names, groups and versions in the golden, in its order.
pub(crate) fn golden() -> Result<Vec<(String, String, String)>> {
    let path = golden_path();
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rows = text.lines().map(|line| {
        let mut words = line.split(' ');
        let name = words.next().context("a line has a name")?.to_owned();
        let group = words.nth(5).context("a line has a group")?.to_owned();
        Ok((name, group, words.next().context("a line has a version")?.to_owned()))
    });
    rows.collect()
}

#[test]
fn the_golden_is_what_redis_server_says() -> Result<()> {
    if require("redis-server").is_none() {
        return Ok(());
    }
    let server = RedisServer::start()?;
    let mut redis = TcpJudge::connect("redis-server", server.address(), Some(REDIS_VERSION))?;
    let text: String = rows(&mut redis)?.values().map(|row| format!("{}\n", row.line)).collect();
    check_file(&golden_path(), &text)
}

#[test]
fn the_table_says_of_each_command_what_redis_says() -> Result<()> {
    let rows = rows(&mut core()?)?;
    let golden = std::fs::read_to_string(golden_path())?;
    let mut differences = String::new();
    for line in golden.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        match rows.get(name) {
            Some(row) if row.line == line => {}
            Some(row) => write!(differences, "\n- {line}\n+ {}", row.line)?,
            None if OF_HOST.contains(&name) || PENDING.contains(&name) => {}
            None => write!(differences, "\n- {line}\n+ (missing)")?,
        }
    }
    assert!(differences.is_empty(), "{differences}");
    Ok(())
}
