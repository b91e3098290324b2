//! npm's `ioredis`, by `tests/clients/node/check-ioredis.mjs`.

use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::subject::Subject;
use ferrite_tests::workspace;

ferrite_tests::on_both!(the_checks_hold, the_checks_hold_behind_a_password);

fn the_checks_hold(subject: Subject) -> Result<()> {
    check(subject, "")
}

fn the_checks_hold_behind_a_password(subject: Subject) -> Result<()> {
    check(subject, "pass word")
}

fn check(subject: Subject, password: &str) -> Result<()> {
    let folder = workspace().join("tests/clients/node");
    let Some(node) = require("node") else { return Ok(()) };
    if !folder.join("node_modules/ioredis").is_dir() {
        skip("npm's ioredis is not there: npm ci --prefix tests/clients/node");
        return Ok(());
    }
    let Some(server) = subject.start(&["--requirepass", password])? else { return Ok(()) };
    let mut command = Command::new(node);
    command.args(["--test", "check-ioredis.mjs"]).current_dir(folder);
    command.env("SERVER_PORT", server.port()).env("SERVER_PASSWORD", password).env_remove("FUNCTION_COMPONENT");
    if subject == Subject::Ferrite {
        command.env("FUNCTION_COMPONENT", ferrite_build::guest("top-by-size")?.path);
    }
    let printed = run(&mut command, b"")?.succeeded()?.text();
    assert!(printed.contains("\n# fail 0\n") && printed.contains("\n# skipped 0\n"), "{printed}");
    Ok(())
}
