//! A gateway with a policy composed in, as `docs/gateway-policies.md` says to do it.

use anyhow::{Context, Result};
use ferrite_build::{compose::plugged, guest};
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::http::{Answer, ask};

use crate::Compiled;
use crate::serve::Served;

/// The gateway, one policy behind every name, and a store that both have.
fn start(policy: &str, mock: &Mock, on_failure: &str) -> Result<Option<Served>> {
    let environment = guest("environment")?.bytes;
    let store = plugged(&guest("store")?.bytes, &[&environment])?;
    let policies = plugged(&guest("one-policy")?.bytes, &[&guest(policy)?.bytes])?;
    let guarded = plugged(&guest("gateway")?.bytes, &[&policies])?;
    let whole = plugged(&guarded, &[&store, &environment])?;
    let toml = format!(
        "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\n\
         [[policies]]\nname = \"any\"\nhooks = [\"on-request\", \"on-response\", \"on-chunk\"]\n\
         on_failure = \"{on_failure}\"\n",
        mock.url()
    );
    let options = ["-S", "config", "--env", &format!("gateway={toml}")];
    Compiled::of(&whole)?.map(|compiled| Served::run(compiled, &options)).transpose()
}

fn chat(served: &Served, text: &str) -> Result<Answer> {
    let body = format!(r#"{{"model": "gpt-4o", "messages": [{{"role": "user", "content": "{text}"}}]}}"#);
    ask(served.address, "POST", "/v1/chat/completions", &[("Content-Type", "application/json")], body.as_bytes())
}

#[test]
fn personal_data_does_not_go_up() -> Result<()> {
    let mock = Mock::start(Script::default());
    let Some(served) = start("redact-pii", &mock, "closed")? else { return Ok(()) };
    let answer = chat(&served, "Write to ada@example.com")?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sent = mock.requests().last().context("it was asked")?.body.clone();
    assert!(sent.contains("Write to [EMAIL]") && !sent.contains("ada@"), "{sent}");
    Ok(())
}

#[test]
fn an_error_follows_the_configuration_and_a_trap_fails_the_request() -> Result<()> {
    let mock = Mock::start(Script::default());
    for (on_failure, status) in [("closed", 503), ("open", 200)] {
        let Some(served) = start("unruly-policy", &mock, on_failure)? else { return Ok(()) };
        assert_eq!(chat(&served, "Hello")?.status, 200);
        for told in ["please err", "please nonsense"] {
            let answer = chat(&served, told)?;
            assert_eq!(answer.status, status, "{on_failure}, {told}: {}", answer.text());
        }
        assert_eq!(chat(&served, "please refuse")?.status, 451, "{on_failure}");
        // The platform ends the instance, and says so as it likes.
        let trapped = chat(&served, "please panic");
        assert!(trapped.as_ref().map_or(true, |answer| answer.status >= 500), "{on_failure}: {trapped:?}");
        assert_eq!(chat(&served, "Hello")?.status, 200, "{on_failure}: another instance answers");
    }
    Ok(())
}
