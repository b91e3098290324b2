//! all-MiniLM-L6-v2 itself, against what sentence-transformers makes of the same texts.

mod files;

use ferrite_embedder::{Model, Quantisation};
use serde_json::Value;

fn texts() -> Vec<(String, Vec<f64>)> {
    let golden = files::golden("embeddings.json");
    let rows = golden["texts"].as_array().expect("a list").iter();
    let numbers = |row: &Value| row["embedding"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    rows.map(|row| (row["text"].as_str().expect("a text").to_owned(), numbers(row))).collect()
}

/// The greatest difference of a number, and the least cosine.
fn compare(quantisation: Quantisation, test: &str) -> Option<(f64, f64)> {
    let mut model = Model::load(&mut files::minilm(test)?, quantisation).expect("the model is right");
    assert_eq!((model.dimensions(), model.max_tokens()), (384, 256));
    let texts = texts();
    assert!(texts.len() >= 10);
    let embeddings = model.embed(&texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>()).expect("texts");
    let mut worst = (0.0_f64, 1.0_f64);
    for ((text, expected), found) in texts.iter().zip(embeddings) {
        assert_eq!(expected.len(), found.len(), "{text}");
        let pairs = || found.iter().map(|number| f64::from(*number)).zip(expected);
        worst.0 = pairs().map(|(a, b)| (a - b).abs()).fold(worst.0, f64::max);
        worst.1 = worst.1.min(pairs().map(|(a, b)| a * b).sum());
    }
    eprintln!("{quantisation:?}: differences up to {:.6}, cosines from {:.6}", worst.0, worst.1);
    Some(worst)
}

#[test]
fn embeddings_are_those_of_sentence_transformers() {
    if let Some((apart, _)) = compare(Quantisation::F32, "embeddings_are_those_of_sentence_transformers") {
        assert!(apart < 1e-4, "{apart}");
    }
}

#[test]
fn weights_of_8_bits_leave_the_cosine_nearly_1() {
    if let Some((_, cosine)) = compare(Quantisation::Int8, "weights_of_8_bits_leave_the_cosine_nearly_1") {
        assert!(cosine > 0.995, "{cosine}");
    }
}

#[test]
fn both_files_of_a_vocabulary_give_the_tokens_of_tokenizers() {
    let Some(folder) = files::minilm("both_files_of_a_vocabulary_give_the_tokens_of_tokenizers") else { return };
    let read = |name: &str| std::fs::read(folder.0.join(name)).expect("it is there");
    let golden = files::golden("tokens.json");
    for vocabulary in ["tokenizer.json", "vocab.txt"] {
        let model = files::tokens_only(30_522).with(vocabulary, read(vocabulary));
        let sentences = r#"{"max_seq_length": 256}"#;
        let mut model = model.with("sentence_bert_config.json", sentences);
        let model = Model::load(&mut model, Quantisation::Int8).expect("the model is right");
        files::compare_tokens(&model, &golden, "tokens");
    }
}
