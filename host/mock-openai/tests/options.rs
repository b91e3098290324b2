//! The command's options, and what keeps it from starting.

use clap::Parser;
use ferrite_mock_openai::{Options, run};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

fn options(arguments: &[&str]) -> Result<Options, String> {
    let arguments = [&["mock-openai"], arguments].concat();
    Cli::try_parse_from(arguments).map(|cli| cli.options).map_err(|error| error.to_string())
}

/// Why it does not start.
fn refusal(arguments: &[&str]) -> String {
    let options = options(arguments).expect("options");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    format!("{:#}", runtime.block_on(run(options)).expect_err("it cannot start"))
}

#[test]
fn without_options_it_is_for_this_machine_only() {
    let options = options(&[]).expect("options");
    assert!(options.bind.is_loopback() && options.port == 8010 && options.script.is_none());
}

#[test]
fn options_that_are_wrong_are_told_with_what_is_expected() {
    for (arguments, expected) in [
        (["--latency", "fast"], "\"20ms\""),
        (["--port", "70000"], "70000"),
        (["--bind", "localhost:1"], "--bind <ADDRESS>"),
        (["--scirpt", "a"], "--script"),
    ] {
        let error = options(&arguments).expect_err("it is wrong");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_script_or_an_address_that_cannot_be_used_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrong.toml");
    let path = path.to_str().expect("UTF-8");
    assert!(refusal(&["--script", path]).contains("wrong.toml"));
    std::fs::write(path, "[default]\nlatncy = \"1s\"\n").expect("written");
    let error = refusal(&["--script", path, "--port", "0"]);
    assert!(["wrong.toml", "line 2", "latncy", "`latency`"].iter().all(|part| error.contains(part)), "{error}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("bound").port().to_string();
    assert!(refusal(&["--port", &port]).contains(&format!("cannot listen on 127.0.0.1:{port}")));
}
