//! The encoder against a plain one that shares nothing with it, on a tiny model of random weights.

mod files;
mod synthetic;

use ferrite_embedder::{Error, Model, Quantisation};
use synthetic::{embedding, states, tensors, unit};

fn model(quantisation: Quantisation) -> Model {
    Model::load(&mut synthetic::files(), quantisation).expect("the model is right")
}

fn texts() -> Vec<String> {
    // 2 to 38 tokens with the first and the last, so that blocks of any height come about.
    (0..38)
        .map(|count| {
            ["one", "twos", ",", "three", "four", "."].iter().cycle().take(count).copied().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn apart(numbers: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(numbers.len(), expected.len());
    numbers.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max)
}

#[test]
fn embeddings_are_those_of_the_formulas() {
    let mut model = model(Quantisation::F32);
    for text in texts() {
        let tokens = model.tokens(&text);
        let [found] = model.embed(&[&text]).expect("a text").try_into().expect("one");
        let apart = apart(&found, &embedding(&tensors(), &tokens));
        assert!(apart < 1e-5, "{} tokens: {apart}", tokens.len());
    }
}

#[test]
fn texts_that_go_together_are_embedded_as_each_alone() {
    for quantisation in [Quantisation::F32, Quantisation::Int8] {
        let mut model = model(quantisation);
        let texts = texts();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let together = model.embed(&texts).expect("texts");
        assert_eq!(together.len(), texts.len());
        for (text, together) in texts.iter().zip(together) {
            assert_eq!(model.embed(&[text]).expect("a text"), [together], "{quantisation:?} {text}");
        }
        assert_eq!(model.embed(&[]).expect("none"), Vec::<Vec<f32>>::new());
    }
}

#[test]
fn weights_of_8_bits_leave_the_direction_nearly_as_it_is() {
    let mut model = model(Quantisation::Int8);
    assert_eq!(model.quantisation(), Quantisation::Int8);
    for text in texts() {
        let tokens = model.tokens(&text);
        let [found] = model.embed(&[&text]).expect("a text").try_into().expect("one");
        let expected = embedding(&tensors(), &tokens);
        let cosine: f64 = found.iter().zip(expected).map(|(a, b)| f64::from(*a) * b).sum();
        assert!(cosine > 0.999, "{} tokens: {cosine}", tokens.len());
    }
}

#[test]
fn the_first_state_is_taken_where_the_model_says_so() {
    let mut files = synthetic::files().with("1_Pooling/config.json", r#"{"pooling_mode_cls_token": true}"#);
    let mut model = Model::load(&mut files, Quantisation::F32).expect("the model is right");
    let tokens = model.tokens("two fours");
    let [found] = model.embed(&["two fours"]).expect("a text").try_into().expect("one");
    assert!(apart(&found, &unit(&states(&tensors(), &tokens)[0])) < 1e-5);
}

#[test]
fn a_text_is_read_up_to_the_limit_of_the_model() {
    let mut files = synthetic::files().with("sentence_bert_config.json", r#"{"max_seq_length": 5}"#);
    let mut model = Model::load(&mut files, Quantisation::F32).expect("the model is right");
    assert_eq!((model.name(), model.dimensions(), model.max_tokens()), ("synthetic", 16, 5));
    assert_eq!(model.tokens("one twos three four"), [2, 5, 6, 8, 3]);
    assert_eq!(model.tokens("one"), [2, 5, 3]);
    let long = model.embed(&["one twos three four"]).expect("a text");
    assert_eq!(model.embed(&["one twos"]).expect("a text"), long);
}

#[test]
fn a_name_before_those_of_all_tensors_is_no_matter() {
    let named = tensors().into_iter().map(|(name, shape, numbers)| (format!("bert.{name}"), shape, numbers));
    let bytes = files::safetensors(&named.collect::<Vec<_>>());
    let mut prefixed =
        Model::load(&mut synthetic::files().with("model.safetensors", bytes), Quantisation::F32).expect("it is right");
    assert_eq!(prefixed.embed(&["one"]), model(Quantisation::F32).embed(&["one"]));
}

#[test]
fn too_many_texts_and_too_long_ones_are_refused() {
    let mut model = model(Quantisation::Int8);
    assert!(model.embed(&["one"; 64]).is_ok());
    let what = "texts in a call";
    assert_eq!(model.embed(&["one"; 65]), Err(Error::LimitExceeded { what, allowed: 64, requested: 65 }));
    let long = " ".repeat(1 << 19);
    assert!(model.embed(&[&long, &long]).is_ok());
    let what = "bytes of text in a call";
    let refused = Error::LimitExceeded { what, allowed: 1 << 20, requested: (1 << 20) + 1 };
    assert_eq!(model.embed(&[&long, &long, "a"]), Err(refused));
}

#[test]
fn weights_that_are_too_great_or_zero_are_an_error_and_not_a_vector() {
    for factor in [1e30, 0.0] {
        let mut tensors = tensors();
        tensors.iter_mut().for_each(|(_, _, numbers)| numbers.iter_mut().for_each(|number| *number *= factor));
        let mut files = synthetic::files().with("model.safetensors", files::safetensors(&tensors));
        for quantisation in [Quantisation::F32, Quantisation::Int8] {
            let mut model = Model::load(&mut files, quantisation).expect("the file is right");
            assert_eq!(model.embed(&["one"]), Err(Error::NotFinite), "{quantisation:?} {factor}");
        }
    }
}
