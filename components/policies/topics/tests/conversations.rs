//! What is refused and what passes, whole and in pieces.

use ferrite_udf::policy::{Policy, Verdict};
use ferrite_udf::testing::{Sandbox, Streamed, stream};
use serde_json::{Value, json};
use topics::{Phrases, Topics};

fn within<T>(configuration: &Value, run: impl FnOnce(&Topics) -> T) -> T {
    let sandbox = Sandbox::new();
    sandbox.command(&["SET", "gateway:policy:topics", &configuration.to_string()]).expect("SET works");
    sandbox.within(|| run(&Topics::default()))
}

fn phrases(list: &[&str]) -> Phrases {
    let mut phrases = Phrases::default();
    list.iter().for_each(|phrase| phrases.add(phrase).expect("it is a phrase"));
    phrases
}

/// A phrase, a text, and whether it is there.
const CASES: &[(&str, &str, bool)] = &[
    ("weapon", "A weapon!", true),
    ("weapon", "WEAPON", true),
    ("weapon", "weapons", false),
    ("weapon", "bioweapon", false),
    ("weapon", "bio-weapon's", true),
    ("weapon*", "weaponry", true),
    ("weapon*", "a weapon", true),
    ("weapon*", "weapo", false),
    ("Insider  Trading", "about insider-trading.", true),
    ("insider trading", "insider\n\ttrading", true),
    ("insider trading", "insider                     trading", false),
    ("insider trading", "insidertrading", false),
    ("insider trading", "insider trading", true),
    ("insider trading", "insider trad", false),
    ("straße", "HAUPT STRASSE 1", true),
    ("σίσυφος", "ΣΊΣΥΦΟΣ", true),
    ("оружие", "Купить ОРУЖИЕ?", true),
    ("賭博", "オンライン賭博サイト", true),
    ("무기", "무기를", true),
    ("weapon", "買weapon", true),
    ("weapon", "we\u{200b}ap\u{ad}on", true),
    ("weapon", "weapon\u{301}", false),
    ("weapon", r#"{"a":"x\nweapon\t"}"#, true),
    ("a b c", "x a b a b c", true),
    ("हथियार", "यह हथियार है", true),
];

#[test]
fn phrases_are_found_as_a_reader_would() {
    for (phrase, text, expected) in CASES {
        assert_eq!(phrases(&[phrase]).are_in(text), *expected, "{phrase:?} in {text:?}");
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most.max(1) as u64) as usize
    }
}

fn cut(text: &str, random: &mut Random, longest: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for character in text.chars() {
        if random.below(longest) == 0 {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

fn played(list: &[&str], pieces: &[String]) -> Streamed {
    within(&json!({"deny": list}), |policy| stream(policy, pieces)).expect("it keeps no more than it may")
}

#[test]
fn a_stream_in_pieces_is_cut_where_the_whole_is_refused_and_before_the_phrase() {
    for (phrase, text, expected) in CASES {
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        let streamed = played(&[phrase], &pieces);
        assert_eq!(streamed.refused.is_some(), *expected, "{phrase:?} in {text:?}");
        if *expected {
            assert!(!phrases(&[phrase]).are_in(&streamed.text()), "{phrase:?}: {streamed:?}");
        } else {
            assert_eq!(streamed.text(), *text);
        }
    }
}

#[test]
fn however_a_text_is_cut_the_stream_ends_as_the_whole_does() {
    const LIST: [&str; 6] = ["ab", "b a b", "aß*", "賭博", "a b ab a", "nb"];
    const SIGNS: [&str; 14] = ["a", "b", "A", "B", " ", "ß", "-", "\u{200b}", "賭", "博", "ss", "        ", "\\", "n"];
    let first: u64 = std::env::var("FERRITE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x5eed);
    let (mut found, mut clean) = (0, 0);
    for seed in first..first + 2_000 {
        let mut random = Random(seed);
        let length = random.below(14);
        let text: String = (0..length).map(|_| SIGNS[random.below(SIGNS.len())]).collect();
        let pieces = cut(&text, &mut random, 4);
        let streamed = played(&LIST, &pieces);
        let expected = phrases(&LIST).are_in(&text);
        assert_eq!(streamed.refused.is_some(), expected, "FERRITE_SEED={seed}: {pieces:?}");
        if expected {
            found += 1;
            assert!(text.starts_with(&streamed.text()), "FERRITE_SEED={seed}: {pieces:?} became {streamed:?}");
        } else {
            clean += 1;
            assert_eq!(streamed.text(), text, "FERRITE_SEED={seed}: {pieces:?}");
        }
    }
    assert!(found > 200 && clean > 200, "both happen: {found} found, {clean} clean");
}

#[test]
fn what_is_held_back_stays_within_the_limit() {
    let phrase = "ab ".repeat(42);
    let letters = phrase.trim().replace(' ', &"🙂".repeat(8)).replace('a', &format!("a{}", "\u{200b}".repeat(16)));
    for text in [letters, "ab                    ".repeat(4_000), "\u{200b}".repeat(9_000), "a\u{ad}".repeat(9_000)] {
        let pieces = cut(&text, &mut Random(3), 50);
        played(&[&phrase], &pieces);
    }
}

#[test]
fn a_stream_waits_only_where_a_phrase_may_begin() {
    let pieces = ["I sell ", "weap", "ing willows, and weapon", "s"].map(str::to_owned);
    assert_eq!(played(&["weapon"], &pieces).sent, ["I sell ", "", "weaping willows, and ", "weapons", ""]);
}

fn chat(messages: &[(&str, &str)]) -> String {
    let messages: Vec<_> = messages.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
    json!({"model": "m", "messages": messages}).to_string()
}

#[test]
fn requests_are_refused_for_what_is_denied_or_for_want_of_what_is_allowed() {
    let configuration =
        json!({"deny": ["weapon*"], "allow": ["order", "refund*"], "message": "Orders only.", "status": 422});
    let refused = Verdict::Refuse { status: 422, message: "Orders only.".to_owned() };
    let cases = [
        (chat(&[("user", "Where is my order?")]), Verdict::Continue),
        (chat(&[("user", "I want refunds"), ("assistant", "Why?"), ("user", "Because.")]), Verdict::Continue),
        (chat(&[("system", "No weapons."), ("user", "my order")]), Verdict::Continue),
        (chat(&[("system", "About orders and refunds."), ("user", "Hello")]), refused.clone()),
        (chat(&[("user", "Hello"), ("assistant", "An order?")]), refused.clone()),
        (chat(&[("user", "I order weapons")]), refused.clone()),
        (chat(&[("user", "my order"), ("tool", "a weapon")]), refused.clone()),
    ];
    for (request, expected) in cases {
        assert_eq!(within(&configuration, |policy| policy.on_request(&request)), Ok(expected), "{request}");
    }
}

#[test]
fn answers_are_refused_for_what_is_denied_only() {
    let configuration = json!({"deny": ["weapon"], "allow": ["order"]});
    let answer = |text: &str| json!({"choices": [{"message": {"role": "assistant", "content": text}}]}).to_string();
    let on_response = |text: &str| within(&configuration, |policy| policy.on_response(&answer(text)));
    assert_eq!(on_response("Hello"), Ok(Verdict::Continue));
    let message = "This is not talked about here.".to_owned();
    assert_eq!(on_response("A weapon"), Ok(Verdict::Refuse { status: 403, message }));
}

#[test]
fn a_wrong_configuration_says_what_is_expected() {
    let long = "x".repeat(129);
    let cases = [
        (json!("deny"), "an object is expected".to_owned()),
        (json!({"denied": []}), "`denied`: expected are deny, allow, message and status".to_owned()),
        (json!({"deny": "x"}), "`deny`: a list of phrases is expected".to_owned()),
        (json!({"allow": ["x", 1]}), "`allow[1]`: a text is expected".to_owned()),
        (json!({"deny": ["!?"]}), "`deny[0]`: `!?` has no word".to_owned()),
        (json!({"deny": [long]}), format!("`deny[0]`: `{long}` is longer than 128 bytes")),
        (json!({"deny": vec!["x"; 10_001]}), "`deny`: 10001 phrases, at most 10000 are expected".to_owned()),
        (json!({"status": 500}), "`status`: a number from 400 to 499 is expected".to_owned()),
        (json!({"message": 1}), "`message`: a text is expected".to_owned()),
    ];
    for (configuration, expected) in cases {
        let error = within(&configuration, |policy| policy.on_request("{}")).expect_err("it is wrong");
        assert_eq!(error.line(), format!("ERR the store's `gateway:policy:topics`: {expected}"));
    }
    let error = Sandbox::new().within(|| Topics::default().on_request("{}")).expect_err("there is none");
    assert!(error.line().ends_with("it is missing, JSON is expected"), "{error}");
}
