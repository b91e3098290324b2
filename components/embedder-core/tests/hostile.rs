//! Files of a model that are damaged, or made to do harm: each has its error, and nothing is believed.

mod files;
mod synthetic;

use ferrite_embedder::{Error, Model, Quantisation, Source, SourceError};
use files::{Memory, safetensors, with_header};
use serde_json::{Value, json};

fn failure(mut files: Memory) -> String {
    let errors = [Quantisation::F32, Quantisation::Int8]
        .map(|quantisation| Model::load(&mut files, quantisation).err().map(|error| error.to_string()));
    let [Some(a), Some(b)] = errors else { return "no error".to_owned() };
    assert_eq!(a, b);
    a
}

/// A file whose header was changed; the data stay.
fn with_changed_header(change: impl FnOnce(&mut Value)) -> Memory {
    let bytes = safetensors(&synthetic::tensors());
    let length = u64::from_le_bytes(*bytes.first_chunk().expect("there is a header")) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..8 + length]).expect("it is JSON");
    change(&mut header);
    synthetic::files().with("model.safetensors", with_header(&header.to_string(), &bytes[8 + length..]))
}

const WORDS: &str = "embeddings.word_embeddings.weight";

#[test]
fn each_damage_of_a_header_has_its_error() {
    type Case = (&'static str, fn(&mut Value));
    let cases: &[Case] = &[
        (
            "the tensor `embeddings.word_embeddings.weight` of F32 with the shape [12, 16] does not fit into the bytes 0 to 764",
            |header| header[WORDS]["data_offsets"] = json!([0, 764]),
        ),
        ("does not fit into the bytes 768 to 0", |header| header[WORDS]["data_offsets"] = json!([768, 0])),
        ("of F32 with the shape [4294967296, 4294967296] does not fit", |header| {
            header[WORDS]["shape"] = json!([4_294_967_296_u64, 4_294_967_296_u64])
        }),
        ("of F32 with the shape [18446744073709551615] does not fit", |header| {
            header[WORDS]["shape"] = json!([u64::MAX])
        }),
        ("invalid value: integer `-1`", |header| header[WORDS]["shape"] = json!([-1, 16])),
        ("too many dimensions of a tensor: 9", |header| header[WORDS]["shape"] = json!([1, 1, 1, 1, 1, 1, 1, 12, 16])),
        ("begins at 767 and overlaps the one before, which ends at 768", |header| {
            header["x"] = json!({"dtype": "U8", "shape": [1], "data_offsets": [767, 768]});
        }),
        ("begins at 0 and overlaps the one before, which ends at 64", |header| {
            header["x"] = json!({"dtype": "U8", "shape": [64], "data_offsets": [0, 64]});
        }),
        ("leaves a hole before it, which ends at 0", |header| {
            header.as_object_mut().expect("an object").remove(WORDS);
        }),
        ("begins at 18446744073709551614 and leaves a hole before it", |header| {
            header["x"] = json!({"dtype": "U8", "shape": [1], "data_offsets": [u64::MAX - 1, u64::MAX]});
        }),
        ("the tensor `x` is of `F31`, which is no type", |header| {
            header["x"] = json!({"dtype": "F31", "shape": [0], "data_offsets": [0, 0]});
        }),
        ("the tensor `embeddings.word_embeddings.weight` is of I32; expected F32, F16 or BF16", |header| {
            header[WORDS]["dtype"] = json!("I32")
        }),
        ("has the shape [16, 12]; expected [12, 16]", |header| header[WORDS]["shape"] = json!([16, 12])),
        ("has the shape [192]; expected [12, 16]", |header| header[WORDS]["shape"] = json!([192])),
        ("there is no tensor `encoder.layer.1.output.LayerNorm.bias`", |header| {
            let header = header.as_object_mut().expect("an object");
            let tensor = header.remove("encoder.layer.1.output.LayerNorm.bias").expect("it is there");
            header.insert("other".to_owned(), tensor);
        }),
        ("missing field `dtype`", |header| header[WORDS] = json!({"shape": [0], "data_offsets": [0, 0]})),
        ("invalid length 1", |header| header[WORDS]["data_offsets"] = json!([0])),
        ("expected an object of tensors", |header| *header = json!([1, 2])),
        ("more than 4096 tensors", |header| {
            for at in 0..4096 {
                header[at.to_string()] = json!({"dtype": "U8", "shape": [0], "data_offsets": [0, 0]});
            }
        }),
    ];
    for (expected, change) in cases {
        let error = failure(with_changed_header(change));
        assert!(error.contains(expected), "{error}\ninstead of\n{expected}");
    }
}

#[test]
fn a_tensor_twice_is_refused() {
    let header =
        r#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#;
    let files = synthetic::files().with("model.safetensors", with_header(header, &[0, 0]));
    assert_eq!(failure(files), "model.safetensors: the tensor `a` is there twice");
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let whole = safetensors(&synthetic::tensors());
    assert!(Model::load(&mut synthetic::files(), Quantisation::F32).is_ok());
    let header = 8 + u64::from_le_bytes(*whole.first_chunk().expect("there is a header")) as usize;
    for length in [0, 7, 8, 9, 100, header - 1, header, header + 1, whole.len() - 4, whole.len() - 1] {
        let error = failure(synthetic::files().with("model.safetensors", &whole[..length]));
        assert!(error.starts_with("model.safetensors: "), "cut at {length}: {error}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    let error = failure(synthetic::files().with("model.safetensors", longer));
    assert!(error.starts_with("model.safetensors: the tensors have"), "{error}");
}

#[test]
fn the_length_of_the_header_is_not_believed() {
    for (length, expected) in [
        (u64::MAX, "too many bytes in the header of model.safetensors: 18446744073709551615, and 1048576 are allowed"),
        ((1 << 20) + 1, "too many bytes in the header of model.safetensors: 1048577, and 1048576 are allowed"),
        (1 << 20, "model.safetensors: the header should end at 1048584, and the file ends at 10"),
        (0, "model.safetensors: the header is not what it should be: EOF while parsing a value at line 1 column 0"),
        (2, "model.safetensors: there is no tensor `embeddings.word_embeddings.weight`"),
    ] {
        let bytes = [&u64::to_le_bytes(length), b"{}".as_slice()].concat();
        let bytes = if length == 0 { bytes[..8].to_vec() } else { bytes };
        assert_eq!(failure(synthetic::files().with("model.safetensors", bytes)), expected);
    }
}

#[test]
fn deep_json_does_not_overflow_the_stack() {
    let deep = "[".repeat(500_000);
    for (name, json) in [
        ("model.safetensors", with_header(&format!(r#"{{"__metadata__":{deep}"#), &[])),
        ("tokenizer.json", format!(r#"{{"x":{deep}"#).into_bytes()),
        ("config.json", format!(r#"{{"x":{}"#, &deep[..100_000]).into_bytes()),
    ] {
        let error = failure(synthetic::files().with(name, json));
        assert!(error.starts_with(name), "{error}");
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for tensor in [0, 3, 5, 6] {
            let mut tensors = synthetic::tensors();
            let (name, shape, numbers) = &mut tensors[tensor];
            *numbers.last_mut().expect("none is empty") = number;
            let row = if shape.len() == 1 { 0 } else { shape[0] - 1 };
            let expected =
                format!("model.safetensors: the tensor `{name}` has a number that is infinite or NaN in row {row}");
            assert_eq!(failure(synthetic::files().with("model.safetensors", safetensors(&tensors))), expected);
        }
    }
}

#[test]
fn weights_of_16_bits_are_read() {
    let tensors: Vec<_> = synthetic::tensors()
        .into_iter()
        .map(|(name, shape, numbers)| {
            // What both types of 16 bits can hold: eight bits of mantissa.
            let numbers = numbers.into_iter().map(|number| f32::from_bits(number.to_bits() & 0xffff_0000));
            (name, shape, numbers.map(|number| if number.abs() < 1e-4 { 0.0 } else { number }).collect::<Vec<_>>())
        })
        .collect();
    let narrow = |dtype: &str, of: fn(f32) -> u16| {
        let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
        for (name, shape, numbers) in &tensors {
            let begin = data.len();
            data.extend(numbers.iter().flat_map(|number| of(*number).to_le_bytes()));
            let tensor = json!({"dtype": dtype, "shape": shape, "data_offsets": [begin, data.len()]});
            header.insert(name.clone(), tensor);
        }
        with_header(&Value::Object(header).to_string(), &data)
    };
    let embeddings = [
        safetensors(&tensors),
        narrow("BF16", |number| (number.to_bits() >> 16) as u16),
        // The exponent's bias is 112 less.
        narrow("F16", |number| {
            let bits = number.to_bits();
            let magnitude = ((bits & 0x7fff_ffff) >> 13).saturating_sub(112 << 10);
            (magnitude | bits >> 16 & 0x8000) as u16
        }),
    ]
    .map(|bytes| {
        let mut files = synthetic::files().with("model.safetensors", bytes);
        Model::load(&mut files, Quantisation::F32).expect("it is right").embed(&["one two"])
    });
    assert_eq!(embeddings[0], embeddings[1]);
    assert_eq!(embeddings[0], embeddings[2]);
}

#[test]
fn a_configuration_is_held_to_its_limits() {
    let cases: &[(&str, Value, &str)] = &[
        ("hidden_size", json!(2056), "too many numbers of a token's state: 2056, and 2048 are allowed"),
        ("hidden_size", json!(0), "config.json: there must be numbers of a token's state"),
        (
            "hidden_size",
            json!(u64::MAX),
            "too many numbers of a token's state: 18446744073709551615, and 2048 are allowed",
        ),
        ("hidden_size", json!(-1), "config.json: invalid value: integer `-1`, expected u64 at line 1 column"),
        (
            "hidden_size",
            json!(20),
            "config.json: 20 numbers for 2 heads and 24 within a layer: all must be multiples of 8",
        ),
        ("hidden_size", json!(32), "model.safetensors: the tensor `embeddings.word_embeddings.weight` has the shape"),
        ("num_attention_heads", json!(0), "config.json: there must be attention heads"),
        ("num_attention_heads", json!(4), "config.json: 16 numbers for 4 heads"),
        ("num_attention_heads", json!(17), "too many attention heads: 17, and 16 are allowed"),
        ("intermediate_size", json!(8200), "too many numbers within a layer: 8200, and 8192 are allowed"),
        ("intermediate_size", json!(25), "config.json: 16 numbers for 2 heads and 25 within a layer"),
        ("num_hidden_layers", json!(49), "too many layers: 49, and 48 are allowed"),
        (
            "num_hidden_layers",
            json!(3),
            "model.safetensors: there is no tensor `encoder.layer.2.attention.self.query.weight`",
        ),
        ("max_position_embeddings", json!(2049), "too many positions: 2049, and 2048 are allowed"),
        ("max_position_embeddings", json!(2), "config.json: `max_position_embeddings` must be 3 or more"),
        ("vocab_size", json!(1 << 19), "too many tokens of a vocabulary: 524288, and 262144 are allowed"),
        ("vocab_size", json!(11), "vocab.txt: the token `four` has the number 11, and the model has 11 tokens"),
        ("type_vocab_size", json!(17), "too many types of segments: 17, and 16 are allowed"),
        ("layer_norm_eps", json!(-1), "config.json: `layer_norm_eps` must be from 0 to 1"),
        ("model_type", json!("roberta"), "config.json: `model_type` is `roberta`; expected `bert`"),
        ("hidden_act", json!("relu"), "config.json: `hidden_act` is `relu`; expected `gelu`"),
        ("position_embedding_type", json!("relative_key"), "config.json: `position_embedding_type` is `relative_key`"),
    ];
    for (key, value, expected) in cases {
        let mut config: Value = serde_json::from_str(&synthetic::config()).expect("it is JSON");
        config[key] = value.clone();
        let error = failure(synthetic::files().with("config.json", config.to_string()));
        assert!(error.starts_with(expected), "{key}: {error}");
    }
    for (file, text, expected) in [
        ("config.json", "{}", "config.json: missing field `vocab_size`"),
        ("config.json", "", "config.json: EOF"),
        (
            "sentence_bert_config.json",
            r#"{"max_seq_length": 2}"#,
            "sentence_bert_config.json: `max_seq_length` must be 3",
        ),
        ("sentence_bert_config.json", "[", "sentence_bert_config.json: EOF"),
        ("1_Pooling/config.json", "{}", "1_Pooling/config.json: expected either `pooling_mode_mean_tokens` or"),
        ("1_Pooling/config.json", r#"{"pooling_mode_max_tokens": true}"#, "1_Pooling/config.json: expected either"),
    ] {
        let error = failure(synthetic::files().with(file, text));
        assert!(error.starts_with(expected), "{error}");
    }
    let long = synthetic::files().with("config.json", vec![b' '; (256 << 10) + 1]);
    assert_eq!(failure(long), "too many bytes of a configuration file: 262145, and 262144 are allowed");
}

#[test]
fn weights_that_would_not_fit_are_refused_before_they_are_read() {
    let mut config: Value = serde_json::from_str(&synthetic::config()).expect("it is JSON");
    for (key, value) in [("hidden_size", 2048), ("vocab_size", 1 << 18), ("num_hidden_layers", 48)] {
        config[key] = json!(value);
    }
    let mut files = synthetic::files().with("config.json", config.to_string());
    for quantisation in [Quantisation::F32, Quantisation::Int8] {
        let what = "bytes of weights";
        let error = Model::load(&mut files, quantisation).err();
        assert!(matches!(error, Some(Error::LimitExceeded { what: found, .. }) if found == what), "{error:?}");
    }
}

#[test]
fn a_missing_file_is_named() {
    for name in ["config.json", "model.safetensors"] {
        let mut files = synthetic::files();
        files.0.remove(name);
        assert_eq!(Model::load(&mut files, Quantisation::Int8).err(), Some(Error::Missing(name.to_owned())));
    }
}

/// A host that answers with more or fewer bytes than it was asked for, or with an error, from some question on.
struct Liar {
    files: Memory,
    questions: usize,
    answer: Answer,
}

type Answer = fn(Vec<u8>) -> Result<Vec<u8>, SourceError>;

impl Source for Liar {
    fn size(&mut self, file: &str) -> Result<u64, SourceError> {
        self.files.size(file)
    }

    fn read(&mut self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, SourceError> {
        let bytes = self.files.read(file, offset, length)?;
        match self.questions.checked_sub(1) {
            Some(left) => self.questions = left,
            None => return (self.answer)(bytes),
        }
        Ok(bytes)
    }
}

#[test]
fn a_host_that_answers_wrong_is_an_error_whenever_it_begins() {
    let answers: [Answer; 4] = [
        |mut bytes| {
            bytes.pop();
            Ok(bytes)
        },
        |bytes| Ok([bytes.as_slice(), &[0]].concat()),
        |_| Ok(Vec::new()),
        |_| Err(SourceError::Failed("the disk is gone".to_owned())),
    ];
    for answer in answers {
        let mut questions = 0;
        loop {
            let mut liar = Liar { files: synthetic::files(), questions, answer };
            match Model::load(&mut liar, Quantisation::Int8) {
                Ok(_) => break,
                Err(error) => assert!(matches!(error, Error::Unreadable { .. }), "{error:?} after {questions}"),
            }
            questions += 1;
        }
        assert!(questions > 30, "{questions}");
    }
}

#[test]
fn damaged_bytes_are_an_error_or_other_numbers_and_never_a_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        // Xorshift: https://www.jstatsoft.org/article/view/v008i14
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let whole = synthetic::files().with("tokenizer.json", r###"{"added_tokens":[{"id":3,"content":"[SEP]"}],"normalizer":
        {"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"BertProcessing"},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":9,
        "vocab":{"[UNK]":1,"[CLS]":2,"[SEP]":3,"one":5,"##s":8}}}"###);
    assert!(Model::load(&mut whole.clone(), Quantisation::Int8).is_ok());
    let (mut loaded, mut refused) = (0, 0);
    for round in 0..4000 {
        let mut files = whole.clone();
        let name = ["model.safetensors", "tokenizer.json", "config.json", "model.safetensors"][round % 4];
        let bytes = files.0.get_mut(name).expect("it is there");
        // Of the weights, mostly the header.
        let reach = if round % 8 < 7 { bytes.len().min(2500) } else { bytes.len() };
        for _ in 0..=random(3) {
            let at = random(reach);
            bytes[at] = match random(3) {
                0 => random(256) as u8,
                1 => b"0123456789[]{},:\"-"[random(18)],
                _ => bytes[at] ^ 1 << random(8),
            };
        }
        match Model::load(&mut files, if round % 2 == 0 { Quantisation::F32 } else { Quantisation::Int8 }) {
            Ok(mut model) => {
                loaded += 1;
                // Numbers may be too great now.
                let _ = model.embed(&["one ones [SEP] two"]);
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().len() < 10_000, "{error}");
            }
        }
    }
    assert!(loaded > 100 && refused > 100, "{loaded} and {refused}");
}

#[test]
fn texts_made_to_be_slow_or_long_have_tokens_up_to_the_limit() {
    let mut model = Model::load(&mut synthetic::files(), Quantisation::Int8).expect("it is right");
    for text in [
        "one ".repeat(250_000),
        "ones".repeat(250_000),
        "\u{301}".repeat(500_000),
        "a\u{315}\u{300}".repeat(200_000),
        "[SEP".repeat(250_000),
        "[".repeat(1_000_000),
        "[SEP]".repeat(200_000),
        "\u{fdfa}".repeat(300_000),
        "中".repeat(300_000),
        "\u{1f82}".repeat(300_000),
        " ".repeat(1_000_000),
        "\0".repeat(1_000_000),
    ] {
        let tokens = model.tokens(&text);
        assert!(tokens.len() <= model.max_tokens(), "{} tokens", tokens.len());
        assert_eq!((tokens.first(), tokens.last()), (Some(&2), Some(&3)));
        assert_eq!(model.embed(&[&text]).map(|embeddings| embeddings.len()), Ok(1));
    }
}
