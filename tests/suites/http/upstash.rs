//! npm's `@upstash/redis`, unchanged, by `tests/clients/node/check-upstash.mjs`.

use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::workspace;

use crate::host::{Host, TOKEN};

fn the_checks_hold(host: &Host, subscribes: bool) -> Result<()> {
    let folder = workspace().join("tests/clients/node");
    let Some(node) = require("node") else { return Ok(()) };
    if !folder.join("node_modules/@upstash/redis").is_dir() {
        skip("npm's @upstash/redis is not there: npm ci --prefix tests/clients/node");
        return Ok(());
    }
    let mut command = Command::new(node);
    command.args(["--test", "check-upstash.mjs"]).current_dir(folder);
    command.env("STORE_URL", format!("http://{}", host.address)).env("STORE_TOKEN", TOKEN);
    command.env("STORE_SUBSCRIBES", if subscribes { "1" } else { "0" });
    let printed = run(&mut command, b"")?.succeeded()?.text();
    assert!(printed.contains("\n# fail 0\n") && printed.contains("\n# skipped 0\n"), "{printed}");
    Ok(())
}

#[test]
fn the_checks_hold_on_the_server() -> Result<()> {
    the_checks_hold(&Host::server(&[])?, true)
}

#[test]
fn the_checks_hold_behind_a_password() -> Result<()> {
    the_checks_hold(&Host::server(&["--requirepass", "pass word"])?, true)
}

#[test]
fn the_checks_hold_on_the_component() -> Result<()> {
    the_checks_hold(&Host::component(TOKEN)?, false)
}
