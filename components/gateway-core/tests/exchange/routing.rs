//! Which deployment answers, and what happens when one does not.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_gateway::{Config, FailureKind};
use serde_json::{Value, json};

use crate::driver::{Client, Driver, Script, post};

fn config(text: &str) -> Config {
    Config::parse(text, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn ok() -> Script {
    Script::json(200, &json!({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}))
}

fn error(status: u16) -> Script {
    Script::json(status, &json!({"error": {"message": "no", "type": "t", "param": null, "code": null}}))
}

fn chat(model: &str) -> Client {
    post("/v1/chat/completions", &json!({"model": model, "messages": []}))
}

fn hosts(driver: &Driver) -> Vec<&str> {
    driver.sent.iter().map(|request| request.authority.as_str()).collect()
}

const TWO: &str = r#"
[[models]]
name = "m"
strategy = "priority"
deployments = [{ base_url = "http://a" }, { base_url = "http://b", priority = 1 }]
"#;

#[test]
fn weights_decide_how_often_a_deployment_is_asked() {
    let text = r#"
[[models]]
name = "m"
deployments = [{ base_url = "http://a", weight = 3 }, { base_url = "http://b" }]
"#;
    let mut driver = Driver::new(config(text), |_| ok());
    for _ in 0..400 {
        assert_eq!(driver.ask(chat("m")).status, 200);
    }
    let a = hosts(&driver).iter().filter(|host| **host == "a").count();
    assert!((260..340).contains(&a), "{a} of 400");
}

#[test]
fn the_least_busy_deployment_comes_first() {
    let text = TWO.replace("priority\"", "least-busy\"");
    let mut driver = Driver::new(config(&text), |_| ok().after(100));
    driver.ask_all((0..6).map(|at| chat("m").at(at)).collect());
    let hosts = hosts(&driver);
    assert_eq!(hosts.iter().filter(|host| **host == "a").count(), 3, "{hosts:?}");
}

#[test]
fn the_fastest_deployment_comes_first() {
    let text = TWO.replace("priority\"", "lowest-latency\"");
    let mut driver = Driver::new(config(&text), |request| ok().after(if request.authority == "a" { 50 } else { 10 }));
    for _ in 0..10 {
        driver.ask(chat("m"));
    }
    assert_eq!(hosts(&driver)[2..], ["b"; 8]);
}

#[test]
fn what_fails_is_tried_elsewhere_and_again_later() {
    for script in [error(500), error(503), error(429), Script::fails(FailureKind::Connect), Script::text_only("<html>")]
    {
        let mut driver =
            Driver::new(config(TWO), move |request| if request.authority == "a" { script.clone() } else { ok() });
        assert_eq!(driver.ask(chat("m")).status, 200);
        assert_eq!((hosts(&driver), driver.elapsed()), (vec!["a", "b"], 0), "another deployment is asked at once");
    }
    let mut driver = Driver::new(config(TWO), |_| error(503));
    let answer = driver.ask(chat("m"));
    assert_eq!((answer.status, &answer.json()["error"]["message"]), (503, &json!("no")));
    assert_eq!(hosts(&driver), ["a", "b", "a"]);
    assert!((125..=500).contains(&driver.elapsed()), "the pause is half chance: {}", driver.elapsed());
}

#[test]
fn what_the_request_is_to_blame_for_is_not_tried_again() {
    let mut driver = Driver::new(config(TWO), |_| error(400));
    let answer = driver.ask(chat("m"));
    assert_eq!((answer.status, driver.sent.len()), (400, 1));
    assert_eq!(answer.json()["error"]["type"], "t", "the upstream's own words");
    assert_eq!(driver.run(&["EXISTS", "gateway:route:m/0"]).integer(), Some(0));
}

#[test]
fn retry_after_is_waited_for() {
    let text = TWO.replace(", { base_url = \"http://b\", priority = 1 }", "");
    // A date that has passed asks for nothing: the usual pause, of which half is chance.
    let cases = [
        ("2", 2000..=2000),
        ("Tue, 14 Nov 2023 22:13:22 GMT", 2000..=2000),
        ("Tuesday, 14-Nov-23 22:13:22 GMT", 2000..=2000),
        ("Tue, 14 Nov 2023 22:13:00 GMT", 125..=250),
        ("soon", 125..=250),
    ];
    for (value, expected) in cases {
        let calls = Rc::new(Cell::new(0));
        let mut driver = Driver::new(config(&text), move |_| {
            calls.set(calls.get() + 1);
            let again = Script::default().head(429, &[("retry-after", value)]).text("{}").end();
            if calls.get() == 1 { again } else { ok() }
        });
        assert_eq!(driver.ask(chat("m")).status, 200);
        assert!(expected.contains(&driver.elapsed()), "{value}: {}", driver.elapsed());
    }
}

#[test]
fn an_upstream_that_wants_a_long_pause_is_left_alone() {
    let mut driver = Driver::new(config(TWO), |request| {
        if request.authority == "b" {
            return ok();
        }
        Script::default().head(429, &[("retry-after", "60")]).text("{}").end()
    });
    driver.ask(chat("m"));
    driver.ask(chat("m"));
    assert_eq!(hosts(&driver), ["a", "b", "b"]);
    driver.advance(60_001);
    driver.ask(chat("m"));
    assert_eq!(hosts(&driver)[3..], ["a", "b"]);
}

#[test]
fn a_deployment_that_fails_is_left_alone_by_all_gateways_and_probed_by_one() {
    let well = Rc::new(Cell::new(false));
    let is_well = Rc::clone(&well);
    let mut driver =
        Driver::new(
            config(TWO),
            move |request| {
                if request.authority == "b" || is_well.get() { ok().after(5) } else { error(500) }
            },
        );
    for _ in 0..3 {
        driver.ask(chat("m"));
    }
    assert_eq!(hosts(&driver), ["a", "b"].repeat(3));
    // Another instance over the same store knows it.
    driver.restart(config(TWO));
    driver.sent.clear();
    driver.ask(chat("m"));
    assert_eq!(hosts(&driver), ["b"]);
    // Half open: one of ten finds out that it is not well.
    driver.advance(30_000);
    driver.sent.clear();
    driver.ask_all((0..10).map(|_| chat("m")).collect());
    assert_eq!(hosts(&driver).iter().filter(|host| **host == "a").count(), 1);
    // Then that it is.
    driver.advance(30_000);
    well.set(true);
    driver.sent.clear();
    driver.ask_all((0..10).map(|_| chat("m")).collect());
    assert_eq!(hosts(&driver).iter().filter(|host| **host == "a").count(), 1);
    driver.sent.clear();
    driver.ask_all((0..10).map(|_| chat("m")).collect());
    assert_eq!(hosts(&driver), ["a"; 10]);
}

#[test]
fn when_everybody_is_left_alone_clients_are_told_when_to_come_back() {
    let mut driver = Driver::new(config(TWO), |_| error(500));
    for _ in 0..3 {
        driver.ask(chat("m"));
    }
    driver.sent.clear();
    let answer = driver.ask(chat("m"));
    assert_eq!((answer.status, driver.sent.len()), (503, 0));
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((28..=30).contains(&seconds), "{seconds}");
}

#[test]
fn the_only_deployment_is_always_asked() {
    let config = || Config::single("http://a", None).unwrap();
    let mut driver = Driver::new(config(), |_| error(500));
    for _ in 0..5 {
        assert_eq!(driver.ask(chat("m")).status, 500);
    }
    assert_eq!(driver.sent.len(), 15);
}

#[test]
fn other_models_stand_in() {
    let text = r#"
[[models]]
name = "m"
retries = 0
fallbacks = ["n"]
deployments = [{ base_url = "http://a" }]
[[models]]
name = "n"
retries = 0
fallbacks = ["m", "o"]
deployments = [{ base_url = "http://b" }]
[[models]]
name = "o"
deployments = [{ base_url = "http://c", model = "real" }]
"#;
    let mut driver = Driver::new(config(text), |request| if request.authority == "c" { ok() } else { error(503) });
    assert_eq!(driver.ask(chat("m")).status, 200);
    assert_eq!(hosts(&driver), ["a", "b", "c"]);
    let sent: Value = serde_json::from_slice(&driver.sent[2].body).unwrap();
    assert_eq!(sent["model"], "real");
    let sent: Value = serde_json::from_slice(&driver.sent[1].body).unwrap();
    assert_eq!(sent["model"], "n", "the upstream of another model is asked for that model");
}

#[test]
fn silence_ends_by_the_clock() {
    let text = r#"
[[models]]
name = "m"
retries = 0
[[models.deployments]]
base_url = "http://a"
first_byte_timeout_ms = 100
between_bytes_timeout_ms = 50
total_timeout_ms = 500
"#;
    let slow = |pause: u64| {
        let head = Script::default().head(200, &[("content-type", "application/json")]);
        (0..30).fold(head, |script, _| script.wait(pause).text(" ")).text("{}").end()
    };
    for (script, ends_ms) in [(Script::stalls(), 100), (slow(60), 50), (slow(40), 500)] {
        let mut driver = Driver::new(config(text), move |_| script.clone());
        let answer = driver.ask(chat("m"));
        assert_eq!((answer.status, driver.elapsed(), driver.cancelled), (504, ends_ms, 1));
    }
}

#[test]
fn a_slow_deployment_is_hedged() {
    let text = TWO.replace("strategy", "hedge_after_ms = 100\nstrategy");
    let mut driver =
        Driver::new(config(&text), |request| if request.authority == "a" { Script::stalls() } else { ok().after(20) });
    assert_eq!(driver.ask(chat("m")).status, 200);
    assert_eq!((hosts(&driver), driver.elapsed(), driver.cancelled), (vec!["a", "b"], 120, 1));
    let mut driver = Driver::new(config(&text), |_| ok().after(20));
    driver.ask(chat("m"));
    assert_eq!(hosts(&driver), ["a"], "a fast one is not");
    let mut driver =
        Driver::new(
            config(&text),
            |request| if request.authority == "a" { error(500).after(150) } else { ok().after(90) },
        );
    assert_eq!(driver.ask(chat("m")).status, 200);
    assert_eq!(driver.elapsed(), 190, "the second goes on when the first fails");
}

#[test]
fn a_deployment_takes_so_many_requests_a_minute() {
    let text = TWO.replace("\"http://a\"", "\"http://a\", rpm = 2");
    let mut driver = Driver::new(config(&text), |_| ok());
    for _ in 0..4 {
        driver.ask(chat("m"));
    }
    assert_eq!(hosts(&driver), ["a", "a", "b", "b"]);
    driver.advance(60_000);
    driver.ask(chat("m"));
    assert_eq!(hosts(&driver)[4], "a");
}

#[test]
fn a_store_that_is_gone_stops_nobody() {
    let mut driver = Driver::new(config(TWO), |_| ok());
    driver.store_down.set(true);
    assert_eq!(driver.ask(chat("m")).status, 200);
    assert_eq!(driver.get("/readyz").status, 503);
    assert_eq!(driver.get("/healthz").status, 200);
}

#[test]
fn an_upstreams_key_is_no_business_of_clients() {
    let text = TWO
        .replace("\"http://a\"", "\"http://a\", api_key = \"k\"")
        .replace("\"http://b\"", "\"http://b\", api_key = \"k\"");
    let mut driver = Driver::new(config(&text), |_| error(401));
    let answer = driver.ask(chat("m"));
    assert_eq!((answer.status, hosts(&driver)), (502, vec!["a", "b"]));
}

#[test]
fn two_hundred_requests_wait_on_a_stalled_upstream_and_all_end() {
    let mut driver = Driver::new(Config::single("http://a", None).unwrap(), |_| Script::stalls());
    let answers = driver.ask_all((0..200).map(|_| chat("m")).collect());
    assert!(answers.iter().all(|answer| answer.status == 504 && answer.whole));
}

#[test]
fn an_answer_beyond_the_limit_is_not_read() {
    let text = format!("[server]\nmax_answer_bytes = 1024\n{TWO}");
    let mut driver = Driver::new(config(&text), |_| {
        let head = Script::default().head(200, &[("content-type", "application/json")]);
        (0..1000).fold(head, |script, _| script.text(&" ".repeat(500)))
    });
    let answer = driver.ask(chat("m"));
    assert_eq!((answer.status, driver.cancelled), (502, 3));
}

#[test]
fn a_stream_falls_back_until_its_first_content() {
    let head = || Script::default().head(200, &[("content-type", "text/event-stream")]);
    let role = "data: {\"id\":\"a\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
    let rest = "data: {\"id\":\"b\",\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\n\
        data: [DONE]\n\n";
    let hedged = TWO.replace("strategy", "hedge_after_ms = 100\nstrategy");
    let cases = [
        (TWO, head().text(role).fail(FailureKind::Reset), 0),
        (TWO, head().text(role).text("data: nonsense\n\n").end(), 0),
        (TWO, error(503), 0),
        (hedged.as_str(), head().text(role), 100),
    ];
    for (text, broken, begins_ms) in cases {
        let upstream = broken.clone();
        let mut driver = Driver::new(config(text), move |request| {
            if request.authority == "a" { upstream.clone() } else { head().text(rest).end() }
        });
        let body = json!({"model": "m", "messages": [], "stream": true});
        let answer = driver.ask(post("/v1/chat/completions", &body));
        assert_eq!((answer.status, answer.whole, answer.head_ms), (200, true, begins_ms), "{broken:?}");
        assert_eq!(answer.text(), rest, "nothing of the first one is seen");
    }
}

#[test]
fn what_one_api_cannot_say_another_one_may() {
    let text = TWO.replace("{ base_url = \"http://a\" }", "{ provider = \"anthropic\", base_url = \"http://a\" }");
    let mut driver = Driver::new(config(&text), |_| ok());
    let body = json!({"model": "m", "input": "x"});
    assert_eq!(driver.post("/v1/embeddings", &body).status, 200);
    assert_eq!(hosts(&driver), ["b"]);
    assert_eq!(driver.run(&["EXISTS", "gateway:route:m/0"]).integer(), Some(0), "that is no failure");
    let alone = text.replace(", { base_url = \"http://b\", priority = 1 }", "");
    driver.restart(config(&alone));
    assert_eq!(driver.post("/v1/embeddings", &body).status, 400);
}
