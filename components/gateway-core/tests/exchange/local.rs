//! Embeddings that the gateway's own model engine makes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_gateway::Config;
use serde_json::{Value, json};

use crate::driver::{Answer, Client, Driver, Script, post, request};

const TEXT: &str = r#"
[admin]
key = "admin-key"
[server]
require_key = false
[[keys]]
name = "alice"
key = "alice-key"
budget_per_day = 1
[[models]]
name = "embeddings"
aliases = ["text-embedding-3-small"]
retries = 0
[[models.deployments]]
provider = "local"
input_per_million = 1_000
first_byte_timeout_ms = 100
between_bytes_timeout_ms = 50
"#;

fn config(text: &str) -> Config {
    Config::parse(text, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// What has no short text as a decimal of 64 bits, and the bytes of the text.
fn vector(text: &str) -> Vec<f32> {
    vec![0.1, -1.0e-7, text.len() as f32]
}

fn embed(texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
    Ok(texts.iter().map(|text| vector(text)).collect())
}

/// A gateway whose upstreams, if it asks any, make embeddings of two numbers.
fn with(text: &str, embedder: impl FnMut(&[String]) -> Result<Vec<Vec<f32>>, String> + 'static) -> Driver {
    let answer = json!({"object": "list", "data": [{"embedding": [0.6, 0.8]}], "model": "theirs"});
    Driver::new(config(text), move |_| Script::json(200, &answer)).with_embedder(embedder)
}

fn driver() -> Driver {
    with(TEXT, embed)
}

fn asked(rest: &Value) -> Value {
    let mut body = json!({"model": "embeddings"});
    let fields = body.as_object_mut().unwrap();
    fields.extend(rest.as_object().unwrap().clone());
    body
}

fn ask(rest: &Value) -> Client {
    post("/v1/embeddings", &asked(rest))
}

fn error(answer: &Answer) -> (u16, String, Value) {
    let error = &answer.json()["error"];
    (answer.status, error["message"].as_str().unwrap().to_owned(), error["param"].clone())
}

#[test]
fn a_text_has_a_vector_in_the_shape_of_openai() {
    let mut driver = driver();
    let answer = driver.ask(ask(&json!({"input": "a text", "user": "u"})));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let expected = concat!(
        r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-1e-7,6.0]}],"#,
        r#""model":"embeddings","usage":{"prompt_tokens":2,"total_tokens":2}}"#,
    );
    assert_eq!(answer.text(), expected, "numbers are as short as an f32 can be");
    assert_eq!((driver.embedded.as_slice(), driver.sent.len()), (&["a text".to_owned()][..], 0));
    let alias = driver.post("/v1/embeddings", &json!({"model": "text-embedding-3-small", "input": "a"}));
    assert_eq!(alias.json()["model"], "embeddings");
}

#[test]
fn the_answer_has_the_name_that_the_file_says_or_the_one_that_was_asked_for() {
    let named = TEXT.replace("provider = \"local\"", "provider = \"local\"\nmodel = \"all-MiniLM-L6-v2\"");
    assert_eq!(with(&named, embed).ask(ask(&json!({"input": "a"}))).json()["model"], "all-MiniLM-L6-v2");
    let mut everything = with("[[models]]\nname = \"*\"\ndeployments = [{ provider = \"local\" }]\n", embed);
    assert_eq!(everything.ask(ask(&json!({"input": "a"}))).json()["model"], "embeddings");
}

#[test]
fn texts_have_vectors_in_their_order() {
    let mut driver = driver();
    let answer = driver.ask(ask(&json!({"input": ["one", "three", "é"], "encoding_format": "float"}))).json();
    let seen: Vec<(u64, f64)> = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["index"].as_u64().unwrap(), entry["embedding"][2].as_f64().unwrap()))
        .collect();
    assert_eq!(seen, [(0, 3.0), (1, 5.0), (2, 2.0)]);
    assert_eq!(answer["usage"], json!({"prompt_tokens": 3, "total_tokens": 3}), "ten bytes");
}

#[test]
fn base64_has_the_same_numbers() {
    let answer = driver().ask(ask(&json!({"input": ["a", "four"], "encoding_format": "base64"}))).json();
    for (at, text) in ["a", "four"].iter().enumerate() {
        let bytes = STANDARD.decode(answer["data"][at]["embedding"].as_str().unwrap()).unwrap();
        let numbers: Vec<f32> =
            bytes.chunks_exact(4).map(|number| f32::from_le_bytes(number.try_into().unwrap())).collect();
        assert_eq!(numbers, vector(text));
    }
}

#[test]
fn the_engine_gets_as_much_as_it_takes_at_once() {
    let calls = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&calls);
    let mut driver = with(TEXT, move |texts| {
        seen.borrow_mut().push(texts.len());
        embed(texts)
    });
    let texts: Vec<String> = (0..130).map(|number| format!("text {number}")).collect();
    let answer = driver.ask(ask(&json!({"input": texts}))).json();
    assert_eq!(calls.take(), [16, 16, 16, 16, 16, 16, 16, 16, 2]);
    assert_eq!(driver.embedded, texts);
    let data = answer["data"].as_array().unwrap();
    let indices: Vec<u64> = data.iter().map(|entry| entry["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, (0..130).collect::<Vec<u64>>());
    assert_eq!((&data[9]["embedding"][2], &data[129]["embedding"][2]), (&json!(6.0), &json!(8.0)));
    // By bytes: the first two are together as long as one call may be.
    let most = 1 << 20;
    let texts = ["x".repeat(most - 1), "y".to_owned(), "z".to_owned(), "x".repeat(most)];
    assert_eq!(driver.ask(ask(&json!({"input": texts}))).status, 200);
    assert_eq!(calls.take(), [2, 1, 1]);
}

#[test]
fn dimensions_are_those_of_the_model() {
    let mut driver = driver();
    assert_eq!(driver.ask(ask(&json!({"input": "a", "dimensions": 3}))).status, 200);
    assert_eq!(driver.ask(ask(&json!({"input": "a", "dimensions": null}))).status, 200);
    let message = "`dimensions`: vectors of this model have 3 numbers, no more and no less.".to_owned();
    for wrong in [2, 4, 1536] {
        let answer = driver.ask(ask(&json!({"input": "a", "dimensions": wrong})));
        assert_eq!(error(&answer), (400, message.clone(), json!("dimensions")));
    }
    let before = driver.embedded.len();
    let many: Vec<&str> = vec!["a"; 130];
    assert_eq!(driver.ask(ask(&json!({"input": many, "dimensions": 2}))).status, 400);
    assert_eq!(driver.embedded.len() - before, 16, "the first batch says it");
}

#[test]
fn what_is_no_text_is_refused() {
    let mut driver = driver();
    let tokens = "has numbers of tokens, and those of this model are its own: text is expected.";
    let long = "x".repeat((1 << 20) + 1);
    let cases = [
        (json!({}), "input", "`input` is missing: a string or a list of strings is expected.".to_owned()),
        (json!({"input": null}), "input", "`input` is missing: a string or a list of strings is expected.".to_owned()),
        (json!({"input": ""}), "input", "`input` is empty: a text is expected.".to_owned()),
        (json!({"input": []}), "input", "`input` is an empty list: at least one text is expected.".to_owned()),
        (json!({"input": ["a", ""]}), "input", "`input[1]` is empty: a text is expected.".to_owned()),
        (json!({"input": ["a", null]}), "input", "`input[1]` is no text: a string is expected.".to_owned()),
        (json!({"input": {"text": "a"}}), "input", "`input` is no text: a string is expected.".to_owned()),
        (json!({"input": 3}), "input", format!("`input` {tokens}")),
        (json!({"input": [1, 2, 3]}), "input", format!("`input[0]` {tokens}")),
        (json!({"input": [[1, 2], [3]]}), "input", format!("`input[0]` {tokens}")),
        (json!({"input": vec![7; 3000]}), "input", format!("`input[0]` {tokens}")),
        (json!({"input": vec!["a"; 2049]}), "input", "`input` has 2049 texts; at most 2048 are possible.".to_owned()),
        (
            json!({"input": ["a", long]}),
            "input",
            "`input[1]` has 1048577 bytes; at most 1048576 are possible.".to_owned(),
        ),
        (json!({"input": "a", "dimensions": 0}), "dimensions", "`dimensions` is a whole number from 1.".to_owned()),
        (json!({"input": "a", "dimensions": "3"}), "dimensions", "`dimensions` is a whole number from 1.".to_owned()),
        (
            json!({"input": "a", "encoding_format": "int8"}),
            "encoding_format",
            "`encoding_format` is \"float\" or \"base64\".".to_owned(),
        ),
    ];
    for (rest, param, message) in cases {
        assert_eq!(error(&driver.ask(ask(&rest))), (400, message, json!(param)));
    }
    assert!(driver.embedded.is_empty());
    assert_eq!(driver.ask(ask(&json!({"input": vec!["a"; 2048]}))).status, 200);
}

#[test]
fn an_answer_that_may_be_too_large_is_not_made() {
    let text = TEXT.replace("[server]", "[server]\nmax_answer_bytes = 1024");
    let mut driver = with(&text, |texts| Ok(texts.iter().map(|_| vec![0.0; 50]).collect()));
    let (status, message, param) = error(&driver.ask(ask(&json!({"input": vec!["a"; 130]}))));
    assert_eq!((status, param), (400, json!("input")));
    assert!(message.ends_with("at most 1024 are possible: fewer texts, or `encoding_format` \"base64\"."), "{message}");
    assert_eq!(driver.embedded.len(), 16, "the first batch says it");
    let fits = driver.ask(ask(&json!({"input": ["a", "b"], "encoding_format": "base64"})));
    assert!(fits.status == 200 && fits.body().len() <= 1024);
}

#[test]
fn other_apis_are_refused_and_another_deployment_may_have_them() {
    let chat = json!({"model": "embeddings", "messages": [], "input": "a", "max_tokens": 5});
    let mut driver = driver();
    for path in ["/v1/chat/completions", "/v1/completions", "/v1/responses"] {
        let message = "This model makes embeddings only: POST /v1/embeddings.".to_owned();
        assert_eq!(error(&driver.post(path, &chat)), (400, message, json!("model")));
    }
    let messages = driver.post("/v1/messages", &chat);
    assert_eq!((messages.status, &messages.json()["type"]), (400, &json!("error")), "as Anthropic says it");
    driver.restart(config(&with_upstream()));
    for _ in 0..10 {
        assert_eq!(driver.post("/v1/chat/completions", &chat).status, 200);
        assert_eq!(driver.ask(ask(&json!({"input": [1, 2]}))).json()["model"], "theirs", "it knows these tokens");
        assert_eq!(driver.ask(ask(&json!({"input": "a", "dimensions": 2}))).json()["model"], "theirs");
    }
    assert_eq!(driver.sent.len(), 30);
    assert_eq!(driver.run(&["EXISTS", "gateway:route:embeddings/0"]).integer(), Some(0), "those are no failures");
}

/// The engine first, then an upstream.
fn with_upstream() -> String {
    let text = TEXT.replace("retries = 0", "retries = 1\nstrategy = \"priority\"");
    format!("{text}[[models.deployments]]\nbase_url = \"http://u\"\npriority = 1\n")
}

#[test]
fn what_the_engine_cannot_do_an_upstream_does() {
    type Embed = fn(&[String]) -> Result<Vec<Vec<f32>>, String>;
    let bad: [(Embed, u16, &str); 8] = [
        (|_| Err("the file is gone".to_owned()), 503, "the model engine: the file is gone"),
        (|_| Ok(vec![]), 502, "the model engine: 0 vectors of 2 texts"),
        (|_| Ok(vec![vec![1.0]; 3]), 502, "the model engine: 3 vectors of 2 texts"),
        (|_| Ok(vec![vec![]; 2]), 502, "the model engine: vectors of 0 and 0 numbers"),
        (|_| Ok(vec![vec![1.0; 5000]; 2]), 502, "the model engine: vectors of 5000 and 5000 numbers"),
        (|_| Ok(vec![vec![1.0; 2], vec![1.0; 3]]), 502, "the model engine: vectors of 2 and 3 numbers"),
        (|_| Ok(vec![vec![1.0], vec![f32::NAN]]), 502, "the model engine: a vector with numbers that are not finite"),
        (|_| Ok(vec![vec![f32::INFINITY]; 2]), 502, "the model engine: a vector with numbers that are not finite"),
    ];
    for (embedder, status, cause) in bad {
        let mut driver = with(TEXT, embedder);
        let answer = driver.ask(ask(&json!({"input": ["a", "b"]})));
        assert_eq!(answer.status, status, "{cause}");
        assert!(!answer.text().contains("vectors of") && !answer.text().contains("file"), "{}", answer.text());
        let line = format!("Warning: the deployment embeddings/0 failed: {cause}");
        assert!(driver.log.borrow().contains(&line), "{line} is not in {:?}", driver.log.borrow());
        let mut driver = with(&with_upstream(), embedder);
        let answer = driver.ask(ask(&json!({"input": ["a", "b"]})));
        assert_eq!((answer.status, &answer.json()["model"]), (200, &json!("theirs")), "{cause}");
    }
}

#[test]
fn an_engine_that_fails_is_left_alone_for_a_while() {
    let calls = Rc::new(Cell::new(0));
    let count = Rc::clone(&calls);
    let text = with_upstream();
    let mut driver = with(&format!("{text}[routing]\ncooldown_failures = 2\n"), move |_| {
        count.set(count.get() + 1);
        Err("no".to_owned())
    });
    for _ in 0..5 {
        assert_eq!(driver.ask(ask(&json!({"input": "a"}))).status, 200);
    }
    assert_eq!((calls.get(), driver.sent.len()), (2, 5));
    let failed = "attempts{deployment=\"embeddings/0\",result=\"failed\"}";
    assert_eq!(driver.run(&["HGET", "gateway:metrics", failed]).integer(), Some(2));
}

#[test]
fn another_model_stands_in() {
    let text = TEXT.replace("retries = 0", "retries = 0\nfallbacks = [\"spare\"]");
    let text = format!("{text}[[models]]\nname = \"spare\"\ndeployments = [{{ base_url = \"http://u/v1\" }}]\n");
    let mut driver = with(&text, |_| Err("no".to_owned()));
    assert_eq!(driver.ask(ask(&json!({"input": "a"}))).json()["model"], "theirs");
    assert_eq!(driver.sent[0].path, "/v1/embeddings");
}

#[test]
fn silence_of_the_engine_ends_by_the_clock() {
    let mut driver = driver();
    driver.embedder_stalls.set(true);
    let answer = driver.ask(ask(&json!({"input": "a"})));
    assert_eq!((answer.status, driver.elapsed(), driver.cancelled), (504, 100, 1));
    // Within an answer it has less time.
    let stalls = Rc::new(RefCell::new(Rc::new(Cell::new(false))));
    let inner = Rc::clone(&stalls);
    let mut driver = with(TEXT, move |texts| {
        inner.borrow().set(texts.len() < 16);
        embed(texts)
    });
    *stalls.borrow_mut() = Rc::clone(&driver.embedder_stalls);
    let answer = driver.ask(ask(&json!({"input": vec!["a"; 17]})));
    assert_eq!((answer.status, driver.elapsed(), driver.cancelled), (504, 50, 1));
}

#[test]
fn a_client_that_leaves_takes_its_texts_along() {
    let mut driver = driver();
    driver.embedder_stalls.set(true);
    let answer = driver.ask(ask(&json!({"input": vec!["a"; 130]})).leaving_at(10));
    assert!(answer.aborted && answer.status == 0);
    assert_eq!((driver.embedded.len(), driver.cancelled), (16, 1));
}

#[test]
fn the_cache_has_vectors_too() {
    let mut driver = with(&format!("{TEXT}[cache]\nmode = \"exact\"\n"), embed);
    let first = driver.ask(ask(&json!({"input": "a"})));
    let second = driver.ask(ask(&json!({"input": "a", "user": "somebody"})));
    assert_eq!((first.header("x-ferrite-cache"), second.header("x-ferrite-cache")), (Some("miss"), Some("hit")));
    assert_eq!((first.body(), driver.embedded.len()), (second.body(), 1));
    let other = driver.ask(ask(&json!({"input": "a", "encoding_format": "base64"})));
    assert_eq!(other.header("x-ferrite-cache"), Some("miss"));
}

#[test]
fn texts_are_counted_and_cost_what_the_file_says() {
    let mut driver = driver();
    let client = |bytes: usize| ask(&json!({"input": "x".repeat(bytes)})).with_key("alice-key");
    assert_eq!(driver.ask(client(400)).status, 200);
    let micros = driver.run(&["HGET", "gateway:metrics", "micro_dollars{model=\"embeddings\"}"]);
    assert_eq!(micros.integer(), Some(100_000), "a hundred tokens at a dollar for a thousand");
    let tokens = driver.run(&["HGET", "gateway:metrics", "tokens{model=\"embeddings\",kind=\"input\"}"]);
    assert_eq!(tokens.integer(), Some(100));
    let ok = driver.run(&["HGET", "gateway:metrics", "attempts{deployment=\"embeddings/0\",result=\"ok\"}"]);
    assert_eq!(ok.integer(), Some(1));
    assert_eq!(driver.ask(client(4000)).status, 429, "the budget has no room for a thousand more");
    assert_eq!(driver.ask(client(3000)).status, 200, "and has room for less");
}

#[test]
fn a_model_of_the_engines_is_listed_and_nobody_is_asked_for_it() {
    let mut driver = driver();
    let key = |path: &str| request("GET", path, &[], b"").with_key("alice-key");
    let list = driver.ask(key("/v1/models")).json();
    assert_eq!(
        (&list["data"][0]["id"], &list["data"][1]["id"]),
        (&json!("embeddings"), &json!("text-embedding-3-small"))
    );
    assert_eq!(driver.ask(key("/v1/models/embeddings")).json()["id"], "embeddings");
    let everything = "[[models]]\nname = \"*\"\ndeployments = [{ provider = \"local\" }]\n";
    let mut driver = with(everything, embed);
    assert_eq!(driver.get("/v1/models").json()["data"], json!([]));
    assert_eq!(driver.get("/v1/models/any").json()["id"], "any", "it answers to every name");
    assert!(driver.sent.is_empty());
    // Beside an upstream that one knows its names.
    let beside = everything.replace("{ provider", "{ base_url = \"http://u\" }, { provider");
    let list = json!({"object": "list", "data": [{"id": "theirs"}]});
    let mut driver = Driver::new(config(&beside), move |_| Script::json(200, &list));
    assert_eq!(driver.get("/v1/models").json()["data"][0]["id"], "theirs");
}

#[test]
fn the_semantic_cache_may_use_it_by_its_name() {
    let text = format!(
        "{TEXT}[embedder]\nmodel = \"embeddings\"\n[[models]]\nname = \"chat\"\ncache = \"semantic\"\n\
         [[models.deployments]]\nbase_url = \"http://u\"\n"
    );
    let mut driver = Driver::new(config(&text), |_| Script::json(200, &json!({"choices": []})))
        .with_embedder(|texts| Ok(texts.iter().map(|_| vec![0.6, 0.8]).collect()));
    let mut cached = |text: &str| {
        let body = json!({"model": "chat", "messages": [{"role": "user", "content": text}]});
        driver.post("/v1/chat/completions", &body).header("x-ferrite-cache").unwrap().to_owned()
    };
    assert_eq!(cached("How do I reset my password?"), "miss");
    assert_eq!(cached("How can I reset my password?"), "semantic");
    assert_eq!(driver.embedded, ["How do I reset my password?", "How can I reset my password?"]);
}

#[test]
fn the_example_in_the_documentation_is_right() {
    let page = include_str!("../../../../docs/gateway.md");
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let example = blocks.filter(|block| block.contains("provider = \"local\"")).last().unwrap();
    assert_eq!(with(example, embed).ask(ask(&json!({"input": ["a text", "another one"]}))).status, 200);
}

#[test]
fn what_only_upstreams_have_is_a_mistake() {
    let text = r#"
[[models]]
name = "m"
[[models.deployments]]
provider = "local"
base_url = "http://u"
api_key = "secret"
headers = { x = "y" }
connect_timeout_ms = 5
sampling = true
weight = 2
[[models]]
name = "n"
[[models.deployments]]
provider = "locale"
base_url = "http://u"
"#;
    let mistakes = Config::parse(text, &|_| None).unwrap_err();
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let refused = |line: usize, key: &str| {
        format!(
            "line {line}: models[0].deployments[0].{key}: found a setting of upstreams, expected nothing: the model \
             engine of this gateway is asked"
        )
    };
    let expected = [
        refused(6, "base_url"),
        refused(7, "api_key"),
        refused(8, "headers"),
        refused(9, "connect_timeout_ms"),
        refused(10, "sampling"),
        "line 15: models[1].deployments[0].provider: found \"locale\", expected openai, anthropic or local".to_owned(),
    ];
    assert_eq!(lines, expected);
}
