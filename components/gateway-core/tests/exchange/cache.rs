//! Answers that are kept, and answers that are shared.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_gateway::{Config, FailureKind};
use serde_json::{Value, json};

use crate::driver::{Answer, Client, Driver, Script, post, request};

const TEXT: &str = r#"
[admin]
key = "admin-key"
[server]
require_key = false
[[teams]]
name = "red"
[[keys]]
name = "a"
key = "key-a"
team = "red"
[[keys]]
name = "b"
key = "key-b"
team = "red"
[[keys]]
name = "c"
key = "key-c"
[cache]
mode = "exact"
ttl_seconds = 60
max_entry_bytes = 2000
[[models]]
name = "m"
aliases = ["alias"]
retries = 0
deployments = [{ base_url = "http://u", output_per_million = 1_000 }]
[[models]]
name = "n"
retries = 0
cache = "off"
deployments = [{ base_url = "http://u" }]
[[models]]
name = "s"
retries = 0
cache = "semantic"
deployments = [{ base_url = "http://u" }]
[embedder]
"#;

fn config() -> Config {
    Config::parse(TEXT, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// Every answer is another one.
fn driver() -> Driver {
    let count = Cell::new(0);
    Driver::new(config(), move |request| {
        count.set(count.get() + 1);
        let n = count.get();
        let stream = request.body.windows(13).any(|window| window == b"\"stream\":true");
        if !stream {
            return Script::json(200, &json!({"id": n, "choices": [], "usage": {"completion_tokens": 5}})).after(10);
        }
        let event =
            |text: &str| format!("data: {{\"id\":{n},\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
        let script = Script::default().head(200, &[("content-type", "text/event-stream")]).wait(10);
        let script = script.text(&event("a")).wait(10).text(&event("b")).wait(10);
        script.text("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n").end()
    })
}

fn chat(model: &str, text: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": text}]})
}

fn ask(body: &Value) -> Client {
    post("/v1/chat/completions", body)
}

fn from(answer: &Answer) -> &str {
    answer.header("x-ferrite-cache").unwrap_or("none")
}

#[test]
fn the_same_question_has_the_same_answer_for_a_while() {
    let mut driver = driver();
    let first = driver.ask(ask(&chat("m", "q")));
    let second = driver.ask(ask(&chat("alias", "q")));
    assert_eq!((from(&first), from(&second), driver.sent.len()), ("miss", "hit", 1));
    assert_eq!((first.body(), second.header("content-type")), (second.body(), Some("application/json")));
    driver.advance(60_100);
    assert_eq!(from(&driver.ask(ask(&chat("m", "q")))), "miss");
    assert_eq!(from(&driver.ask(ask(&chat("n", "q")))), "none");
    // Another instance over the same store has it too.
    driver.restart(config());
    assert_eq!(from(&driver.ask(ask(&chat("m", "q")))), "hit");
}

#[test]
fn every_field_that_can_change_an_answer_is_in_the_key() {
    let mut driver = driver();
    let base = chat("m", "q");
    driver.ask(ask(&base));
    let with = |name: &str, value: Value| {
        let mut body = base.clone();
        body[name] = value;
        body
    };
    let others = [
        with("temperature", json!(0.5)),
        with("tools", json!([{"type": "function"}])),
        with("seed", json!(1)),
        with("unknown_to_everybody", json!({"a": 1})),
        with("messages", json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "q"}])),
        with("messages", json!([{"role": "user", "content": "q "}])),
        with("stream", json!(true)),
        with("max_tokens", json!(5)),
    ];
    for body in &others {
        assert_eq!(from(&driver.ask(ask(body))), "miss", "{body}");
    }
    let same = [
        with("user", json!("someone")),
        with("metadata", json!({"trace": "1"})),
        json!({"messages": [{"content": "q", "role": "user"}], "model": "m"}),
        with("stream", json!(false)),
    ];
    for body in &same {
        assert_eq!(from(&driver.ask(ask(body))), "hit", "{body}");
    }
    assert_eq!(from(&driver.ask(post("/v1/completions", &base))), "miss");
}

#[test]
fn tenants_do_not_see_each_others_answers() {
    let mut driver = driver();
    let cases = [
        (Some("key-a"), "miss"),
        (Some("key-b"), "hit"),
        (Some("key-c"), "miss"),
        (None, "miss"),
        (Some("a-key-for-the-upstream"), "miss"),
        (Some("another-key-for-it"), "miss"),
        (Some("another-key-for-it"), "hit"),
    ];
    for (key, expected) in cases {
        let client = ask(&chat("m", "q"));
        let client = key.map_or(client.clone(), |key| client.with_key(key));
        assert_eq!(from(&driver.ask(client)), expected, "{key:?}");
    }
}

#[test]
fn clients_say_what_is_not_kept() {
    let mut driver = driver();
    let with = |control: &str| ask(&chat("m", "q")).with_header("cache-control", control);
    assert_eq!(from(&driver.ask(with("no-store"))), "bypass");
    assert_eq!(from(&driver.ask(ask(&chat("m", "q")))), "miss", "nothing was kept");
    let fresh = driver.ask(with("max-age=0, No-Cache"));
    assert_eq!(from(&fresh), "bypass");
    let kept = driver.ask(ask(&chat("m", "q")));
    assert_eq!((from(&kept), kept.body()), ("hit", fresh.body()), "the newer answer has taken the place");
    let cleared = driver.ask(request("DELETE", "/admin/cache", &[], b"").with_key("admin-key"));
    assert_eq!(cleared.status, 200);
    assert_eq!(from(&driver.ask(ask(&chat("m", "q")))), "miss");
}

#[test]
fn hits_cost_nothing() {
    let mut driver = driver();
    for _ in 0..5 {
        driver.ask(ask(&chat("m", "q")).with_key("key-c"));
    }
    let micros = driver.run(&["HGET", "gateway:metrics", "micro_dollars{model=\"m\"}"]);
    assert_eq!(micros.integer(), Some(5000), "five tokens at a dollar for a thousand, once");
    let hits = driver.run(&["HGET", "gateway:metrics", "cache{model=\"m\",result=\"hit\"}"]);
    assert_eq!(hits.integer(), Some(4));
}

fn stream(text: &str) -> Client {
    let mut body = chat("m", text);
    body["stream"] = json!(true);
    ask(&body)
}

#[test]
fn a_stream_is_replayed_as_a_stream() {
    let mut driver = driver();
    let first = driver.ask(stream("q"));
    let second = driver.ask(stream("q"));
    assert_eq!((from(&second), second.whole, driver.sent.len()), ("hit", true, 1));
    assert_eq!(
        (first.body(), second.header("content-type")),
        (second.body(), Some("text/event-stream; charset=utf-8"))
    );
}

#[test]
fn what_is_not_whole_or_too_large_is_not_kept() {
    let head = || Script::default().head(200, &[("content-type", "text/event-stream")]);
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let cases = [
        head().text(event).end(),
        head().text(event).fail(FailureKind::Reset),
        head().text(&event.repeat(100)).text(end).end(),
        Script::json(500, &json!({"error": {"message": "no"}})),
        Script::json(200, &json!({"choices": ["x".repeat(3000)]})),
    ];
    for script in cases {
        let upstream = script.clone();
        let mut driver = Driver::new(config(), move |_| upstream.clone());
        driver.ask(stream("q"));
        driver.ask(stream("q"));
        assert_eq!(driver.run(&["KEYS", "gateway:cache:*"]).items().len(), 0, "{script:?}");
        assert_eq!(driver.sent.len(), 2, "{script:?}");
    }
    let mut driver = driver();
    driver.ask(stream("q").leaving_at(15));
    assert_eq!(driver.run(&["KEYS", "gateway:cache:*"]).items().len(), 0);
}

#[test]
fn those_who_ask_the_same_at_the_same_time_share_one_answer() {
    let mut driver = driver();
    let answers = driver.ask_all((0..10).map(|at| ask(&chat("m", "q")).at(at)).collect());
    assert_eq!(driver.sent.len(), 1);
    assert!(answers.iter().all(|answer| answer.body() == answers[0].body()));
    assert_eq!(answers.iter().filter(|answer| from(answer) == "hit").count(), 9);
    // Also in the middle of a stream.
    driver.sent.clear();
    let answers = driver.ask_all((0..25).map(|at| stream("q").at(at)).collect());
    assert_eq!(driver.sent.len(), 1);
    assert!(answers.iter().all(|answer| answer.whole && answer.body() == answers[0].body()));
    assert!(answers.iter().all(|answer| answer.pieces.last().unwrap().0 == driver.elapsed()), "as it comes");
    // Different questions do not.
    driver.sent.clear();
    driver.ask_all((0..4).map(|n| ask(&chat("m", &format!("other {n}")))).collect());
    assert_eq!(driver.sent.len(), 4);
}

#[test]
fn a_leader_that_leaves_takes_nobody_along() {
    let mut driver = driver();
    let clients =
        vec![stream("q").leaving_at(15), stream("q").at(5), stream("q").at(12).leaving_at(14), stream("q").at(16)];
    let answers = driver.ask_all(clients);
    assert_eq!((driver.sent.len(), driver.cancelled), (1, 0));
    assert!(answers[0].aborted && answers[2].aborted);
    assert!(answers[1].whole && answers[3].whole && answers[1].body() == answers[3].body());
    assert_eq!(from(&driver.ask(stream("q"))), "hit");
    // When all leave, the upstream is left too.
    let answers = driver.ask_all(vec![stream("r").leaving_at(15), stream("r").at(5).leaving_at(18)]);
    assert!(answers.iter().all(|answer| answer.aborted));
    assert_eq!(driver.cancelled, 1);
}

#[test]
fn a_failure_is_shared_too() {
    let mut driver = Driver::new(config(), |_| Script::json(503, &json!({"error": {"message": "no"}})).after(10));
    let answers = driver.ask_all((0..3).map(|_| ask(&chat("m", "q"))).collect());
    assert!(answers.iter().all(|answer| answer.status == 503));
    assert_eq!(driver.sent.len(), 1);
}

#[test]
fn without_wakes_everybody_asks_alone() {
    let mut driver = driver();
    driver.can_wake = false;
    let answers = driver.ask_all((0..3).map(|_| stream("q")).collect());
    assert!(answers.iter().all(|answer| answer.whole));
    assert_eq!(driver.sent.len(), 3);
}

/// Words as directions: texts with the same words have the same vector.
fn embed(texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
    let vector = |text: &String| {
        let mut vector = vec![0.0; 32];
        for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
            vector[word.bytes().map(usize::from).sum::<usize>() % 32] += 1.0;
        }
        vector
    };
    Ok(texts.iter().map(vector).collect())
}

#[test]
fn a_question_that_means_the_same_has_the_same_answer() {
    let mut driver = driver().with_embedder(embed);
    assert_eq!(from(&driver.ask(ask(&chat("s", "How do I reset my password?")))), "miss");
    let same = driver.ask(ask(&chat("s", "how can I reset my password")));
    assert_eq!((from(&same), driver.sent.len()), ("semantic", 1));
    for other in
        ["How do I reset my passport?", "How do I reset my password in 2023?", "How do I not reset my password?"]
    {
        assert_eq!(from(&driver.ask(ask(&chat("s", other)))), "miss", "{other}");
    }
    let mut hot = chat("s", "How can I reset my password");
    hot["temperature"] = json!(1);
    assert_eq!(from(&driver.ask(ask(&hot))), "miss", "another context");
    assert_eq!(
        from(&driver.ask(ask(&chat("s", "How can I reset my password")).with_key("key-c"))),
        "miss",
        "another tenant"
    );
    driver.advance(60_100);
    assert_eq!(from(&driver.ask(ask(&chat("s", "how can i reset my password")))), "miss", "it has expired");
}

#[test]
fn with_tools_nothing_is_found_by_its_meaning() {
    let mut driver = driver().with_embedder(embed);
    for text in ["How do I reset my password?", "how can I reset my password"] {
        let mut body = chat("s", text);
        body["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
        assert_eq!(from(&driver.ask(ask(&body))), "miss");
    }
    assert!(driver.embedded.is_empty());
}

#[test]
fn an_embedder_that_fails_never_fails_a_request() {
    type Embed = fn(&[String]) -> Result<Vec<Vec<f32>>, String>;
    let bad: [Embed; 5] = [
        |_| Err("broken".to_owned()),
        |_| Ok(vec![]),
        |_| Ok(vec![vec![]]),
        |_| Ok(vec![vec![f32::NAN; 3]]),
        |texts| Ok(vec![vec![1.0; texts[0].len()]]),
    ];
    for embedder in bad {
        let mut driver = driver().with_embedder(embedder);
        for text in ["How do I reset my password?", "how can I reset my password"] {
            assert_eq!(driver.ask(ask(&chat("s", text))).status, 200);
        }
    }
}

#[test]
fn an_upstream_can_be_the_embedder() {
    let text = TEXT.replace("[embedder]", "[embedder]\nmodel = \"n\"");
    let mut driver = Driver::new(Config::parse(&text, &|_| None).unwrap(), |request| {
        if request.path == "/embeddings" {
            return Script::json(200, &json!({"data": [{"embedding": [0.6, 0.8]}]}));
        }
        Script::json(200, &json!({"choices": []}))
    });
    driver.ask(ask(&chat("s", "How do I reset my password?")));
    assert_eq!(from(&driver.ask(ask(&chat("s", "how can I reset my password")))), "semantic");
    let sent: Value = serde_json::from_slice(&driver.sent[0].body).unwrap();
    assert_eq!((&sent["model"], &sent["input"]), (&json!("n"), &json!("How do I reset my password?")));
    // The clients' own business with embeddings is not affected, and an embedder that stalls costs two seconds.
    let mut driver = Driver::new(Config::parse(&text, &|_| None).unwrap(), |request| {
        if request.path == "/embeddings" { Script::stalls() } else { Script::json(200, &json!({"choices": []})) }
    });
    assert_eq!(driver.ask(ask(&chat("s", "x"))).status, 200);
    assert_eq!((driver.elapsed(), driver.cancelled), (2000, 1));
}

#[test]
fn an_exchange_that_is_dropped_leaves_its_followers_to_ask_themselves() {
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    let mut driver = Driver::new(config(), move |_| {
        count.set(count.get() + 1);
        Script::json(200, &json!({"choices": []})).after(10)
    });
    let answers = driver.ask_all(vec![
        ask(&chat("m", "q")).dropped_at(5),
        ask(&chat("m", "q")).at(2),
        ask(&chat("m", "q")).at(3),
    ]);
    assert!(answers[1].whole && answers[2].whole && !answers[0].whole);
    assert_eq!(asked.get(), 2, "one of those that remain leads the other");
}
