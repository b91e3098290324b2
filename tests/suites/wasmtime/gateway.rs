//! The AI gateway by `wasmtime serve`, as `docs/gateway.md` says to start it.

use anyhow::Result;
use ferrite_build::compose::GATEWAY;
use ferrite_mock_openai::{End, Mock, Script};
use ferrite_tests::gateway::{configuration, judge};
use ferrite_tests::http::{Answer, ask};

use crate::serve::Served;

fn chat(served: &Served, text: &str, more: &str) -> Result<Answer> {
    let body = format!(r#"{{"model": "gpt-4o"{more}, "messages": [{{"role": "user", "content": "{text}"}}]}}"#);
    ask(served.address, "POST", "/v1/chat/completions", &[("Content-Type", "application/json")], body.as_bytes())
}

/// The configuration is in the environment, as a list would end a value of `-S config-var`.
fn start(mock: &Mock) -> Result<Option<Served>> {
    let toml = format!(
        "[cache]\nmode = \"exact\"\n[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\n\
         base_url = \"{}/v1\"\nfirst_byte_timeout_ms = 500\n",
        mock.url()
    );
    Served::start(&GATEWAY, &["-S", "config", "--env", &format!("gateway={toml}")])
}

#[test]
fn it_answers_streams_and_remembers() -> Result<()> {
    let mock = Mock::start(Script::default());
    let Some(served) = start(&mock)? else { return Ok(()) };
    let direct: std::net::SocketAddr = mock.url().trim_start_matches("http://").parse()?;
    let body = br#"{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}"#;
    let headers = [("Content-Type", "application/json")];
    let expected = ask(direct, "POST", "/v1/chat/completions", &headers, body)?;
    let answer = chat(&served, "Hello", "")?;
    assert_eq!((answer.status, answer.text()), (200, expected.text()));
    let stream = chat(&served, "Hello", ", \"stream\": true")?;
    assert!(stream.status == 200 && stream.text().trim_end().ends_with("data: [DONE]"), "{}", stream.text());
    // Whether the same instance is asked again is the host's affair; of some requests one is.
    let hit = |_| chat(&served, "Hello", "").is_ok_and(|answer| answer.header("x-ferrite-cache") == Some("hit"));
    assert!((0..10).any(hit), "no instance remembered");
    Ok(())
}

#[test]
fn an_upstream_that_stalls_or_breaks_has_its_answer() -> Result<()> {
    let mock = Mock::start(Script::default());
    let Some(served) = start(&mock)? else { return Ok(()) };
    for (fault, status) in [("stall", 504), ("reset", 502), ("garbage", 502)] {
        mock.set_script(format!("[[rule]]\nthen = {{ fault = \"{fault}\" }}").parse()?);
        let answer = chat(&served, fault, "")?;
        assert_eq!(answer.status, status, "{fault}: {}", answer.text());
        assert!(answer.text().contains("\"message\""), "{}", answer.text());
    }
    mock.wait_for(|requests| requests.iter().all(|request| request.end != End::Open));
    Ok(())
}

#[test]
fn the_transcripts_hold() -> Result<()> {
    let mock = Mock::start(Script::default());
    let config = format!("gateway={}", configuration(&mock));
    let Some(served) = Served::start(&GATEWAY, &["-S", "config", "--env", &config])? else { return Ok(()) };
    println!("{} requests", judge(served.address, &mock)?);
    Ok(())
}

#[test]
fn without_a_configuration_it_says_so() -> Result<()> {
    let Some(served) = Served::start(&GATEWAY, &["-S", "config"])? else { return Ok(()) };
    let answer = chat(&served, "Hello", "")?;
    assert!(answer.status == 503 && answer.text().contains("not configured"), "{}", answer.text());
    Ok(())
}
