//! A tiny model of random weights, and what it makes of tokens, computed plainly in 64 bits by the paper's formulas.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::HashMap;

use crate::files::{Memory, safetensors};

pub(crate) const HIDDEN: usize = 16;
pub(crate) const HEADS: usize = 2;
pub(crate) const INTERMEDIATE: usize = 24;
pub(crate) const LAYERS: usize = 2;
pub(crate) const POSITIONS: usize = 40;
pub(crate) const VOCABULARY: [&str; 12] =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "one", "two", "three", "##s", ",", ".", "four"];

pub(crate) type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

pub(crate) fn config() -> String {
    serde_json::json!({
        "_name_or_path": "synthetic", "model_type": "bert", "vocab_size": VOCABULARY.len(), "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE,
        "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-12, "hidden_act": "gelu"
    })
    .to_string()
}

/// The weights, the same every time.
pub(crate) fn tensors() -> Tensors {
    let mut state = 7_u64;
    let mut random = move || {
        // Xorshift: https://www.jstatsoft.org/article/view/v008i14
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let mut tensors = Tensors::new();
    let mut add = |name: String, shape: &[usize], centre: f32| {
        let count = shape.iter().product();
        tensors.push((name, shape.to_vec(), (0..count).map(|_| random() + centre).collect()));
    };
    add("embeddings.word_embeddings.weight".into(), &[VOCABULARY.len(), HIDDEN], 0.0);
    add("embeddings.position_embeddings.weight".into(), &[POSITIONS, HIDDEN], 0.0);
    add("embeddings.token_type_embeddings.weight".into(), &[2, HIDDEN], 0.0);
    add("embeddings.LayerNorm.weight".into(), &[HIDDEN], 1.0);
    add("embeddings.LayerNorm.bias".into(), &[HIDDEN], 0.0);
    for layer in 0..LAYERS {
        for (part, outputs, inputs) in [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", INTERMEDIATE, HIDDEN),
            ("output.dense", HIDDEN, INTERMEDIATE),
        ] {
            add(format!("encoder.layer.{layer}.{part}.weight"), &[outputs, inputs], 0.0);
            add(format!("encoder.layer.{layer}.{part}.bias"), &[outputs], 0.0);
        }
        for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
            add(format!("encoder.layer.{layer}.{part}.weight"), &[HIDDEN], 1.0);
            add(format!("encoder.layer.{layer}.{part}.bias"), &[HIDDEN], 0.0);
        }
    }
    tensors
}

/// The files of the model.
pub(crate) fn files() -> Memory {
    let vocabulary = VOCABULARY.join("\n");
    Memory::default()
        .with("config.json", config())
        .with("vocab.txt", vocabulary)
        .with("model.safetensors", safetensors(&tensors()))
}

type Row = Vec<f64>;

struct Plain(HashMap<String, Vec<f64>>);

impl Plain {
    fn linear(&self, name: &str, rows: &[Row]) -> Vec<Row> {
        let (weight, bias) = (&self.0[&format!("{name}.weight")], &self.0[&format!("{name}.bias")]);
        let output = |row: &Row, at: usize| {
            bias[at] + row.iter().enumerate().map(|(i, x)| x * weight[at * row.len() + i]).sum::<f64>()
        };
        rows.iter().map(|row| (0..bias.len()).map(|at| output(row, at)).collect()).collect()
    }

    fn norm(&self, name: &str, rows: Vec<Row>) -> Vec<Row> {
        let (weight, bias) = (&self.0[&format!("{name}.weight")], &self.0[&format!("{name}.bias")]);
        let normed = |row: Row| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
            let centred = row.iter().map(|x| (x - mean) / (variance + 1e-12).sqrt());
            centred.zip(weight.iter().zip(bias)).map(|(x, (weight, bias))| x * weight + bias).collect()
        };
        rows.into_iter().map(normed).collect()
    }

    fn attention(&self, name: &str, rows: &[Row]) -> Vec<Row> {
        let [query, key, value] = ["query", "key", "value"].map(|part| self.linear(&format!("{name}.{part}"), rows));
        let size = HIDDEN / HEADS;
        let mut seen = vec![vec![0.0; HIDDEN]; rows.len()];
        for head in 0..HEADS {
            let part = head * size..(head + 1) * size;
            for (at, query) in query.iter().enumerate() {
                let match_of = |key: &Row| part.clone().map(|i| query[i] * key[i]).sum::<f64>() / (size as f64).sqrt();
                let powers: Row = key.iter().map(|key| match_of(key).exp()).collect();
                let sum: f64 = powers.iter().sum();
                for i in part.clone() {
                    seen[at][i] = powers.iter().zip(&value).map(|(power, value)| power / sum * value[i]).sum();
                }
            }
        }
        seen
    }
}

fn sum(a: Vec<Row>, b: &[Row]) -> Vec<Row> {
    a.into_iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
}

/// The Gaussian error linear unit, whose integral is added up in small steps.
fn gelu(x: f64) -> f64 {
    const STEPS: usize = 2000;
    let width = x / STEPS as f64;
    let density = |at: usize| (-((at as f64 + 0.5) * width).powi(2) / 2.0).exp();
    let area = (0..STEPS).map(density).sum::<f64>() * width / (2.0 * std::f64::consts::PI).sqrt();
    x * (0.5 + area)
}

/// The states of the tokens.
pub(crate) fn states(tensors: &Tensors, tokens: &[u32]) -> Vec<Row> {
    let table =
        tensors.iter().map(|(name, _, numbers)| (name.clone(), numbers.iter().map(|x| f64::from(*x)).collect()));
    let plain = Plain(table.collect());
    let row = |name: &str, at: usize| -> Row {
        plain.0[&format!("embeddings.{name}_embeddings.weight")][at * HIDDEN..][..HIDDEN].to_vec()
    };
    let add = |a: Row, b: Row| -> Row { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let begin = tokens.iter().enumerate();
    let begin =
        begin.map(|(at, token)| add(add(row("word", *token as usize), row("position", at)), row("token_type", 0)));
    let mut rows = plain.norm("embeddings.LayerNorm", begin.collect());
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let seen = plain.attention(&name("attention.self"), &rows);
        let seen = plain.linear(&name("attention.output.dense"), &seen);
        rows = plain.norm(&name("attention.output.LayerNorm"), sum(seen, &rows));
        let wide: Vec<Row> = plain.linear(&name("intermediate.dense"), &rows);
        let wide: Vec<Row> = wide.into_iter().map(|row| row.into_iter().map(gelu).collect()).collect();
        rows = plain.norm(&name("output.LayerNorm"), sum(plain.linear(&name("output.dense"), &wide), &rows));
    }
    rows
}

/// A vector made as long as 1.
pub(crate) fn unit(row: &[f64]) -> Row {
    let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
    row.iter().map(|x| x / length).collect()
}

/// The mean of the states, made as long as 1.
pub(crate) fn embedding(tensors: &Tensors, tokens: &[u32]) -> Row {
    let rows = states(tensors, tokens);
    unit(&(0..HIDDEN).map(|i| rows.iter().map(|row| row[i]).sum()).collect::<Row>())
}
