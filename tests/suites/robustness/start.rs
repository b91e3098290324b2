//! The server's beginning: what it says when it is ready, and what it says when it cannot start.

use std::process::Command;

use anyhow::{Result, ensure};
use ferrite_tests::binary;
use ferrite_tests::program::{Output, run};
use ferrite_tests::{FerriteServer, Subject};

/// Runs `ferrite` with these arguments in a folder of its own, where `ferrite.toml` holds `config`.
fn ferrite(arguments: &[&str], config: Option<&str>) -> Result<Output> {
    let folder = tempfile::tempdir()?;
    if let Some(text) = config {
        std::fs::write(folder.path().join("ferrite.toml"), text)?;
    }
    run(Command::new(binary::ferrite()?).args(arguments).current_dir(folder.path()), b"")
}

fn all(output: &Output) -> String {
    format!("{}{}", output.text(), output.stderr)
}

#[test]
fn the_banner_names_address_version_and_how_to_stop_and_ready_comes_last() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let log = server.log();
    let ready = log.lines().position(|line| line.contains("ready"));
    ensure!(ready.is_some(), "no ready line:\n{log}");
    ensure!(log.contains(&server.address().to_string()), "no address:\n{log}");
    ensure!(log.contains(env!("CARGO_PKG_VERSION")), "no version:\n{log}");
    ensure!(log.contains("Ctrl-C") || log.contains("Ctrl+C"), "how to stop is not said:\n{log}");
    Ok(())
}

#[test]
fn a_port_in_use_is_named() -> Result<()> {
    let Some(server) = Subject::Ferrite.start(&[])? else { return Ok(()) };
    let output = ferrite(&["serve", "--port", &server.port()], None)?;
    let said = all(&output);
    ensure!(!output.status.success(), "two servers on one port:\n{said}");
    ensure!(said.contains(&server.address().to_string()), "the address is not named:\n{said}");
    ensure!(said.contains("another process already listens there"), "the reason is not named:\n{said}");
    ensure!(!said.contains("panicked"), "{said}");
    Ok(())
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() -> Result<()> {
    for (config, key) in [
        ("prot = 7000\n", "prot"),
        ("[wasm]\nenabeld = true\n", "enabeld"),
        ("[wasm.limits]\nmax_memmory = 1\n", "max_memmory"),
        ("[wasm.ceilings]\nmax_feul = 1\n", "max_feul"),
        ("[wasm.pool]\nmin_instance = 1\n", "min_instance"),
        ("[wasm.security]\nallow_netwrok = true\n", "allow_netwrok"),
        ("[wasn]\nenabled = true\n", "wasn"),
        ("[server]\nprot = 7000\n", "prot"),
        ("[server]\nport = \"many\"\n", "port"),
    ] {
        let output = ferrite(&["serve", "--port", "0", "--config", "ferrite.toml"], Some(config))?;
        let said = all(&output);
        ensure!(!output.status.success(), "{config} was accepted:\n{said}");
        ensure!(said.contains(key), "{key} is not named:\n{said}");
        ensure!(said.contains("ferrite.toml"), "the file is not named:\n{said}");
        ensure!(!said.contains("panicked"), "{said}");
    }
    Ok(())
}

#[test]
fn a_configuration_that_is_not_there_is_named() -> Result<()> {
    let output = ferrite(&["serve", "--port", "0", "--config", "absent.toml"], None)?;
    let said = all(&output);
    ensure!(!output.status.success() && said.contains("absent.toml") && !said.contains("panicked"), "{said}");
    Ok(())
}

#[test]
fn flags_that_cannot_be_understood_exit_with_two() -> Result<()> {
    for arguments in [
        &["serve", "--nosuch"][..],
        &["serve", "--port", "many"],
        &["serve", "--port", "70000"],
        &["serve", "--protected-mode", "perhaps"],
        &["serve", "--maxclients", "-1"],
        &["nosuch"],
    ] {
        let output = ferrite(arguments, None)?;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", all(&output));
        ensure!(!output.stderr.is_empty(), "{arguments:?}: nothing is said");
    }
    Ok(())
}

#[test]
fn help_and_version_are_printed() -> Result<()> {
    let help = ferrite(&["serve", "--help"], None)?.succeeded()?.text();
    for flag in ["--port", "--bind", "--dir", "--config", "--maxclients", "--requirepass"] {
        ensure!(help.contains(flag), "{flag} is not explained:\n{help}");
    }
    let version = ferrite(&["--version"], None)?.succeeded()?.text();
    assert_eq!(version.trim(), format!("ferrite {}", env!("CARGO_PKG_VERSION")));
    Ok(())
}

#[test]
fn the_default_subcommand_is_serve() -> Result<()> {
    let Some(server) = Subject::Ferrite.start(&[])? else { return Ok(()) };
    // Without `serve`, the same flags: it gets as far as the port, which is taken.
    let output = ferrite(&["--port", &server.port()], None)?;
    ensure!(all(&output).contains("already listens there"), "{}", all(&output));
    Ok(())
}
