//! What becomes of requests by a configuration, and what is said about wrong ones.

use ferrite_udf::policy::{Policy, Verdict};
use ferrite_udf::testing::Sandbox;
use prompt_template::{PromptTemplate, Template};
use serde_json::{Value, json};

fn ask(configuration: &Value, request: &Value) -> ferrite_udf::Result<Verdict> {
    let sandbox = Sandbox::new();
    sandbox.command(&["SET", "gateway:policy:prompt-template", &configuration.to_string()]).expect("SET works");
    sandbox.within(|| PromptTemplate::default().on_request(&request.to_string()))
}

fn assert_becomes(configuration: Value, request: Value, expected: Value) {
    match ask(&configuration, &request) {
        Ok(Verdict::Replace(text)) => {
            assert_eq!(serde_json::from_str::<Value>(&text).expect("it is JSON"), expected, "{configuration}");
        }
        other => panic!("{configuration}: {other:?}"),
    }
}

fn chat(messages: &[(&str, &str)]) -> Value {
    let messages: Vec<_> = messages.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
    json!({"model": "m", "metadata": {"name": "Ada\n\n  Lovelace", "long": "x".repeat(600)}, "messages": messages})
}

#[test]
fn the_text_comes_before_the_conversation_with_its_variables() {
    let cases = [
        (json!({"system": "Be brief."}), "Be brief."),
        (json!({"system": "I am {{ who }}.", "variables": {"who": "Otto {{x}}"}}), "I am Otto {{x}}."),
        (json!({"system": "{{model}} for {{metadata.name}}"}), "m for Ada Lovelace"),
        (json!({"system": "{{metadata.age|no}} age"}), "no age"),
        (json!({"system": "{{metadata.age|}}."}), "."),
        (json!({"system": "a {b} {{c d}} {{}} }} {{"}), "a {b} {{c d}} {{}} }} {{"),
        (json!({"system": "{{{model}}}"}), "{m}"),
        (json!({"system": "for all", "models": {"m": "for m"}}), "for m"),
        (json!({"system": "for all", "models": {"n": "for n"}}), "for all"),
    ];
    for (configuration, text) in cases {
        assert_becomes(configuration, chat(&[("user", "hello")]), chat(&[("system", text), ("user", "hello")]));
    }
}

#[test]
fn the_request_may_have_a_system_text_of_its_own() {
    assert_becomes(
        json!({"system": "Be brief."}),
        chat(&[("system", "Be kind."), ("user", "hello")]),
        chat(&[("system", "Be brief."), ("system", "Be kind."), ("user", "hello")]),
    );
}

#[test]
fn an_api_that_is_known_is_not_guessed() {
    let request = json!({"model": "m", "max_tokens": 9, "messages": []});
    let mut expected = request.clone();
    expected["system"] = "Be brief.".into();
    assert_becomes(json!({"system": "Be brief.", "api": "messages"}), request, expected);
}

#[test]
fn what_a_client_writes_into_metadata_is_cut_and_has_no_variables() {
    let configuration = json!({"system": "{{metadata.long}}"});
    let expected = chat(&[("system", &"x".repeat(512)), ("user", "hello")]);
    assert_becomes(configuration, chat(&[("user", "hello")]), expected);
    let mut request = chat(&[("user", "hello")]);
    request["metadata"]["name"] = "{{secret}}".into();
    let mut expected = request.clone();
    expected["messages"] = json!([{"role": "system", "content": "{{secret}}"}, {"role": "user", "content": "hello"}]);
    let configuration = json!({"system": "{{metadata.name}}", "variables": {"secret": "x"}, "in_messages": true});
    assert_becomes(configuration, request, expected);
}

#[test]
fn variables_in_messages_are_the_users_and_only_if_wanted() {
    let said = [("system", "{{a}}"), ("user", "{{a}} {{b}} {{metadata.name}}"), ("assistant", "{{a}}")];
    let on = json!({"in_messages": true, "variables": {"a": "1"}});
    let became = [("system", "{{a}}"), ("user", "1 {{b}} {{metadata.name}}"), ("assistant", "{{a}}")];
    assert_becomes(on, chat(&said), chat(&became));
    let off = json!({"variables": {"a": "1"}});
    assert_eq!(ask(&off, &chat(&said)), Ok(Verdict::Continue));
}

#[test]
fn requests_without_a_place_for_it_pass() {
    assert_eq!(ask(&json!({"system": "s"}), &json!({"model": "e", "input": "text"})), Ok(Verdict::Continue));
    assert_eq!(ask(&json!({"models": {"n": "s"}}), &chat(&[])), Ok(Verdict::Continue));
}

#[test]
fn a_wrong_configuration_says_what_is_expected() {
    let cases = [
        (json!([]), "an object is expected"),
        (json!({"sistem": "s"}), "`sistem`: expected are system, models, variables, in_messages and api"),
        (json!({"system": 1}), "`system`: a text is expected"),
        (json!({"variables": {"a": 1}}), "`variables.a`: a text is expected"),
        (json!({"models": "m"}), "`models`: an object with texts is expected"),
        (json!({"in_messages": "yes"}), "`in_messages`: true or false is expected"),
        (json!({"api": "rest"}), "`api`: expected is auto, chat, messages, responses or completions"),
    ];
    for (configuration, expected) in cases {
        let error = ask(&configuration, &chat(&[])).expect_err("it is wrong");
        assert_eq!(error.line(), format!("ERR the store's `gateway:policy:prompt-template`: {expected}"));
    }
    let error = ask(&json!({"system": "{{nobody}}"}), &chat(&[])).expect_err("it has no value");
    assert_eq!(error.line(), "ERR the variable `nobody` has no value");
}

#[test]
fn a_configuration_is_needed_and_one_that_changes_counts_at_once() {
    let (sandbox, policy) = (Sandbox::new(), PromptTemplate::default());
    let request = chat(&[]).to_string();
    let asked = || sandbox.within(|| policy.on_request(&request));
    assert_eq!(
        asked().expect_err("there is none").line(),
        "ERR the store's `gateway:policy:prompt-template`: it is missing, JSON is expected"
    );
    for text in ["one", "two"] {
        let configuration = json!({"system": text}).to_string();
        sandbox.command(&["SET", "gateway:policy:prompt-template", &configuration]).expect("SET works");
        let Ok(Verdict::Replace(body)) = asked() else { panic!("a replacement is expected") };
        assert!(body.contains(text), "{body}");
    }
    sandbox.command(&["SET", "gateway:policy:prompt-template", "{"]).expect("SET works");
    let error = asked().expect_err("it is no JSON");
    assert!(error.line().contains("line 1 column 1"), "{error}");
}

#[test]
fn a_text_of_many_braces_is_read_in_one_pass() {
    let text = "{{".repeat(50_000) + "{{a}}";
    assert!(Template::new(&text).filled(|_| Some("1".to_owned())).is_ok_and(|text| text.ends_with("{1")));
}
