//! The AI gateway at Fastly Compute, under Viceroy: what clients see, what the store elsewhere keeps, and what happens when
//! upstreams fail.

mod host;

use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::Result;
use ferrite_mock_openai::{End, Mock, Script};
use ferrite_tests::gateway::{configuration, judge};
use ferrite_tests::http::Answer;
use ferrite_tests::{RestServer, free_address};

use host::Service;

const TOKEN: &str = "the-token-of-the-tests";
const KEY: &str = "the-key-of-a-client";

/// One deployment for every model, with these lines behind it, and one key, which is a secret.
fn toml(url: &str, deployment: &str) -> String {
    format!(
        "[cache]\nmode = \"exact\"\n[[keys]]\nname = \"alice\"\nkey = {{ env = \"ALICE_KEY\" }}\n\
         [[models]]\nname = \"*\"\nretries = 0\n[[models.deployments]]\nprovider = \"openai\"\n\
         base_url = \"{url}/v1\"\n{deployment}\n"
    )
}

/// A service over this upstream, without a store.
fn service<'a>(mock: &Mock, deployment: &str) -> Service<'a> {
    let values = vec![("gateway", toml(&mock.url(), deployment))];
    Service { values, secrets: vec![("ALICE_KEY", KEY)], ..Service::default() }
}

/// The same over a store.
fn over<'a>(store: &str, mut service: Service<'a>) -> Service<'a> {
    service.values.push(("store-url", format!("http://{store}")));
    service.secrets.push(("store-token", TOKEN));
    service
}

fn cache(answer: &Answer) -> Option<&str> {
    answer.header("x-ferrite-cache")
}

#[test]
fn the_transcripts_of_all_gateways_hold() -> Result<()> {
    let mock = Mock::start(Script::default());
    let store = RestServer::start(TOKEN)?;
    let service = Service { values: vec![("gateway", configuration(&mock))], ..Service::default() };
    let Some(served) = over(&store.address.to_string(), service).start()? else { return Ok(()) };
    println!("{} requests", judge(served.address, &mock)?);
    Ok(())
}

#[test]
fn it_answers_streams_and_remembers_in_a_store_elsewhere() -> Result<()> {
    let mock = Mock::start(Script::default());
    let store = RestServer::start(TOKEN)?;
    let Some(served) = over(&store.address.to_string(), service(&mock, "")).start()? else { return Ok(()) };
    for (text, more) in [("Grüße, 世界", ""), ("Hello", "\"stream\": true")] {
        let (asked, kept) = (served.chat(text, more, KEY)?, served.chat(text, more, KEY)?);
        assert_eq!((asked.status, cache(&asked)), (200, Some("miss")), "{}", asked.text());
        assert_eq!((kept.status, cache(&kept)), (200, Some("hit")), "{}", kept.text());
        assert_eq!(kept.body, asked.body);
        assert!(more.is_empty() || asked.text().trim_end().ends_with("data: [DONE]"), "{}", asked.text());
    }
    assert_eq!(mock.total(), 2);
    assert_eq!(served.get("/readyz")?.status, 200);
    Ok(())
}

#[test]
fn a_stream_comes_piece_by_piece() -> Result<()> {
    let mock = Mock::start("[[rule]]\nthen = { between-chunks = \"300ms\" }".parse()?);
    let Some(served) = service(&mock, "").start()? else { return Ok(()) };
    let mut stream = served.stream("one two three", KEY)?;
    let (began, mut arrived, mut received) = (Instant::now(), Vec::new(), Vec::new());
    let mut piece = [0; 65_536];
    loop {
        match stream.read(&mut piece)? {
            0 => break,
            length => received.extend_from_slice(piece.get(..length).unwrap_or_default()),
        }
        arrived.push(began.elapsed());
    }
    let text = String::from_utf8_lossy(&received);
    assert!(text.contains("data: [DONE]"), "{text}");
    let (first, last) = (arrived.first().copied().unwrap_or_default(), arrived.last().copied().unwrap_or_default());
    assert!(last.saturating_sub(first) > Duration::from_millis(600), "all of it came at once: {arrived:?}");
    Ok(())
}

#[test]
fn a_client_that_leaves_ends_the_call_upstream() -> Result<()> {
    let mock = Mock::start("[[rule]]\nthen = { between-chunks = \"200ms\" }".parse()?);
    let Some(served) = service(&mock, "").start()? else { return Ok(()) };
    let mut stream = served.stream(&"so many words ".repeat(50), KEY)?;
    let mut some = [0; 100];
    stream.read_exact(&mut some)?;
    drop(stream);
    mock.wait_for(|requests| requests.iter().any(|request| request.end == End::Cancelled));
    Ok(())
}

#[test]
fn keys_are_secrets_and_a_wrong_one_is_refused() -> Result<()> {
    let mock = Mock::start(Script::default());
    // Keys that were made by /admin are in the store: without it nobody knows whether one is wrong.
    let store = RestServer::start(TOKEN)?;
    let Some(served) = over(&store.address.to_string(), service(&mock, "")).start()? else { return Ok(()) };
    assert_eq!(served.chat("Hello", "", "wrong")?.status, 401);
    assert_eq!(served.chat("Hello", "", "")?.status, 401);
    assert_eq!(mock.total(), 0);
    assert_eq!(served.chat("Hello", "", KEY)?.status, 200);
    Ok(())
}

#[test]
fn an_upstream_that_stalls_or_breaks_has_its_answer() -> Result<()> {
    let mock = Mock::start(Script::default());
    let short = "first_byte_timeout_ms = 500\nbetween_bytes_timeout_ms = 500";
    let Some(served) = service(&mock, short).start()? else { return Ok(()) };
    let faults = [
        ("\"stall\"", 504),
        ("\"reset\"", 502),
        ("\"garbage\"", 502),
        ("\"endless\", endless-bytes = 50_000_000", 502),
    ];
    for (fault, status) in faults {
        mock.set_script(format!("[[rule]]\nthen = {{ fault = {fault} }}").parse()?);
        let answer = served.chat("Hello", "", KEY)?;
        assert_eq!(answer.status, status, "{fault}: {}", answer.text());
        assert!(answer.text().contains("\"message\""), "{}", answer.text());
    }
    mock.set_script("[[rule]]\nthen = { fault = \"stall\", after-chunks = 2 }".parse()?);
    let (mut broken, mut bytes) = (served.stream("Hello", KEY)?, Vec::new());
    // It is reset, and what came before counts; whether the reason did is the platform's affair.
    let _ = broken.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("200 OK") && !text.contains("[DONE]") && !text.ends_with("\r\n0\r\n\r\n"), "{text}");
    Ok(())
}

#[test]
fn nobody_upstream_is_a_bad_gateway() -> Result<()> {
    let values = vec![("gateway", toml(&format!("http://{}", free_address()?), ""))];
    let Some(served) = (Service { values, secrets: vec![("ALICE_KEY", KEY)], ..Service::default() }).start()? else {
        return Ok(());
    };
    assert_eq!(served.chat("Hello", "", KEY)?.status, 502);
    Ok(())
}

#[test]
fn without_its_store_it_answers_all_the_same_and_says_what_is_missing() -> Result<()> {
    let mock = Mock::start(Script::default());
    let nobody = free_address()?;
    for (service, reason) in [
        (over(&nobody.to_string(), service(&mock, "")), format!("http://{nobody}: ")),
        (service(&mock, ""), "store-url".to_owned()),
    ] {
        let Some(served) = service.start()? else { return Ok(()) };
        let answer = served.chat("Hello", "", KEY)?;
        assert_eq!((answer.status, cache(&answer)), (200, None), "{}", answer.text());
        let ready = served.get("/readyz")?;
        assert!(ready.status == 503 && ready.text().contains(&reason), "{}", ready.text());
    }
    Ok(())
}

#[test]
fn a_backend_of_the_service_stands_for_the_address_that_it_is_named_for() -> Result<()> {
    let mock = Mock::start(Script::default());
    let mut service = service(&mock, "");
    service.values =
        vec![("gateway", toml("http://models.example.com", "")), ("backends", "models.example.com=models".to_owned())];
    service.backends = vec![("models", mock.url())];
    let Some(served) = service.start()? else { return Ok(()) };
    let answer = served.chat("Hello", "", KEY)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // Viceroy itself asks a backend that it knows whether it is there.
    assert!(mock.requests().iter().any(|request| request.path == "/v1/chat/completions"));
    Ok(())
}

#[test]
fn a_long_configuration_goes_on_in_more_values_and_without_one_it_says_so() -> Result<()> {
    let mock = Mock::start(Script::default());
    let mut service = service(&mock, "");
    let text = toml(&mock.url(), "");
    let (first, second) = text.split_at(text.len() / 2);
    service.values = vec![("gateway", first.to_owned()), ("gateway-2", second.to_owned())];
    let Some(served) = service.start()? else { return Ok(()) };
    assert_eq!(served.chat("Hello", "", KEY)?.status, 200);
    service.values.clear();
    let Some(served) = service.start()? else { return Ok(()) };
    let answer = served.chat("Hello", "", KEY)?;
    assert!(answer.status == 503 && answer.text().contains("not configured"), "{}", answer.text());
    Ok(())
}
