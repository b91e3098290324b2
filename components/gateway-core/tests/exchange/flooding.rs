//! Objects with so many members that each lookup in them could be slow.

use ferrite_gateway::{Config, PolicyAnswer};
use serde_json::json;

use crate::driver::{Driver, Script, post, request};

const MEMBERS: usize = 8_192;

/// An object with so many members, which is JSON text.
fn object(members: usize) -> String {
    let members: Vec<String> = (0..members).map(|index| format!("\"{index}\":0")).collect();
    format!("{{{}}}", members.join(","))
}

fn config(more: &str) -> Config {
    let text = format!(
        "[[models]]\nname = \"m\"\nstrategy = \"priority\"\nretries = 1\n[[models.deployments]]\nbase_url = \
         \"http://a\"\n[[models.deployments]]\nbase_url = \"http://b\"\npriority = 1\n{more}"
    );
    Config::parse(&text, &|_| None).unwrap()
}

fn answer() -> serde_json::Value {
    json!({"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]})
}

#[test]
fn a_client_is_told_that_its_object_has_too_many_members() {
    for (members, status, sent) in [(MEMBERS - 1, 200, 1), (MEMBERS + 1, 400, 0)] {
        let mut driver = Driver::new(config(""), |_| Script::json(200, &answer()));
        let body = format!("{{\"model\":\"m\",\"messages\":[],\"metadata\":{}}}", object(members));
        let kind = [("content-type", "application/json")];
        let answer = driver.ask(request("POST", "/v1/chat/completions", &kind, body.as_bytes()));
        assert_eq!((answer.status, driver.sent.len()), (status, sent), "{}", answer.text());
        assert!(status == 200 || answer.text().contains("more than 8192 members"), "{}", answer.text());
    }
    let value: serde_json::Value = serde_json::from_str(&object(MEMBERS + 1)).unwrap();
    let packed = rmp_serde::to_vec(&json!({"model": "m", "messages": [], "metadata": value})).unwrap();
    let mut driver = Driver::new(config(""), |_| Script::stalls());
    let kind = [("content-type", "application/msgpack")];
    let answer = driver.ask(request("POST", "/v1/chat/completions", &kind, &packed));
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("more than 8192 members"), "{}", answer.text());
}

#[test]
fn an_upstream_that_floods_has_failed() {
    let whole = || Script::new(Vec::new()).head(200, &[("content-type", "application/json")]);
    let chat = json!({"model": "m", "messages": []});
    let mut driver = Driver::new(config(""), move |request| match request.authority.as_str() {
        "a" => whole().text(&format!("{{\"choices\":[],\"usage\":{}}}", object(MEMBERS + 1))).end(),
        _ => Script::json(200, &answer()),
    });
    let answer = driver.post("/v1/chat/completions", &chat);
    assert_eq!((answer.status, driver.sent.len()), (200, 2));

    let streamed = json!({"model": "m", "messages": [], "stream": true});
    let flood = format!("{{\"choices\":[{{\"delta\":{{\"content\":\"x\",\"y\":{}}}}}]}}", object(MEMBERS + 1));
    let mut driver = Driver::new(config(""), move |request| match request.authority.as_str() {
        "a" => Script::events(&[&flood]),
        _ => Script::events(&["{\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}", "[DONE]"]),
    });
    let answer = driver.ask(post("/v1/chat/completions", &streamed));
    assert_eq!((answer.status, driver.sent.len()), (200, 2));
    assert!(answer.whole && answer.text().contains("hi"));
}

#[test]
fn a_policy_that_floods_has_failed() {
    let policy = "[[policies]]\nname = \"p\"\nhooks = [\"on-request\"]\n";
    let flood = format!("{{\"model\":\"m\",\"messages\":[],\"x\":{}}}", object(MEMBERS + 1));
    let mut driver = Driver::new(config(policy), |_| Script::stalls())
        .with_policies(move |_| Ok(PolicyAnswer::Replace(flood.clone())));
    let answer = driver.post("/v1/chat/completions", &json!({"model": "m", "messages": []}));
    assert_eq!((answer.status, driver.sent.len()), (503, 0));
}
