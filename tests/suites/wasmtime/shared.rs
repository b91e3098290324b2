//! Two gateways by `wasmtime serve` over one store elsewhere, as `docs/gateway.md` says to start them.

use std::net::SocketAddr;

use anyhow::Result;
use ferrite_build::compose::GATEWAY_REMOTE;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::gateway::{configuration, judge};
use ferrite_tests::http::{Answer, ask};
use ferrite_tests::{RestServer, free_address};

use crate::serve::Served;

const TOKEN: &str = "the-token-of-the-tests";
const KEY: &str = "the-key-of-a-client";

/// A gateway over the store at this address.
fn gateway(mock: &Mock, store: SocketAddr, token: &str, more: &str) -> Result<Option<Served>> {
    let toml = format!(
        "{more}[cache]\nmode = \"exact\"\n[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\n\
         base_url = \"{}/v1\"\n",
        mock.url()
    );
    configured(&toml, store, token)
}

/// The same with a configuration of its own. The environment says one part and `wasi:config` the other.
fn configured(toml: &str, store: SocketAddr, token: &str) -> Result<Option<Served>> {
    let (gateway, url) = (format!("gateway={toml}"), format!("store-url=http://{store}"));
    let token = format!("config-var=store-token={token}");
    Served::start(&GATEWAY_REMOTE, &["-S", "config", "--env", &gateway, "--env", &url, "-S", &token])
}

fn chat(gateway: &Served, text: &str, more: &str) -> Result<Answer> {
    let body = format!(r#"{{"model": "gpt-4o"{more}, "messages": [{{"role": "user", "content": "{text}"}}]}}"#);
    let authorization = format!("Bearer {KEY}");
    let headers = [("Content-Type", "application/json"), ("Authorization", authorization.as_str())];
    ask(gateway.address, "POST", "/v1/chat/completions", &headers, body.as_bytes())
}

fn cache(answer: &Answer) -> Option<&str> {
    answer.header("x-ferrite-cache")
}

#[test]
fn what_one_gateway_has_answered_the_other_one_knows() -> Result<()> {
    let mock = Mock::start(Script::default());
    let store = RestServer::start(TOKEN)?;
    let Some(first) = gateway(&mock, store.address, TOKEN, "")? else { return Ok(()) };
    let Some(second) = gateway(&mock, store.address, TOKEN, "")? else { return Ok(()) };
    // A line of several scripts and a control character: what a request in JSON could lose.
    for (text, more) in [("Grüße, 世界\\u0000", ""), ("Hello", ", \"stream\": true")] {
        let (asked, kept) = (chat(&first, text, more)?, chat(&second, text, more)?);
        assert_eq!((asked.status, cache(&asked)), (200, Some("miss")), "{}", asked.text());
        assert_eq!((kept.status, cache(&kept)), (200, Some("hit")), "{}", kept.text());
        assert_eq!(kept.body, asked.body);
    }
    assert_eq!(mock.total(), 2);
    let metrics = ask(second.address, "GET", "/metrics", &[], b"")?.text();
    assert!(metrics.contains("ferrite_gateway_requests_total{model=\"*\",status=\"200\"} 4"), "{metrics}");
    Ok(())
}

#[test]
fn the_transcripts_of_all_gateways_hold() -> Result<()> {
    let mock = Mock::start(Script::default());
    let store = RestServer::start(TOKEN)?;
    let Some(served) = configured(&configuration(&mock), store.address, TOKEN)? else { return Ok(()) };
    println!("{} requests", judge(served.address, &mock)?);
    Ok(())
}

#[test]
fn limits_count_for_all_gateways_together() -> Result<()> {
    let mock = Mock::start(Script::default());
    let store = RestServer::start(TOKEN)?;
    let key = format!("[[keys]]\nname = \"alice\"\nkey = \"{KEY}\"\nrpm = 3\n");
    let Some(first) = gateway(&mock, store.address, TOKEN, &key)? else { return Ok(()) };
    let Some(second) = gateway(&mock, store.address, TOKEN, &key)? else { return Ok(()) };
    let statuses = [&first, &second, &first, &second, &first, &second, &first, &second]
        .into_iter()
        .enumerate()
        .map(|(index, gateway)| Ok(chat(gateway, &format!("Hello {index}"), "")?.status))
        .collect::<Result<Vec<_>>>()?;
    // A minute may end in between, and only once.
    let answered = statuses.iter().filter(|status| **status == 200).count();
    assert!((3..=6).contains(&answered) && statuses.contains(&429), "{statuses:?}");
    Ok(())
}

#[test]
fn a_store_that_does_not_answer_is_named_and_the_answer_comes_from_upstream() -> Result<()> {
    let mock = Mock::start(Script::default());
    let nobody = free_address()?;
    let store = RestServer::start(TOKEN)?;
    for (address, token, reason) in
        [(nobody, TOKEN, "nobody listens there"), (store.address, "wrong", "refuses the token")]
    {
        let Some(gateway) = gateway(&mock, address, token, "")? else { return Ok(()) };
        let ready = ask(gateway.address, "GET", "/readyz", &[], b"")?;
        assert_eq!(ready.status, 503);
        assert!(
            ready.text().contains(&format!("http://{address}: ")) && ready.text().contains(reason),
            "{}",
            ready.text()
        );
        let answer = chat(&gateway, "Hello", "")?;
        assert_eq!((answer.status, cache(&answer)), (200, None), "{}", answer.text());
    }
    assert_eq!(mock.total(), 2);
    Ok(())
}
