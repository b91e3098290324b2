//! What there is beside models.

use ferrite_gateway::Config;
use serde_json::{Value, json};

use crate::driver::{Driver, Script, request};

const TEXT: &str = r#"
[[models]]
name = "big"
aliases = ["default"]
deployments = [{ base_url = "http://a" }]
"#;

fn driver() -> Driver {
    Driver::new(Config::parse(TEXT, &|_| None).unwrap(), |_| {
        Script::json(200, &json!({"object": "list", "data": [], "usage": {"prompt_tokens": 2, "total_tokens": 2}}))
    })
}

#[test]
fn models_are_listed_with_their_aliases() {
    let mut driver = driver();
    let list = driver.get("/v1/models").json();
    let names: Vec<&Value> = list["data"].as_array().unwrap().iter().map(|model| &model["id"]).collect();
    assert_eq!((names, &list["object"]), (vec![&json!("big"), &json!("default")], &json!("list")));
    assert_eq!(driver.get("/v1/models/default").json()["id"], "default");
    assert_eq!(driver.get("/v1/models/none").status, 404);
    assert_eq!(driver.get("/v1/models/").status, 404);
    let anthropic = driver.ask(request("GET", "/v1/models", &[("anthropic-version", "2023-06-01")], b"")).json();
    assert_eq!(anthropic["data"][0]["type"], "model");
}

#[test]
fn behind_a_catch_all_the_upstreams_models_are_listed() {
    let list =
        json!({"object": "list", "data": [{"id": "x", "object": "model", "created": 7, "owned_by": "u", "more": 1}]});
    let upstream = list.clone();
    let mut driver = Driver::new(Config::single("http://u/v1", None).unwrap(), move |request| {
        match (request.method, request.path.as_str()) {
            ("GET", "/v1/models") => Script::json(200, &upstream),
            ("GET", "/v1/models/org/x") => Script::json(200, &upstream["data"][0]),
            _ => Script::json(404, &json!({})),
        }
    });
    assert_eq!(driver.get("/v1/models").json(), list);
    assert_eq!(driver.get("/v1/models/org/x").json(), list["data"][0]);
    assert_eq!(driver.get("/v1/models/y").status, 404);
    let before = driver.sent.len();
    for name in ["../files", "x/../../files", "%2e%2e/files", "a\nb", "a b"] {
        assert_eq!(driver.get(&format!("/v1/models/{name}")).status, 404);
    }
    assert_eq!(driver.sent.len(), before, "nothing but names goes upstream");
    let mut stalled = Driver::new(Config::single("http://u/v1", None).unwrap(), |_| Script::stalls());
    assert_eq!(stalled.get("/v1/models").json()["data"], json!([]));
}

#[test]
fn embeddings_pass_through() {
    let mut driver = driver();
    let asked = json!({"model": "big", "input": ["a"], "encoding_format": "base64"});
    assert_eq!(driver.post("/v1/embeddings", &asked).status, 200);
    assert_eq!(driver.sent[0].path, "/embeddings");
    assert_eq!(driver.sent[0].body, asked.to_string().into_bytes());
}

#[test]
fn metrics_count_for_all_gateways_over_the_store() {
    let mut driver = driver();
    driver.post("/v1/embeddings", &json!({"model": "default", "input": "a"}));
    driver.restart(Config::parse(TEXT, &|_| None).unwrap());
    driver.post("/v1/embeddings", &json!({"model": "big", "input": "a"}));
    driver.post("/v1/embeddings", &json!({"model": "unknown\"} 1\n", "input": "a"}));
    let page = driver.get("/metrics").text();
    for line in [
        "# TYPE ferrite_gateway_requests_total counter",
        "ferrite_gateway_requests_total{model=\"big\",status=\"200\"} 2",
        "ferrite_gateway_attempts_total{deployment=\"big/0\",result=\"ok\"} 2",
        "ferrite_gateway_answer_milliseconds_total{deployment=\"big/0\"} 0",
        "ferrite_gateway_tokens_total{model=\"big\",kind=\"input\"} 4",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
    }
    assert!(!page.contains("unknown\\"));
}

#[test]
fn head_has_no_body() {
    let answer = driver().ask(request("HEAD", "/healthz", &[], b""));
    assert_eq!((answer.status, answer.header("content-length"), answer.pieces.len()), (200, Some("3"), 0));
}

#[test]
fn message_pack_goes_both_ways() {
    let mut driver = driver();
    let asked = json!({"model": "big", "input": ["ä"], "n": [1, -1, 1.5, null, true]});
    let packed = rmp_serde::to_vec(&asked).unwrap();
    let both = [("content-type", "application/msgpack"), ("accept", "application/msgpack")];
    let answer = driver.ask(request("POST", "/v1/embeddings", &both, &packed));
    assert_eq!(answer.header("content-type"), Some("application/msgpack"));
    let read: Value = rmp_serde::from_slice(&answer.body()).unwrap();
    assert_eq!(read["object"], "list");
    assert_eq!(driver.sent[0].body, asked.to_string().into_bytes(), "upstreams get JSON");
    // Binary data, what follows, nothing at all and much nesting are refused, in MessagePack too.
    let trailing = [&packed[..], b"\x01"].concat();
    for bad in [&b"\xc4\x01a"[..], &trailing, b"", &b"\x91".repeat(100_000)] {
        let answer = driver.ask(request("POST", "/v1/embeddings", &both, bad));
        let error: Value = rmp_serde::from_slice(&answer.body()).unwrap();
        assert_eq!((answer.status, &error["error"]["type"]), (400, &json!("invalid_request_error")));
    }
}
