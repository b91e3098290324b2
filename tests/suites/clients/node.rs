//! Checks that Node runs: the scripts in `tests/clients/node`, each on a server of its own.

use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::subject::Subject;
use ferrite_tests::workspace;

/// What a script is told about the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Connection<'a> {
    /// The RESP version; the client's own choice where it is empty.
    pub(crate) protocol: &'a str,
    /// What the server asks for; nothing where it is empty.
    pub(crate) password: &'a str,
}

/// Runs a script: all of its tests must pass, none may be skipped.
pub(crate) fn check(subject: Subject, script: &str, connection: Connection<'_>) -> Result<()> {
    let folder = workspace().join("tests/clients/node");
    let Some(node) = require("node") else { return Ok(()) };
    if !folder.join("node_modules/ioredis").is_dir() || !folder.join("node_modules/redis").is_dir() {
        skip("npm's ioredis and redis are not there: npm ci --prefix tests/clients/node");
        return Ok(());
    }
    let Some(server) = subject.start(&["--requirepass", connection.password])? else { return Ok(()) };
    let mut command = Command::new(node);
    command.args(["--test", script]).current_dir(folder).env_remove("FUNCTION_COMPONENT");
    command.env("SERVER_PORT", server.port()).env("SERVER_PASSWORD", connection.password);
    command.env("SERVER_PROTOCOL", connection.protocol);
    if subject == Subject::Ferrite {
        command.env("FUNCTION_COMPONENT", ferrite_build::guest("top-by-size")?.path);
    }
    let printed = run(&mut command, b"")?.succeeded()?.text();
    assert!(printed.contains("\n# fail 0\n") && printed.contains("\n# skipped 0\n"), "{printed}");
    Ok(())
}

/// Runs a script in both protocol versions.
pub(crate) fn check_in_both_protocols(subject: Subject, script: &str) -> Result<()> {
    for protocol in ["2", "3"] {
        check(subject, script, Connection { protocol, ..Connection::default() })?;
    }
    Ok(())
}
