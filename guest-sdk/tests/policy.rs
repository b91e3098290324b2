//! What the SDK's bodies show of requests and answers, where system texts go, and how streams are played.

use ferrite_udf::policy::{Body, Chunk, ChunkVerdict, Policy, Role, Shape, Verdict, limits};
use ferrite_udf::testing::{Sandbox, stream};
use ferrite_udf::{Result, bail, strings};
use serde_json::{Value, json};

/// The texts of a body, with whose they are.
fn texts(mut body: Body) -> Vec<(Role, String)> {
    let mut texts = Vec::new();
    body.replace_texts(|role, text| {
        texts.push((role, text.to_owned()));
        None
    });
    assert_eq!(body.verdict(), Verdict::Continue, "nothing was replaced");
    texts
}

fn request(value: &Value) -> Body {
    Body::request(&value.to_string()).expect("it is JSON")
}

fn answer(value: &Value) -> Body {
    Body::answer(&value.to_string()).expect("it is JSON")
}

fn assert_texts(body: Body, expected: &[(Role, &str)]) {
    let texts = texts(body);
    let texts: Vec<(Role, &str)> = texts.iter().map(|(role, text)| (*role, text.as_str())).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_chat_request_has_the_texts_of_its_messages() {
    let body = json!({
        "model": "m", "user": "u", "metadata": {"a": "b"},
        "messages": [
            {"role": "developer", "content": "1"},
            {"role": "user", "name": "n", "content": [
                {"type": "text", "text": "2"}, {"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "3"},
            ]},
            {"role": "assistant", "content": null, "refusal": "4", "tool_calls": [
                {"id": "i", "type": "function", "function": {"name": "f", "arguments": "{\"key\":[\"5\",{\"x\":\"6\"},7]}"}},
                {"id": "i", "type": "function", "function": {"name": "f", "arguments": "no json"}},
            ]},
            {"role": "tool", "tool_call_id": "i", "content": "8"},
        ],
        "prediction": {"type": "content", "content": "9"},
        "tools": [{"type": "function", "function": {"name": "f", "description": "d"}}],
    });
    use Role::{Assistant, System, Tool, User};
    let expected = [
        (System, "1"),
        (User, "2"),
        (User, "3"),
        (Assistant, "4"),
        (Assistant, "5"),
        (Assistant, "6"),
        (Assistant, "no json"),
        (Tool, "8"),
        (Assistant, "9"),
    ];
    assert_texts(request(&body), &expected);
}

#[test]
fn requests_of_the_other_apis_have_theirs() {
    use Role::{Assistant, System, Tool, User};
    let messages = json!({
        "system": [{"type": "text", "text": "1"}],
        "messages": [
            {"role": "user", "content": "2"},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "signed", "signature": "s"},
                {"type": "tool_use", "id": "i", "name": "n", "input": {"key": "3"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "i", "content": [{"type": "text", "text": "4"}]},
                {"type": "document", "context": "5", "source": {"type": "text", "media_type": "text/plain", "data": "6"}},
                {"type": "image", "source": {"type": "base64", "data": "AAAA"}},
            ]},
        ],
    });
    assert_texts(
        request(&messages),
        &[(System, "1"), (User, "2"), (Assistant, "3"), (Tool, "4"), (User, "5"), (User, "6")],
    );
    let responses = json!({
        "instructions": "1",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "2"}]},
            {"type": "function_call", "call_id": "i", "name": "n", "arguments": "{\"key\":\"3\"}"},
            {"type": "function_call_output", "call_id": "i", "output": "4"},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "5"}]},
        ],
    });
    assert_texts(request(&responses), &[(System, "1"), (User, "2"), (Assistant, "3"), (Tool, "4"), (Assistant, "5")]);
    assert_texts(request(&json!({"prompt": ["1", "2"], "suffix": "3"})), &[(User, "1"), (User, "2"), (User, "3")]);
    assert_texts(request(&json!({"input": ["1", "2"]})), &[(User, "1"), (User, "2")]);
    assert_texts(request(&json!({"input": [[1, 2]], "prompt": 3, "messages": "x", "system": null})), &[]);
    assert_texts(request(&json!(["no", "object"])), &[]);
}

#[test]
fn answers_have_texts_and_thoughts_and_no_arguments() {
    use Role::Assistant;
    let chat = json!({"choices": [
        {"index": 0, "message": {"role": "assistant", "content": "1", "reasoning_content": "2", "tool_calls": [
            {"id": "i", "function": {"name": "f", "arguments": "{\"key\":\"x\"}"}}]}},
        {"index": 1, "text": "3"},
    ]});
    assert_texts(answer(&chat), &[(Assistant, "1"), (Assistant, "2"), (Assistant, "3")]);
    let messages = json!({"content": [
        {"type": "thinking", "thinking": "1", "signature": "s"}, {"type": "text", "text": "2"},
        {"type": "tool_use", "id": "i", "name": "n", "input": {"key": "x"}},
    ]});
    assert_texts(answer(&messages), &[(Assistant, "1"), (Assistant, "2")]);
    let responses = json!({"instructions": "x", "output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "1"}]},
        {"type": "function_call", "arguments": "{\"key\":\"x\"}"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "2"}]},
    ]});
    assert_texts(answer(&responses), &[(Assistant, "1"), (Assistant, "2")]);
}

#[test]
fn what_is_replaced_takes_its_place_and_all_else_stays_in_its_order() {
    let text = r#"{"z":1.0,"messages":[{"content":"a","role":"user"}],"a":12345678901234567890,"model":"m"}"#;
    let mut body = Body::request(text).expect("it is JSON");
    body.replace_texts(|_, text| Some(text.to_uppercase()));
    assert_eq!(body.model(), "m");
    assert_eq!(body.verdict(), Verdict::Replace(text.replace(r#""content":"a""#, r#""content":"A""#)));
}

#[test]
fn logprobs_go_with_the_text_that_they_tell() {
    let mut body = answer(&json!({"choices": [
        {"message": {"content": "secret"}, "logprobs": {"content": []}},
        {"message": {"content": "open"}, "logprobs": {"content": []}},
    ]}));
    body.replace_texts(|_, text| (text == "secret").then(|| "…".to_owned()));
    assert_eq!(body.value()["choices"][0]["logprobs"], Value::Null);
    assert_eq!(body.value()["choices"][1]["logprobs"], json!({"content": []}));
}

#[test]
fn a_system_text_goes_where_the_api_has_its_place() {
    let cases = [
        (
            json!({"messages": [{"role": "user", "content": "a"}], "max_tokens": 5}),
            Shape::Chat,
            json!({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "a"}], "max_tokens": 5}),
        ),
        (json!({"system": "s", "messages": []}), Shape::Messages, json!({"system": "S\n\ns", "messages": []})),
        (
            json!({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}),
            Shape::Messages,
            json!({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}], "system": "S"}),
        ),
        (
            json!({"system": [{"type": "text", "text": "s"}], "messages": []}),
            Shape::Messages,
            json!({"system": [{"type": "text", "text": "S"}, {"type": "text", "text": "s"}], "messages": []}),
        ),
        (
            json!({"input": [{"role": "user", "content": "a"}]}),
            Shape::Responses,
            json!({"input": [{"role": "user", "content": "a"}], "instructions": "S"}),
        ),
        (json!({"input": "a", "instructions": "i"}), Shape::Responses, json!({"input": "a", "instructions": "S\n\ni"})),
        (json!({"prompt": "a"}), Shape::Completions, json!({"prompt": "S\n\na"})),
        (json!({"prompt": ["a", "b"]}), Shape::Completions, json!({"prompt": ["S\n\na", "S\n\nb"]})),
    ];
    for (before, shape, after) in cases {
        assert_eq!(Shape::of(&before), shape, "{before}");
        let mut body = request(&before);
        assert!(body.prepend_system("S"), "{before}");
        assert_eq!(*body.value(), after);
    }
}

#[test]
fn there_is_no_place_for_it_in_embeddings_and_oddities() {
    for before in
        [json!({"input": "a"}), json!({"input": ["a"]}), json!({"prompt": [1, 2]}), json!({"messages": 1}), json!(1)]
    {
        let mut body = request(&before);
        assert!(!body.prepend_system("S"), "{before}");
        assert_eq!(body.verdict(), Verdict::Continue);
    }
}

/// Keeps as many bytes as the store says, and refuses a word.
#[derive(Default)]
struct Holding;

impl Policy for Holding {
    fn on_chunk(&self, chunk: Chunk) -> Result<ChunkVerdict> {
        let keep = strings::get("keep")?.and_then(|text| String::from_utf8(text).ok()?.parse().ok());
        let Some(keep) = keep else { bail!("`keep` is no number") };
        if chunk.text.contains("stop") || chunk.window.contains("stop") {
            return Ok(ChunkVerdict::Refuse("it is said".to_owned()));
        }
        let (send, keep) = chunk.text.split_at(chunk.text.len().saturating_sub(keep));
        Ok(ChunkVerdict::Hold { send: send.to_owned(), keep: keep.to_owned() })
    }
}

ferrite_udf::policy!(Holding);

#[test]
fn a_stream_is_played_as_a_gateway_does_it() {
    let sandbox = Sandbox::new();
    let run = |pieces: &[&str]| sandbox.within(|| stream(&Holding, pieces));
    assert_eq!(run(&["a"]).expect_err("there is no `keep`").line(), "ERR `keep` is no number");

    sandbox.command(&["SET", "keep", "2"]).expect("SET works");
    let streamed = run(&["abc", "d", "e"]).expect("it passes");
    assert_eq!(streamed.sent, ["a", "b", "c", "de"]);
    assert_eq!(streamed.refused, None);

    let cut = run(&["abc", "st", "op"]).expect("it answers");
    assert_eq!((cut.text().as_str(), cut.refused.as_deref()), ("abc", Some("it is said")));

    sandbox.command(&["SET", "keep", "99999"]).expect("SET works");
    let most = "x".repeat(limits::KEPT_BYTES);
    assert_eq!(run(&[&most]).expect("it may").text(), most);
    assert!(run(&[&most, "x"]).is_err(), "it keeps more than a gateway takes");
}

#[test]
fn hooks_that_a_policy_leaves_out_let_everything_pass() {
    #[derive(Default)]
    struct Nothing;
    impl Policy for Nothing {}
    assert_eq!(Nothing.on_request("{}"), Ok(Verdict::Continue));
    assert_eq!(Nothing.on_response("no json"), Ok(Verdict::Continue));
    assert_eq!(stream(&Nothing, &["a", "b"]).expect("it passes").text(), "ab");
}
