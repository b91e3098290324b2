//! Policies as functions of the host: the shipped ones, and one that fails in every way there is.

use std::fs;

use anyhow::{Context, Result};
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::http::Answer;
use ferrite_tests::{Client, free_address};
use tempfile::TempDir;

use crate::host::Gateway;

const HOOKS: &str = "hooks = [\"on-request\", \"on-response\", \"on-chunk\"]\n";

fn guarded(policies: &str, arguments: &[&str]) -> Result<Gateway> {
    let mock = Mock::start(Script::default());
    let config = format!(
        "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\n{policies}",
        mock.url()
    );
    Gateway::configured(mock, &config, arguments)
}

/// The guest that does what it is told, with a folder that holds it.
fn unruly(on_failure: &str, more: &str) -> Result<(Gateway, TempDir)> {
    let folder = TempDir::new()?;
    let file = folder.path().join("unruly.wasm");
    fs::write(&file, ferrite_build::guest("unruly-policy")?.bytes)?;
    let policy = format!(
        "[[policies]]\nname = \"unruly\"\ncomponent = \"{}\"\non_failure = \"{on_failure}\"\n{HOOKS}{more}",
        file.display()
    );
    Ok((guarded(&policy, &[])?, folder))
}

fn said(answer: &Answer) -> String {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    body["error"]["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn personal_data_goes_neither_up_nor_down() -> Result<()> {
    let gateway = guarded(&format!("[[policies]]\nname = \"redact-pii\"\n{HOOKS}"), &[])?;
    assert_eq!(gateway.chat("Write to ada@example.com")?.status, 200);
    let sent = gateway.mock.requests().last().context("it was asked")?.body.clone();
    assert!(sent.contains("Write to [EMAIL]") && !sent.contains("ada@"), "{sent}");
    gateway
        .script("[[rule]]\nthen = { answer = \"Ask eve@example.com or call +1 202 555 0175.\", chunk-tokens = 1 }")?;
    for more in ["", "\"stream\": true"] {
        let answer = gateway.chat_with("Whom?", more, &[])?;
        let text = answer.text();
        assert!(answer.status == 200 && text.contains("[EMAIL]") && !text.contains("eve@"), "{text}");
    }
    Ok(())
}

#[test]
fn a_policy_is_configured_in_the_store_while_it_runs() -> Result<()> {
    let port = free_address()?.port();
    let policy = "[[policies]]\nname = \"topics\"\nhooks = [\"on-request\"]\n";
    let gateway = guarded(policy, &["--port", &port.to_string()])?;
    let answer = gateway.chat("Where is my order?")?;
    assert_eq!(answer.status, 503, "without a configuration it fails, and is closed: {}", answer.text());
    let mut client = Client::connect((std::net::Ipv4Addr::LOCALHOST, port).into())?;
    let settings = r#"{"deny": ["insider trading"], "message": "Not with me.", "status": 451}"#;
    client.command(&["SET", "gateway:policy:topics", settings])?;
    assert_eq!(gateway.chat("Where is my order?")?.status, 200);
    let answer = gateway.chat("Teach me insider trading")?;
    assert_eq!((answer.status, said(&answer).as_str()), (451, "Not with me."), "{}", answer.text());
    let info = client.command(&["WASM.INFO", "topics"])?.escape_ascii().to_string();
    assert!(info.contains("READ=gateway:policy:*"), "{info}");
    Ok(())
}

#[test]
fn whatever_a_policy_does_follows_the_configuration() -> Result<()> {
    for (on_failure, status) in [("closed", 503), ("open", 200)] {
        let (gateway, _folder) = unruly(on_failure, "options = \"TIMEOUT 100 FUEL 50000000 MEMORY 8388608\"\n")?;
        for told in ["panic", "loop", "eat", "err", "nonsense"] {
            let answer = gateway.chat(&format!("please {told}"))?;
            assert_eq!(answer.status, status, "{on_failure} {told}: {}", answer.text());
            assert_eq!(gateway.chat("Hello")?.status, 200, "{on_failure}, after {told}");
        }
        let answer = gateway.chat("please refuse")?;
        assert_eq!((answer.status, said(&answer).as_str()), (451, "no"), "to refuse is no failure");
        // What the mock says comes back from it: the policy is told by the answer.
        for told in ["panic", "loop", "eat", "err", "keep"] {
            gateway
                .script(&format!("[[rule]]\nthen = {{ answer = \"Well, please {told} or so\", chunk-tokens = 50 }}"))?;
            let answer = gateway.chat_with("Hello", "\"stream\": true", &[])?;
            let text = answer.text();
            let is_whole = text.contains("[DONE]");
            assert_eq!(is_whole, on_failure == "open", "{on_failure} {told}: {} {text}", answer.status);
            gateway.script("")?;
        }
        assert_eq!(gateway.chat("Hello")?.status, 200);
    }
    Ok(())
}

#[test]
fn a_trap_costs_the_instance_and_nothing_else() -> Result<()> {
    let (gateway, _folder) = unruly("closed", "")?;
    let count = |gateway: &Gateway| gateway.chat("please count").map(|answer| said(&answer));
    // Two hooks of the request that passes; the count itself is the third.
    assert_eq!(gateway.chat("Hello")?.status, 200);
    assert_eq!(count(&gateway)?, "asked 3 times");
    assert_eq!(gateway.chat("please panic")?.status, 503);
    assert_eq!(count(&gateway)?, "asked 1 times", "another instance");
    Ok(())
}

#[test]
fn a_policy_reads_configurations_of_policies_and_no_more() -> Result<()> {
    let (gateway, _folder) = unruly("closed", "")?;
    let answer = said(&gateway.chat("please read keys")?);
    assert_eq!(answer, "Err(NotPermitted)");
    Ok(())
}

#[test]
fn a_policy_that_is_none_keeps_the_gateway_from_starting() -> Result<()> {
    let folder = TempDir::new()?;
    let echo = folder.path().join("echo.wasm");
    fs::write(&echo, ferrite_build::guest("echo")?.bytes)?;
    let text = folder.path().join("text.wasm");
    fs::write(&text, "no component")?;
    for (component, code, expected) in [
        (format!("component = \"{}\"", echo.display()), 1, "does not export ferrite:gateway/policy"),
        (format!("component = \"{}\"", text.display()), 2, "no WebAssembly"),
        ("component = \"missing.wasm\"".to_owned(), 2, "missing.wasm"),
        ("on_failure = \"open\"".to_owned(), 2, "redact-pii"),
    ] {
        let file = folder.path().join("gateway.toml");
        let model = "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"http://127.0.0.1:1/v1\"\n";
        fs::write(&file, format!("{model}[[policies]]\nname = \"mine\"\n{component}\n{HOOKS}"))?;
        let mut command = std::process::Command::new(ferrite_tests::binary::ferrite()?);
        command.args(["gateway", "--listen", "127.0.0.1:0", "--config"]).arg(&file).current_dir(folder.path());
        let output = ferrite_tests::program::run(&mut command, b"")?;
        assert_eq!(output.status.code(), Some(code), "{component}: {}", output.stderr);
        assert!(output.stderr.contains("`mine`") && output.stderr.contains(expected), "{component}: {}", output.stderr);
    }
    Ok(())
}
