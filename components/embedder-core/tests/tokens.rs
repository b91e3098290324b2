//! The tokenizer against `tokenizers`, with a vocabulary that is small enough to be kept.

mod files;

use ferrite_embedder::{Model, Quantisation};
use serde_json::{Value, json};

#[test]
fn tokens_are_those_of_tokenizers() {
    let golden = files::golden("tokens.json");
    let vocabulary = golden["vocabulary"].as_array().expect("a list");
    let lines: Vec<&str> = vocabulary.iter().filter_map(Value::as_str).collect();
    let sentences = r#"{"max_seq_length": 256}"#;
    let model = files::tokens_only(lines.len()).with("sentence_bert_config.json", sentences);
    let mut model = model.with("vocab.txt", lines.join("\n"));
    let model = Model::load(&mut model, Quantisation::Int8).expect("the model is right");
    files::compare_tokens(&model, &golden, "small");
}

fn described(change: impl FnOnce(&mut Value)) -> Value {
    let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "E", "e", "é", "É", "中", "##中", "a", "<x>", "<x>y"];
    let vocabulary: serde_json::Map<_, _> =
        tokens.iter().zip(0..).map(|(text, at)| ((*text).to_owned(), json!(at))).collect();
    let mut file = json!({
        "added_tokens": [{"id": 11, "content": "<x>"}, {"id": 12, "content": "<x>y"}],
        "normalizer": {"type": "BertNormalizer", "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": []},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 4, "vocab": vocabulary
        }
    });
    change(&mut file);
    file
}

fn load(file: &Value) -> Result<Model, ferrite_embedder::Error> {
    Model::load(&mut files::tokens_only(13).with("tokenizer.json", file.to_string()), Quantisation::Int8)
}

/// One change to a `tokenizer.json`, and what becomes of a text.
type Case = (&'static str, fn(&mut Value), &'static [u32]);

#[test]
fn what_tokenizer_json_says_is_done() {
    let cases: &[Case] = &[
        ("É e\u{301} E", |_| {}, &[5, 5, 5]),
        ("É e\u{301} E", |file| file["normalizer"]["strip_accents"] = json!(false), &[6, 1, 5]),
        ("É e\u{301} E", |file| file["normalizer"]["lowercase"] = json!(false), &[7, 1, 4]),
        (
            "É e\u{301} E",
            |file| file["normalizer"] = json!({"type": "BertNormalizer", "lowercase": false, "strip_accents": true}),
            &[4, 5, 4],
        ),
        ("中中", |_| {}, &[8, 8]),
        ("中中", |file| file["normalizer"]["handle_chinese_chars"] = json!(false), &[8, 9]),
        ("a\u{7}", |_| {}, &[10]),
        ("a\u{7}", |file| file["normalizer"]["clean_text"] = json!(false), &[1]),
        ("aaaa aaaaa", |_| {}, &[1, 1]),
        ("a中中中 a中中中中", |file| file["normalizer"]["handle_chinese_chars"] = json!(false), &[10, 9, 9, 9, 1]),
        ("a<x>a<x>yy<", |_| {}, &[10, 11, 10, 12, 1, 1]),
        ("a<x>a", |file| file["added_tokens"] = json!([]), &[10, 1, 1, 1, 10]),
    ];
    for (text, change, expected) in cases {
        let file = described(*change);
        let model = load(&file).expect("the file is right");
        let tokens = model.tokens(text);
        assert_eq!(tokens, [&[2], *expected, &[3]].concat(), "{text:?} by {file}");
    }
}

#[test]
fn what_is_not_done_is_refused_with_its_name() {
    type Refused = (&'static str, fn(&mut Value));
    let cases: &[Refused] = &[
        ("`model.type` is BPE; expected WordPiece", |file| file["model"]["type"] = json!("BPE")),
        ("`normalizer.type` is NFC; expected BertNormalizer", |file| file["normalizer"]["type"] = json!("NFC")),
        ("there is no `normalizer`", |file| file["normalizer"] = Value::Null),
        ("`pre_tokenizer.type` is not there; expected BertPreTokenizer", |file| file["pre_tokenizer"] = Value::Null),
        ("`post_processor.type` is ByteLevel", |file| file["post_processor"]["type"] = json!("ByteLevel")),
        ("`model.continuing_subword_prefix` is @", |file| file["model"]["continuing_subword_prefix"] = json!("@")),
        ("the added token `<x>` is found in other ways", |file| file["added_tokens"][0]["lstrip"] = json!(true)),
        ("there is no token `[UNK]`", |file| file["model"]["vocab"] = json!({"[CLS]": 1, "[SEP]": 2})),
        ("there is no token `[CLS]`", |file| file["model"]["vocab"] = json!({"[UNK]": 1})),
        ("the token `e` has the number 13, and the model has 13 tokens", |file| {
            file["model"]["vocab"]["e"] = json!(13);
        }),
        ("the token `<x>` has the number 99", |file| file["added_tokens"][0]["id"] = json!(99)),
        ("too many characters of a word: 5000", |file| file["model"]["max_input_chars_per_word"] = json!(5000)),
        ("too many added tokens: 65", |file| {
            file["added_tokens"] = json!(vec![json!({"id": 1, "content": "z"}); 65]);
        }),
        ("too many bytes of a token: 1025", |file| file["model"]["vocab"]["z".repeat(1025)] = json!(0)),
        ("invalid type", |file| file["model"]["vocab"] = json!([1])),
        ("invalid value", |file| file["model"]["vocab"]["e"] = json!(-1)),
        ("missing field `model`", |file| *file = json!({})),
    ];
    for (expected, change) in cases {
        let file = described(*change);
        let error = load(&file).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(expected), "{error:?} instead of {expected:?}");
    }
}

#[test]
fn a_vocabulary_must_be_there_and_be_text() {
    let error = |files: files::Memory| {
        Model::load(&mut files.clone(), Quantisation::Int8).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(error(files::tokens_only(5)), "tokenizer.json or vocab.txt is not there");
    assert!(error(files::tokens_only(5).with("vocab.txt", [0xff])).starts_with("vocab.txt: invalid utf-8"));
    assert!(error(files::tokens_only(5).with("tokenizer.json", "{")).starts_with("tokenizer.json: EOF"));
    let long = files::tokens_only(5).with("vocab.txt", vec![b'a'; (16 << 20) + 1]);
    assert_eq!(error(long), "too many bytes of a vocabulary's file: 16777217, and 16777216 are allowed");
    let many = files::tokens_only(5).with("vocab.txt", vec![b'\n'; (1 << 18) + 1]);
    assert_eq!(error(many), "too many tokens of a vocabulary: 262145, and 262144 are allowed");
}
