//! Drivers that tell everything at the wrong time.

use std::cell::Cell;
use std::rc::Rc;

use ferrite_gateway::{
    Action, CallId, Config, Event, Exchange, FailureKind, Gateway, PolicyAnswer, PolicyFailure, UpstreamEvent,
};
use serde_json::json;

use crate::driver::{Chance, Shell, post, store};

const TEXT: &str = r#"
[cache]
mode = "semantic"
[embedder]
[[models]]
name = "m"
hedge_after_ms = 5
fallbacks = ["n"]
deployments = [{ base_url = "http://a", first_byte_timeout_ms = 20 }, { base_url = "http://b" }, { provider = "local" }]
[[models]]
name = "n"
deployments = [{ provider = "anthropic", base_url = "http://c" }]
[[policies]]
name = "p"
hooks = ["on-request", "on-response", "on-chunk"]
on_failure = "open"
"#;

fn event(chance: &mut Chance) -> Event {
    let chance = std::cell::RefCell::new(chance);
    let draw = || chance.borrow_mut().next();
    let id = CallId(draw() % 6);
    let texts = [
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        "data: [DONE]\n\n",
        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
        "{\"model\":\"m\",\"input\":[\"q\",\"r\"]}",
        "{}",
        "\u{feff}\r",
        "",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    ];
    let text = || texts[draw() as usize % texts.len()].to_owned();
    let kinds = ["application/json", "text/event-stream"];
    match id.0 * 3 + draw() % 3 {
        0 => Event::Body(text().into_bytes()),
        1 => Event::BodyEnd,
        2 if draw() % 20 == 0 => Event::BodyFailed,
        3 if draw() % 40 == 0 => Event::ClientGone,
        4 => Event::Embedded(id, Ok(vec![vec![1.0, 0.0]; 1 + draw() as usize % 2])),
        5 => Event::Embedded(id, Err("no".to_owned())),
        6 => Event::Policy(id, Ok(PolicyAnswer::Continue)),
        7 => Event::Policy(id, Ok(PolicyAnswer::Hold { send: text(), keep: text() })),
        8 => Event::Policy(id, Err(PolicyFailure::Missing)),
        9 => Event::Policy(id, Ok(PolicyAnswer::Replace(text()))),
        10 => Event::Upstream(id, UpstreamEvent::End),
        11 => Event::Upstream(id, UpstreamEvent::Failed { kind: FailureKind::Reset, text: text() }),
        12 | 13 => {
            let kind = kinds[draw() as usize % 2].to_owned();
            let status = [200, 200, 404, 500, 0][draw() as usize % 5];
            Event::Upstream(id, UpstreamEvent::Head { status, headers: vec![("content-type".to_owned(), kind)] })
        }
        14..=16 => Event::Upstream(id, UpstreamEvent::Body(text().into_bytes())),
        _ => Event::Woken,
    }
}

#[test]
fn no_order_of_events_makes_it_panic_or_speak_after_the_end() {
    let clock = Rc::new(Cell::new(crate::driver::START_MS));
    let config = Config::parse(TEXT, &|_| None).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let gateway = Gateway::new(config);
    let shell = Rc::new(Shell::new(&clock, store(&clock)));
    let mut chance = Chance::default();
    let (mut begun, mut whole) = (0, 0);
    for round in 0..3000 {
        let path = if round % 2 == 0 { "/v1/chat/completions" } else { "/v1/embeddings" };
        let client = post(path, &json!({}));
        let mut exchange = Exchange::new(Rc::clone(&gateway), shell.clone(), client.head);
        let (mut heads, mut over) = (0, false);
        for step in 0..400 {
            while let Some(action) = exchange.next() {
                assert!(!over, "{action:?} comes behind the end");
                match action {
                    Action::Head { .. } => heads += 1,
                    Action::Write(piece) => assert!(heads == 1 && !piece.is_empty()),
                    Action::Finish => (over, whole) = (true, whole + 1),
                    Action::Abort => over = true,
                    _ => {}
                }
            }
            if step == 399 {
                exchange.handle(Event::ClientGone);
            } else {
                exchange.handle(event(&mut chance));
            }
            clock.set(clock.get() + chance.next() % 3);
        }
        while let Some(action) = exchange.next() {
            over |= matches!(action, Action::Finish | Action::Abort);
        }
        assert!(over, "a client that has gone ends it");
        begun += heads;
    }
    assert!(begun > 1000 && whole > 1000, "{begun} {whole}");
}
