//! Ten thousand requests whose upstreams fail and whose clients leave by chance: nothing is stuck, and nobody pays for what was
//! not had, or twice for what was.

use std::io::{Read, Write};
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use ferrite_mock_openai::{End, Mock, Script};
use ferrite_tests::http::{ask, connect};

use crate::host::Gateway;

/// Clients at the same time, and what each of them asks.
const CLIENTS: u64 = 16;
const WHOLE_EACH: u64 = 500;
const STREAMS_EACH: u64 = 125;
const TOKENS_FOR_A_DOLLAR: f64 = 10.0;
/// What one request reserves, and more than any of them gets. One reservation that is not
/// given back is more than all that those have had who left early.
const RESERVED_TOKENS: u64 = 100_000;
const MOST_TOKENS: u64 = 30;

const FAULTS: &str = r#"
seed = 7
[[rule]]
when = { probability = 0.08 }
then = { fault = "reset" }
[[rule]]
when = { probability = 0.08 }
then = { fault = "close", after-bytes = 50 }
[[rule]]
when = { probability = 0.08 }
then = { fault = "garbage" }
[[rule]]
when = { probability = 0.08 }
then = { status = 500 }
[[rule]]
when = { probability = 0.08 }
then = { status = 429, headers = { retry-after = "0" } }
[[rule]]
when = { probability = 0.03 }
then = { fault = "stall" }
"#;

fn start() -> Result<Gateway> {
    let mock = Mock::start(FAULTS.parse::<Script>()?);
    let config = format!(
        "[routing]\ncooldown_failures = 1000\nbackoff_ms = 1\nbackoff_most_ms = 2\n\
         [[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{}/v1\"\n\
         first_byte_timeout_ms = 200\nbetween_bytes_timeout_ms = 200\ninput_per_million = 0\noutput_per_million = 100000\n\
         [[keys]]\nname = \"ada\"\nkey = \"sk-ada\"\nbudget_per_month = 1000000000\n[admin]\nkey = \"sk-admin\"\n",
        mock.url()
    );
    Gateway::configured(mock, &config, &[])
}

fn body(number: u64, more: &str) -> String {
    format!(
        r#"{{"model": "gpt-4o", "max_tokens": {RESERVED_TOKENS}, "messages": [{{"role": "user", "content": "Say {number}"}}]{more}}}"#
    )
}

/// The tokens that the key has paid, reservations included.
fn spent(gateway: &Gateway) -> Result<u64> {
    let answer = ask(gateway.address, "GET", "/admin/budgets", &[("Authorization", "Bearer sk-admin")], b"")?;
    let budgets: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let all = budgets["data"].as_array().context("a list")?;
    let ada = all.iter().find(|entry| entry["name"] == "ada").context("the key is there")?;
    let tokens = ada["month"]["spent"].as_f64().context("a number")? * TOKENS_FOR_A_DOLLAR;
    ensure!((tokens - tokens.round()).abs() < 1e-3, "tokens are whole: {tokens}");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole, and below 2^53")]
    Ok(tokens.round() as u64)
}

/// Runs the clients, and adds up what they return.
fn clients(ask: impl Fn(u64) -> Result<[u64; 2]> + Sync) -> Result<[u64; 2]> {
    let sum = Mutex::new(Ok([0, 0]));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (sum, ask) = (&sum, &ask);
            scope.spawn(move || {
                let added = ask(client);
                let mut sum = sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if let (Ok(sum), Ok(added)) = (sum.as_mut(), &added) {
                    *sum = [sum[0] + added[0], sum[1] + added[1]];
                } else if added.is_err() {
                    *sum = added;
                }
            });
        }
    });
    sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[test]
fn ten_thousand_requests_with_random_failures_leave_nothing_behind() -> Result<()> {
    let gateway = start()?;
    let headers = [("Authorization", "Bearer sk-ada"), ("Content-Type", "application/json")];
    let [tokens, answered] = clients(|client| {
        let (mut tokens, mut answered) = (0, 0);
        for turn in 0..WHOLE_EACH {
            let body = body(client * WHOLE_EACH + turn, "");
            let answer = ask(gateway.address, "POST", "/v1/chat/completions", &headers, body.as_bytes())?;
            match answer.status {
                200 => {
                    let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
                    tokens += answer["usage"]["completion_tokens"].as_u64().context("tokens")?;
                    answered += 1;
                }
                429 | 500..=504 => {}
                status => ensure!(false, "{status}: {}", answer.text()),
            }
        }
        Ok([tokens, answered])
    })?;
    let asked = CLIENTS * WHOLE_EACH;
    assert!(answered > asked / 2 && answered < asked, "{answered} of {asked} were answered");
    assert_eq!(spent(&gateway)?, tokens, "what was answered is what is paid");

    // A third of the clients leaves in the middle, where that is left to chance; some before the head.
    let [whole, left] = clients(|client| {
        let (mut whole, mut left) = (0, 0);
        for turn in 0..STREAMS_EACH {
            let number = client * STREAMS_EACH + turn;
            let body = body(number, r#", "stream": true, "stream_options": {"include_usage": true}"#);
            let mut stream = connect(gateway.address)?;
            let head = format!(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer sk-ada\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
            if number.is_multiple_of(6) {
                left += 1;
                continue;
            }
            let mut received = Vec::new();
            if number % 6 == 1 {
                let mut piece = vec![0; 200 + usize::try_from(number % 700)?];
                // It may have been reset meanwhile, which is as good.
                let _ = stream.read(&mut piece);
                left += 1;
                continue;
            }
            let _ = stream.read_to_end(&mut received);
            let text = String::from_utf8_lossy(&received);
            match text.rsplit_once("\"completion_tokens\":") {
                Some((_, rest)) if text.contains("[DONE]") => {
                    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
                    whole += digits.parse::<u64>()?;
                }
                _ => left += 1,
            }
        }
        Ok([whole, left])
    })?;
    gateway.mock.wait_for(|requests| requests.iter().all(|request| request.end != End::Open));
    // Behind the ends of their upstreams, exchanges settle: one more request goes through the same thread.
    gateway.script("")?;
    assert_eq!(gateway.get("/readyz")?.status, 200);
    let streams = spent(&gateway)? - tokens;
    assert!(streams >= whole, "{streams} tokens were paid for {whole} of streams that were whole");
    assert!(
        streams <= whole + left * MOST_TOKENS,
        "{streams} tokens were paid for {whole}, and {left} that ended early"
    );
    assert!(left > CLIENTS * STREAMS_EACH / 4, "{left} ended early");
    Ok(())
}
