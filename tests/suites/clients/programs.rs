//! Three programs as people run them, in `tests/programs`: they check themselves and print what came of it.
//!
//! Nothing in them knows which server it talks to; only the address is given, in `REDIS_URL`.

use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::subject::Subject;
use ferrite_tests::workspace;

use crate::redis_py::python;

ferrite_tests::on_both!(
    a_job_queue_does_every_job_once_though_workers_crash,
    a_leaderboard_agrees_with_a_map_of_points,
    a_session_cache_asks_again_only_what_changed,
);

/// Two producers, four workers that are killed now and then: of 300 jobs 6 never work, the others are done.
fn a_job_queue_does_every_job_once_though_workers_crash(subject: Subject) -> Result<()> {
    let Some(python) = python() else { return Ok(()) };
    for protocol in ["2", "3"] {
        let mut command = Command::new(&python);
        command.arg("run.py").env("PYTHONDONTWRITEBYTECODE", "1");
        let printed = program(subject, command, "job-queue", &format!("?protocol={protocol}"))?;
        let dead = r#"["north-107", "north-57", "north-7", "south-107", "south-57", "south-7"]"#;
        let expected = format!(
            "{{\"completed\": 294, \"right\": 294, \"dead\": {dead}, \"tried\": true, \"crashed\": true, \
             \"pending\": 0, \"read\": 300, \"lag\": 0}}\n"
        );
        assert_eq!(printed.unwrap_or_else(|| expected.clone()), expected);
    }
    Ok(())
}

/// Eight clients play three weeks of matches.
fn a_leaderboard_agrees_with_a_map_of_points(subject: Subject) -> Result<()> {
    let Some(command) = node("leaderboard") else { return Ok(()) };
    let printed = program(subject, command, "leaderboard", "")?;
    let expected =
        "{\"matches\":6000,\"gifts\":8,\"loyal\":469,\"removed\":2,\"archived\":10,\"players\":500,\"best\":3}\n";
    assert_eq!(printed.as_deref().unwrap_or(expected), expected);
    Ok(())
}

/// Two web servers, 50 users that are logged in at both; 1000 reads that ask nobody.
fn a_session_cache_asks_again_only_what_changed(subject: Subject) -> Result<()> {
    let Some(command) = node("session-cache") else { return Ok(()) };
    let printed = program(subject, command, "session-cache", "")?;
    let expected = "{\"users\":50,\"reads\":1000,\"asked\":0,\"hits\":1000}\n";
    assert_eq!(printed.as_deref().unwrap_or(expected), expected);
    Ok(())
}

/// Node with the program's script, or `None` after a printed skip.
fn node(folder: &str) -> Option<Command> {
    let node = require("node")?;
    if !workspace().join("tests/programs").join(folder).join("node_modules").is_dir() {
        skip(&format!("its packages are not there: npm ci --prefix tests/programs/{folder}"));
        return None;
    }
    let mut command = Command::new(node);
    command.arg("run.mjs");
    Some(command)
}

/// Runs a program on a server of its own and returns what it printed, or `None` after a printed skip.
fn program(subject: Subject, mut command: Command, folder: &str, query: &str) -> Result<Option<String>> {
    let Some(server) = subject.start(&[])? else { return Ok(None) };
    command.current_dir(workspace().join("tests/programs").join(folder));
    command.env("REDIS_URL", format!("redis://{}/{query}", server.address()));
    Ok(Some(run(&mut command, b"")?.succeeded()?.text()))
}
