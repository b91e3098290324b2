//! Headers that say what a key has left.

use ferrite_gateway::Config;
use serde_json::json;

use crate::driver::{Answer, Driver, Script, post};

const TEXT: &str = r#"
[[models]]
name = "m"
deployments = [{ base_url = "http://a", api_key = "u" }]
[[keys]]
name = "both"
key = "both-key"
rpm = 3
tpm = 1000
[[keys]]
name = "free"
key = "free-key"
"#;

fn ok() -> Script {
    let body =
        json!({"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": 8, "completion_tokens": 2}});
    let headers = [
        ("content-type", "application/json"),
        ("x-ratelimit-limit-requests", "9"),
        ("x-ratelimit-reset-project", "1s"),
    ];
    Script::default().head(200, &headers).text(&body.to_string()).end()
}

fn ask(driver: &mut Driver, key: &str) -> Answer {
    driver.ask(post("/v1/chat/completions", &json!({"model": "m", "max_tokens": 88})).with_key(key))
}

fn standing(answer: &Answer) -> Vec<String> {
    let own = answer.headers.iter().filter_map(|(name, value)| Some((name.strip_prefix("x-ratelimit-")?, value)));
    own.map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn a_key_with_limits_is_told_what_is_left() {
    let mut driver = Driver::new(Config::parse(TEXT, &|_| None).unwrap(), |_| ok());
    // A body of up to 32 bytes is 8 tokens, and 88 may come; the clock is at 20 seconds past the minute.
    let first = standing(&ask(&mut driver, "both-key"));
    let expected = |requests: u64, tokens: u64, reset: &str| {
        let line = |kind: &str, most: u64, left: u64| {
            [format!("limit-{kind}={most}"), format!("remaining-{kind}={left}"), format!("reset-{kind}={reset}")]
        };
        [line("requests", 3, requests), line("tokens", 1000, tokens)].concat()
    };
    assert_eq!(first, expected(2, 904, "40s"));
    driver.advance(500);
    // Of the first only ten tokens were used.
    assert_eq!(standing(&ask(&mut driver, "both-key")), expected(1, 894, "39.5s"));
    ask(&mut driver, "both-key");
    let refused = ask(&mut driver, "both-key");
    assert_eq!((refused.status, standing(&refused)), (429, expected(0, 970, "39.5s")));
    driver.advance(60_000);
    assert_eq!(standing(&ask(&mut driver, "both-key")), expected(2, 904, "39.5s"));
}

#[test]
fn without_limits_of_its_own_a_key_sees_those_of_the_upstream() {
    let mut driver = Driver::new(Config::parse(TEXT, &|_| None).unwrap(), |_| ok());
    assert_eq!(standing(&ask(&mut driver, "free-key")), ["limit-requests=9", "reset-project=1s"]);
    // A store that is away says nothing.
    driver.store_down.set(true);
    assert_eq!(standing(&ask(&mut driver, "both-key")), ["limit-requests=9", "reset-project=1s"]);
}
