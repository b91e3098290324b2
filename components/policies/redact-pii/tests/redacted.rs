//! What is found in texts, what is left alone, and that a stream's pieces make no difference.

use ferrite_udf::policy::{Policy, Verdict};
use ferrite_udf::testing::stream;
use redact_pii::{RedactPii, scan};

/// A text, and what comes out.
const FOUND: &[(&str, &str)] = &[
    ("Write to bob@example.com.", "Write to [EMAIL]."),
    ("a.b+c_d@mail.example.co.uk, then", "[EMAIL], then"),
    ("<jürgen@müller.de>", "<[EMAIL]>"),
    ("Contact...bob@example.com", "Contact...[EMAIL]"),
    ("联系bob@example.com吧", "联系[EMAIL]吧"),
    (r#"{"to":"x\nbob@example.com\t10.0.0.1"}"#, r#"{"to":"x\n[EMAIL]\t[IP]"}"#),
    ("postgres://u:pa55@db.example.com/x", "postgres://u:[EMAIL]/x"),
    ("Call +49 30 1234567!", "Call [PHONE]!"),
    ("+1 (415) 555-2671", "[PHONE]"),
    ("tel:+4915112345678;", "tel:[PHONE];"),
    ("0049 (0) 30 1234567", "[PHONE]"),
    ("Tel.030/1234567", "Tel.[PHONE]"),
    ("01 23 45 67 89 is in Paris", "[PHONE] is in Paris"),
    ("01.23.45.67.89", "[PHONE]"),
    ("020 7946 0958", "[PHONE]"),
    ("(415) 555-2671", "[PHONE]"),
    ("415-555-2671 or 1.800.555.0199", "[PHONE] or [PHONE]"),
    ("4111 1111 1111 1111", "[CARD]"),
    ("card:5500-0000-0000-0004,", "card:[CARD],"),
    ("378282246310005", "[CARD]"),
    ("4111 1111 1111 1111 12/26", "[CARD] 12/26"),
    ("DE89 3704 0044 0532 0130 00", "[IBAN]"),
    ("gb29nwbk60161331926819.", "[IBAN]."),
    ("10.20.30.40:8080", "[IP]:8080"),
    ("http://192.168.001.254/x", "http://[IP]/x"),
    ("at 2001:db8::1.", "at [IP]."),
    ("[fe80::1%eth0]", "[[IP]%eth0]"),
    ("::ffff:10.0.0.1", "[IP]"),
    ("1:2:3:4:5:6:7:8", "[IP]"),
    ("SSN 123-45-6789", "SSN [SSN]"),
    ("key sk-proj-abcdefGHIJKL0123456789_x end", "key [SECRET] end"),
    ("AKIAIOSFODNN7EXAMPLE", "[SECRET]"),
    ("token=ghp_0123456789abcdefghijABCDEFGHIJ012345", "token=[SECRET]"),
    ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9Pl", "Bearer [SECRET]"),
    ("xoxb-123456789012-abcdefABCDEF", "[SECRET]"),
];

/// Texts in which there is nothing.
const CLEAN: &[&str] = &[
    "",
    "Hello, how are you?",
    "bob@localhost and @handle, a@b",
    "std::vec::Vec, a::b, Dad::Face, ::",
    "It is 12:30:45 on 2024-01-02, or 01-02-2024 10:30, or 01.02.2024",
    "version 1.2.3, v1.2.3.4, 1.2.3.4.5, 256.1.1.1",
    "pi is 3.14159265358979, 0.123456789",
    "order 1700000000000, 4155552671, 1234567890123456",
    "550e8400-e29b-41d4-a716-446655440000",
    "00:1a:2b:3c:4d:5e",
    "4111 1111 1111 1112",
    "DE00370400440532013000",
    "000-12-3456, 666-12-3456, 123-00-4567, 123-45-67890",
    "sk-learn, task-12345678901234567890, AKIA, ghp_short, eyJust.a.word",
    "#1234 costs $1,234,567.89 (2024)",
    "日本語のテキスト、数字は１２３",
];

fn whole(text: &str) -> String {
    let scanned = scan("", text, true);
    assert_eq!(scanned.rest, "", "at the end nothing is held back: {text}");
    scanned.text
}

#[test]
fn personal_data_and_secrets_are_replaced() {
    for (text, expected) in FOUND {
        assert_eq!(whole(text), *expected, "{text}");
    }
}

/// The examples of the registry of ISO 13616, and networks' test numbers.
#[test]
fn accounts_and_cards_of_many_issuers_are_found() {
    let ibans = [
        "NO9386011117947",
        "BE68539007547034",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "CR05015202001026284066",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "PL61109010140000071219812874",
        "BR1800360305000010009795493C1",
        "MT84MALT011000012345MTLCAST001S",
    ];
    let cards = [
        "4222222222222",
        "5105105105105100",
        "2223003122003222",
        "371449635398431",
        "30569309025904",
        "6011111111111117",
        "3530111333300000",
        "6304000000000000",
        "6200000000000005",
    ];
    for (label, numbers) in [("[IBAN]", &ibans[..]), ("[CARD]", &cards[..])] {
        for number in numbers {
            let grouped: Vec<_> = number.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
            for text in [(*number).to_owned(), grouped.join(" "), grouped.join("-")] {
                assert_eq!(whole(&text), label, "{text}");
            }
            let last = if number.ends_with('1') { "2" } else { "1" };
            let wrong = format!("{}{last}", &number[..number.len() - 1]);
            assert_eq!(whole(&wrong), wrong, "its check digits are wrong");
        }
    }
}

#[test]
fn other_texts_stay_as_they_are() {
    for text in CLEAN {
        assert_eq!(whole(text), *text);
    }
}

#[test]
fn a_labelled_text_has_nothing_to_find() {
    for (_, labelled) in FOUND {
        assert_eq!(whole(labelled), *labelled);
    }
}

/// SplitMix64, so that a failure can be repeated.
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
    let mut left = random.below(longest);
    for character in text.chars() {
        if left == 0 {
            pieces.push(String::new());
            left = random.below(longest) + 1;
        }
        left -= 1;
        if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    pieces
}

fn assert_pieces_make_no_difference(text: &str, pieces: &[String], seed: u64) {
    let streamed = stream(&RedactPii, pieces).expect("it keeps no more than it may");
    assert_eq!(streamed.text(), whole(text), "FERRITE_SEED={seed}: {pieces:?}");
}

fn seed() -> u64 {
    std::env::var("FERRITE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0x5eed)
}

#[test]
fn a_stream_of_single_characters_is_redacted_like_the_whole() {
    for text in FOUND.iter().map(|(text, _)| *text).chain(CLEAN.iter().copied()) {
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        assert_pieces_make_no_difference(text, &pieces, 0);
    }
}

#[test]
fn however_texts_are_joined_and_cut_the_stream_is_redacted_like_the_whole() {
    const BETWEEN: [&str; 12] = ["", " ", ", ", ".", ":", "-", "/", "\n", "(", "+", "\\n", "\\"];
    for seed in seed()..seed() + 1_500 {
        let mut random = Random(seed);
        let mut text = String::new();
        for _ in 0..random.below(6) + 1 {
            let of_found = random.below(3) > 0;
            text += if of_found { FOUND[random.below(FOUND.len())].0 } else { CLEAN[random.below(CLEAN.len())] };
            text += BETWEEN[random.below(BETWEEN.len())];
        }
        let longest = [2, 5, 12, 40][random.below(4)];
        assert_pieces_make_no_difference(&text, &cut(&text, &mut random, longest), seed);
    }
}

#[test]
fn texts_of_the_signs_that_matter_are_redacted_alike_in_pieces() {
    const SIGNS: &[u8] = b"0123456789012345678911..::--  //()+@@aAbfDE_eyJsk%\n\\\\nn";
    for seed in seed()..seed() + 3_000 {
        let mut random = Random(seed);
        let length = random.below(120);
        let text: String = (0..length).map(|_| char::from(SIGNS[random.below(SIGNS.len())])).collect();
        assert_pieces_make_no_difference(&text, &cut(&text, &mut random, 9), seed);
    }
}

#[test]
fn a_secret_without_an_end_is_left_out_to_its_end() {
    let body = "a1".repeat(30_000);
    for text in [format!("sk-{body} end"), format!("eyJ{0}.eyJ{body}.{body} end", "a".repeat(30))] {
        assert_eq!(whole(&text), "[SECRET…] end");
        assert_pieces_make_no_difference(&text, &cut(&text, &mut Random(7), 900), 7);
    }
}

#[test]
fn long_runs_of_anything_are_kept_back_within_the_limit() {
    for piece in ["a", "1", "a.", "1 ", "a:", "-", "+1", "eyJ", "1.", "é", "a@", "a@b.", "DE89 "] {
        let text = piece.repeat(20_000 / piece.len());
        let streamed = stream(&RedactPii, &cut(&text, &mut Random(1), 900)).expect("it keeps no more than it may");
        assert_eq!(streamed.text(), whole(&text), "{piece}");
    }
}

#[test]
fn a_stream_waits_for_no_more_than_a_word() {
    let streamed = stream(&RedactPii, &["Hello", " wor", "ld, ", "all", " is well."]).expect("it passes");
    assert_eq!(streamed.sent, ["", "Hello ", "world, ", "", "all is ", "well."]);
}

fn replaced(verdict: ferrite_udf::Result<Verdict>) -> serde_json::Value {
    match verdict {
        Ok(Verdict::Replace(text)) => serde_json::from_str(&text).expect("a body is JSON"),
        other => panic!("a replacement is expected, got {other:?}"),
    }
}

#[test]
fn requests_lose_their_texts_data_and_keep_identifiers() {
    let request = serde_json::json!({
        "model": "m@example.com",
        "user": "bob@example.com",
        "messages": [
            {"role": "system", "name": "bob@example.com", "content": "You help bob@example.com."},
            {"role": "user", "content": [{"type": "text", "text": "I am at 10.0.0.1"},
                {"type": "image_url", "image_url": {"url": "https://10.0.0.1/x.png"}}]},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "sk-1234567890123456789a", "type": "function",
                "function": {"name": "mail", "arguments": "{\"bob@example.com\":\"to bob@example.com\",\"n\":1.50}"}}]},
            {"role": "tool", "tool_call_id": "sk-1234567890123456789a", "content": "{\"ssn\":\"123-45-6789\"}"},
        ],
        "tools": [{"type": "function", "function": {"name": "mail", "description": "as bob@example.com"}}],
    });
    let mut expected = request.clone();
    expected["messages"][0]["content"] = "You help [EMAIL].".into();
    expected["messages"][1]["content"][0]["text"] = "I am at [IP]".into();
    expected["messages"][2]["tool_calls"][0]["function"]["arguments"] =
        "{\"bob@example.com\":\"to [EMAIL]\",\"n\":1.5}".into();
    expected["messages"][3]["content"] = "{\"ssn\":\"[SSN]\"}".into();
    assert_eq!(replaced(RedactPii.on_request(&request.to_string())), expected);
}

#[test]
fn answers_of_every_api_are_redacted() {
    let cases = [
        (
            r#"{"id":"a","choices":[{"index":0,"message":{"role":"assistant","content":"bob@example.com"},"logprobs":{}}]}"#,
            r#"{"id":"a","choices":[{"index":0,"message":{"role":"assistant","content":"[EMAIL]"},"logprobs":null}]}"#,
        ),
        (r#"{"choices":[{"text":"10.0.0.1"}]}"#, r#"{"choices":[{"text":"[IP]"}]}"#),
        (
            r#"{"content":[{"type":"thinking","thinking":"10.0.0.1"},{"type":"tool_use","input":{"a":"10.0.0.1"}}]}"#,
            r#"{"content":[{"type":"thinking","thinking":"[IP]"},{"type":"tool_use","input":{"a":"10.0.0.1"}}]}"#,
        ),
        (
            r#"{"output":[{"type":"message","content":[{"type":"output_text","text":"at 10.0.0.1"}]}]}"#,
            r#"{"output":[{"type":"message","content":[{"type":"output_text","text":"at [IP]"}]}]}"#,
        ),
    ];
    for (answer, expected) in cases {
        assert_eq!(RedactPii.on_response(answer), Ok(Verdict::Replace(expected.to_owned())));
    }
}

#[test]
fn a_clean_body_passes_untouched_and_one_that_is_no_json_is_an_error() {
    let clean = r#"{ "model" : "m", "messages":[{"role":"user","content":"hello"}], "seed": 1e2 }"#;
    assert_eq!(RedactPii.on_request(clean), Ok(Verdict::Continue));
    assert!(RedactPii.on_request("{").is_err());
}
