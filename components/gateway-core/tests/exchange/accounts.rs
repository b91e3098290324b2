//! Keys, limits and budgets.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_gateway::{Config, FailureKind, Gateway, UpstreamRequest};
use serde_json::{Value, json};

use crate::driver::{Client, Driver, Script, post, request};

const TEXT: &str = r#"
[admin]
key = "admin-key"

[[models]]
name = "m"
retries = 0
deployments = [{ base_url = "http://a", input_per_million = 1_000, output_per_million = 10_000 }]

[[models]]
name = "other"
deployments = [{ base_url = "http://a" }]

[[teams]]
name = "team"
rpm = 5
budget_per_day = 1

[[keys]]
name = "alice"
key = "alice-key"
team = "team"
models = ["m"]
rpm = 3

[[keys]]
name = "bob"
key = "bob-key"
team = "team"

[[keys]]
name = "carol"
key = "carol-key"
tpm = 100
budget_per_month = 0.5
"#;

fn config() -> Config {
    Config::parse(TEXT, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// 10 tokens in, 2 out: 0.03 dollars.
fn ok(_: &UpstreamRequest) -> Script {
    Script::json(200, &json!({"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 2}}))
}

fn chat(key: &str) -> Client {
    post("/v1/chat/completions", &json!({"model": "m", "messages": [], "max_tokens": 2})).with_key(key)
}

fn admin(driver: &mut Driver, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    let answer = driver.ask(request(method, path, &[], &body).with_key("admin-key"));
    (answer.status, answer.json())
}

fn spent(driver: &mut Driver, name: &str) -> f64 {
    let (_, budgets) = admin(driver, "GET", "/admin/budgets", &Value::Null);
    let found = budgets["data"].as_array().unwrap().iter().find(|entry| entry["name"] == name).cloned();
    found.unwrap()["month"]["spent"].as_f64().unwrap()
}

#[test]
fn without_a_known_key_nothing_is_asked() {
    let mut driver = Driver::new(config(), ok);
    let plain = post("/v1/chat/completions", &json!({"model": "m", "messages": [], "max_tokens": 2}));
    let long = "x".repeat(10_000);
    for client in
        [plain.clone(), plain.clone().with_key("wrong"), plain.clone().with_key(""), plain.clone().with_key(&long)]
    {
        let answer = driver.ask(client);
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (401, &json!("invalid_api_key")));
    }
    assert_eq!(driver.get("/v1/models").status, 401);
    assert!(driver.sent.is_empty());
    assert_eq!(driver.ask(plain.with_header("x-api-key", "bob-key")).status, 200, "as Anthropic's clients do");
    assert!(driver.sent[0].headers.iter().all(|(_, value)| !value.contains("bob-key")), "keys stay here");
}

#[test]
fn a_key_sees_and_uses_its_models_only() {
    let mut driver = Driver::new(config(), ok);
    let list = driver.ask(request("GET", "/v1/models", &[], b"").with_key("alice-key")).json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let other = post("/v1/chat/completions", &json!({"model": "other", "messages": []}));
    assert_eq!(driver.ask(other.clone().with_key("alice-key")).status, 404);
    assert_eq!(driver.ask(other.with_key("bob-key")).status, 200);
}

#[test]
fn requests_a_minute_are_counted_for_keys_and_teams() {
    let mut driver = Driver::new(config(), ok);
    let statuses = |driver: &mut Driver, key: &str, count: usize| -> Vec<u16> {
        (0..count).map(|_| driver.ask(chat(key)).status).collect()
    };
    assert_eq!(statuses(&mut driver, "alice-key", 4), [200, 200, 200, 429]);
    assert_eq!(statuses(&mut driver, "bob-key", 3), [200, 200, 429], "the team has five");
    let refused = driver.ask(chat("alice-key"));
    assert_eq!(refused.header("retry-after"), Some("40"), "20 seconds of the minute are over");
    driver.advance(40_000);
    assert_eq!(statuses(&mut driver, "alice-key", 1), [200]);
}

#[test]
fn tokens_a_minute_are_reserved_and_corrected() {
    let mut driver = Driver::new(config(), ok);
    // About 13 tokens are reserved, 12 are used.
    let statuses: Vec<u16> = (0..10).map(|_| driver.ask(chat("carol-key")).status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 8, "{statuses:?}");
    assert_eq!(statuses[8..], [429, 429]);
    let text = TEXT.replace("budget_per_month = 0.5", "");
    let mut driver = Driver::new(Config::parse(&text, &|_| None).unwrap(), |request| ok(request).after(50));
    let wide =
        post("/v1/chat/completions", &json!({"model": "m", "messages": [], "max_tokens": 20})).with_key("carol-key");
    let answers = driver.ask_all((0..10).map(|_| wide.clone()).collect());
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 200).count(),
        3,
        "those in flight hold what they may take"
    );
}

#[test]
fn a_budget_binds_even_when_all_come_at_once() {
    let mut driver = Driver::new(config(), |request| ok(request).after(50));
    // 0.5 dollars; each may take 0.037 and takes 0.03.
    let answers = driver.ask_all(
        (0..40)
            .map(|_| {
                post("/v1/chat/completions", &json!({"model": "m", "messages": [], "max_tokens": 2}))
                    .with_key("carol-key")
            })
            .collect(),
    );
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap().json();
    assert!(served > 3 && served <= 13, "{served}");
    assert!(refused["error"]["type"].is_string());
    let total = spent(&mut driver, "carol");
    assert!((total - served as f64 * 0.03).abs() < 1e-9, "{total} for {served}");
}

#[test]
fn a_budget_that_is_used_up_begins_anew() {
    let mut driver = Driver::new(config(), ok);
    let expensive = json!({"model": "m", "messages": [], "max_tokens": 101}); // more than a dollar
    let answer = driver.ask(post("/v1/chat/completions", &expensive).with_key("bob-key"));
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (429, &json!("insufficient_quota")));
    assert_eq!(spent(&mut driver, "team"), 0.0, "what is refused takes nothing");
    driver.run(&["SET", "gateway:spend:t:team:d:19675", "990000"]);
    assert_eq!(driver.ask(chat("bob-key")).status, 429);
    assert_eq!(admin(&mut driver, "DELETE", "/admin/budgets/t%3Ateam", &Value::Null).0, 200);
    assert_eq!(driver.ask(chat("bob-key")).status, 200);
    driver.run(&["SET", "gateway:spend:t:team:d:19675", "990000"]);
    assert_eq!(driver.ask(chat("bob-key")).status, 429);
    driver.advance(86_400_000);
    assert_eq!(driver.ask(chat("bob-key")).status, 200);
}

#[test]
fn a_client_that_leaves_pays_for_what_it_got() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"12345678\"}}]}\n\n";
    let script = Script::default().head(200, &[("content-type", "text/event-stream")]);
    let script = script.wait(10).text(event).wait(10).text(event).wait(1000).text(event).end();
    let mut driver = Driver::new(config(), move |_| script.clone());
    let body = json!({"model": "m", "messages": [], "stream": true, "max_tokens": 50});
    let client = post("/v1/chat/completions", &body).with_key("bob-key");
    driver.ask(client.clone().leaving_at(5));
    assert_eq!(spent(&mut driver, "bob"), 0.0, "nothing before the first content");
    driver.ask(client.leaving_at(100));
    let input = (body.to_string().len() as f64 / 4.0).ceil() * 0.001;
    assert!((spent(&mut driver, "bob") - input - 4.0 * 0.01).abs() < 1e-9, "{}", spent(&mut driver, "bob"));
}

#[test]
fn nothing_is_lost_or_charged_twice_over_many_failures() {
    let calls = Rc::new(Cell::new(0_u64));
    let good = Rc::new(Cell::new(0_u64));
    let (count, succeeded) = (Rc::clone(&calls), Rc::clone(&good));
    let text = TEXT.replace("rpm = 5\nbudget_per_day = 1", "budget_per_day = 1000000");
    let config = Config::parse(&text, &|_| None).unwrap();
    let mut driver = Driver::new(config, move |request| {
        count.set(count.get() + 1);
        let event_stream = || Script::default().head(200, &[("content-type", "text/event-stream")]);
        match count.get() % 7 {
            0 => Script::fails(FailureKind::Reset),
            1 => Script::json(500, &json!({})),
            2 => event_stream()
                .text("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n")
                .fail(FailureKind::Reset),
            3 => Script::text_only("garbage"),
            // These are left.
            4 => Script::stalls(),
            _ => {
                succeeded.set(succeeded.get() + 1);
                ok(request).after(count.get() % 5)
            }
        }
    });
    for _ in 0..100 {
        let clients = (0..100).map(|_| chat("bob-key").leaving_at(20)).collect();
        driver.ask_all(clients);
        driver.run(&["DEL", "gateway:route:m/0"]);
    }
    assert!(good.get() > 2000, "{}", good.get());
    let expected = good.get() as f64 * 0.03;
    assert!((spent(&mut driver, "bob") - expected).abs() < 1e-6, "{} of {expected}", spent(&mut driver, "bob"));
    assert!((spent(&mut driver, "team") - expected).abs() < 1e-6);
}

#[test]
fn keys_are_made_listed_and_revoked_and_stored_as_hashes_only() {
    let mut driver = Driver::new(config(), ok);
    let fields = json!({"name": "dave", "team": "team", "models": ["m"], "rpm": 2, "budget_per_day": 0.5});
    let (status, made) = admin(&mut driver, "POST", "/admin/keys", &fields);
    assert_eq!(status, 201);
    let key = made["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("sk-ferrite-") && key.len() > 60);
    assert_eq!(driver.ask(chat(&key)).status, 200);
    assert_eq!(driver.ask(chat(&key)).status, 200);
    assert_eq!(driver.ask(chat(&key)).status, 429);
    let (_, list) = admin(&mut driver, "GET", "/admin/keys", &Value::Null);
    let names: Vec<&str> = list["data"].as_array().unwrap().iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert_eq!(names, ["alice", "bob", "carol", "dave"]);
    assert!(!list.to_string().contains(&key));
    for name in driver.run(&["KEYS", "*"]).items() {
        let name = name.text().unwrap().to_owned();
        let dump = driver.run(&["DUMP", &name]);
        let secret = key.as_bytes();
        assert!(!dump.bytes().unwrap_or_default().windows(secret.len()).any(|window| window == secret), "{name}");
    }
    let path = format!("/admin/keys/{}", made["id"].as_str().unwrap());
    assert_eq!(admin(&mut driver, "DELETE", &path, &Value::Null).0, 200);
    assert_eq!(admin(&mut driver, "DELETE", &path, &Value::Null).0, 404);
    assert_eq!(driver.ask(chat(&key)).status, 401);
    // Until it expires.
    let expires = driver.elapsed() + crate::driver::START_MS + 1000;
    let (_, made) = admin(&mut driver, "POST", "/admin/keys", &json!({"expires_ms": expires}));
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(driver.ask(chat(&key)).status, 200);
    driver.advance(1000);
    assert_eq!(driver.ask(chat(&key)).status, 401);
    for wrong in [json!([]), json!({"rpm": 0}), json!({"rpm": "3"}), json!({"team": "none"}), json!({"colour": 1})] {
        assert_eq!(admin(&mut driver, "POST", "/admin/keys", &wrong).0, 400, "{wrong}");
    }
}

#[test]
fn the_admin_has_a_key_of_its_own() {
    let mut driver = Driver::new(config(), ok);
    for path in ["/admin/keys", "/admin/budgets", "/admin/routes"] {
        assert_eq!(driver.get(path).status, 401);
        assert_eq!(driver.ask(request("GET", path, &[], b"").with_key("alice-key")).status, 401);
        assert_eq!(admin(&mut driver, "GET", path, &Value::Null).0, 200);
    }
    assert_eq!(admin(&mut driver, "GET", "/admin/nothing", &Value::Null).0, 404);
    assert_eq!(driver.ask(chat("admin-key")).status, 401, "which is no key for models");
    let mut open = Driver::new(Config::single("http://a", None).unwrap(), ok);
    assert_eq!(open.get("/admin/keys").status, 404);
}

#[test]
fn the_state_of_routes_is_shown_and_reset() {
    let mut driver = Driver::new(config(), |_| Script::json(500, &json!({})));
    let text = TEXT.replace("http://a\", input", "http://a\" }, { base_url = \"http://b\", input");
    driver.restart(Config::parse(&text, &|_| None).unwrap());
    for _ in 0..20 {
        driver.ask(chat("carol-key"));
    }
    let left_alone = |driver: &mut Driver| {
        let (_, routes) = admin(driver, "GET", "/admin/routes", &Value::Null);
        let entry = routes["data"].as_array().unwrap().iter().find(|entry| entry["id"] == "m/1").cloned().unwrap();
        entry["left_alone_ms"].as_u64().unwrap()
    };
    assert_eq!(left_alone(&mut driver), 30_000);
    assert_eq!(admin(&mut driver, "DELETE", "/admin/routes/m%2F1", &Value::Null).0, 200);
    assert_eq!(left_alone(&mut driver), 0);
    assert_eq!(admin(&mut driver, "DELETE", "/admin/routes/none", &Value::Null).0, 404);
}

#[test]
fn without_the_store_money_stops_and_the_rest_goes_on() {
    let mut driver = Driver::new(config(), ok);
    driver.store_down.set(true);
    assert_eq!(driver.ask(chat("carol-key")).status, 503);
    assert_eq!(driver.ask(chat("unknown")).status, 503, "it may be one of the store's");
    let text = TEXT.replace("budget_per_month = 0.5", "");
    driver.restart(Config::parse(&text, &|_| None).unwrap());
    assert_eq!(driver.ask(chat("carol-key")).status, 200);
}

#[test]
fn gateways_over_one_store_do_not_overspend_together() {
    let mut driver = Driver::new(config(), |request| ok(request).after(50));
    driver.beside = (0..3).map(|_| Gateway::new(config())).collect();
    let clients = |count: usize| (0..count).map(|_| chat("carol-key")).collect::<Vec<_>>();
    let mut served = 0;
    for _ in 0..6 {
        served += driver.ask_all(clients(20)).iter().filter(|answer| answer.status == 200).count();
        driver.advance(60_000);
    }
    // Half a dollar at 0.03 for each, of which 0.037 are reserved at first (a body of 51 bytes and two tokens).
    assert_eq!(served, 16);
    assert!((spent(&mut driver, "carol") - 0.48).abs() < 1e-9);
    let statuses: Vec<u16> =
        driver.ask_all((0..8).map(|_| chat("alice-key")).collect()).iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
}
