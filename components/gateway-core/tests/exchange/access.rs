//! The line that the log gets for each request.

use ferrite_gateway::Config;
use serde_json::json;

use crate::driver::{Driver, Script, post, request};

const TEXT: &str = "[cache]\nmode = \"exact\"\n[[models]]\nname = \"my model\"\naliases = [\"m\"]\n\
                    [[models.deployments]]\nid = \"up\"\nbase_url = \"http://a\"\n[[keys]]\nname = \"k\"\nkey = \"hunter2\"\n";

fn config(more: &str) -> Config {
    Config::parse(&format!("{more}{TEXT}"), &|_| None).unwrap()
}

fn lines(driver: &Driver) -> Vec<String> {
    driver.log.borrow().iter().filter_map(|line| Some(line.get(line.find("method=")?..)?.to_owned())).collect()
}

fn whole() -> Script {
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 3});
    Script::json(200, &json!({"choices": [{"message": {"content": "secret words"}}], "usage": usage})).after(40)
}

#[test]
fn each_request_is_one_line_without_what_users_say() {
    let mut driver = Driver::new(config(""), |_| whole());
    let chat = || {
        post(
            "/v1/chat/completions?hunter2",
            &json!({"model": "m", "messages": [{"role": "user", "content": "hunter2"}]}),
        )
    };
    driver.ask(chat().with_key("hunter2"));
    driver.ask(chat().with_key("hunter2"));
    driver.ask(chat());
    driver.ask(post("/v1/chat/completions", &json!({"model": "hunter2"})).with_key("hunter2"));
    driver.get("/v1/models/hunter2");
    driver.get("/hunter2");
    driver.ask(request("HUNTER2", "/healthz", &[], b""));
    let call = "method=POST path=/v1/chat/completions ";
    let expected = [
        format!("{call}model=\"my model\" deployment=up status=200 cache=miss input_tokens=9 output_tokens=3 ms=40"),
        format!("{call}model=\"my model\" deployment=- status=200 cache=hit input_tokens=0 output_tokens=0 ms=0"),
        format!("{call}model=- deployment=- status=401 cache=- input_tokens=0 output_tokens=0 ms=0"),
        format!("{call}model=- deployment=- status=404 cache=- input_tokens=0 output_tokens=0 ms=0"),
        "method=GET path=/v1/models/{name} model=- deployment=- status=401 cache=- input_tokens=0 output_tokens=0 ms=0"
            .to_owned(),
        "method=GET path=other model=- deployment=- status=404 cache=- input_tokens=0 output_tokens=0 ms=0".to_owned(),
        "method=other path=/healthz model=- deployment=- status=405 cache=- input_tokens=0 output_tokens=0 ms=0"
            .to_owned(),
    ];
    assert_eq!(lines(&driver), expected);
    assert!(!driver.log.borrow().iter().any(|line| line.to_lowercase().contains("hunter2")));
}

#[test]
fn a_client_that_leaves_has_a_line_with_what_it_took() {
    let chat = || post("/v1/chat/completions", &json!({"model": "m", "stream": true})).with_key("hunter2");
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"a long text\"}}]}\n\n";
    let stream = move || {
        Script::new(Vec::new()).head(200, &[("content-type", "text/event-stream")]).text(event).wait(1000).end()
    };
    let mut driver = Driver::new(config(""), move |_| stream());
    driver.ask(chat().leaving_at(10));
    let seen = lines(&driver);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].contains("status=200") && seen[0].ends_with("output_tokens=3 ms=10"), "{seen:?}");
    let mut driver = Driver::new(config(""), |_| Script::stalls());
    driver.ask(chat().dropped_at(10));
    let seen = lines(&driver);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].contains("status=- "), "{seen:?}");
}

#[test]
fn a_probe_that_finds_all_well_is_told_to_those_who_look_for_faults() {
    let mut driver = Driver::new(config(""), |_| whole());
    for path in ["/healthz", "/readyz", "/metrics"] {
        driver.get(path);
    }
    let log = driver.log.borrow();
    assert!(log.len() == 3 && log.iter().all(|line| line.starts_with("Debug")), "{log:?}");
}

#[test]
fn the_lines_can_be_switched_off() {
    let mut driver = Driver::new(config("[server]\naccess_log = false\n"), |_| whole());
    driver.get("/healthz");
    assert!(lines(&driver).is_empty());
}
