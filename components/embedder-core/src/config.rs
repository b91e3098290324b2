//! What the model's configuration says of its shape: `config.json`, and sentence-transformers' two files beside it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::within;
use crate::limits;
use crate::source::{self, Source};

/// What `transformers` writes: <https://huggingface.co/docs/transformers/model_doc/bert#transformers.BertConfig>
pub(crate) const CONFIG: &str = "config.json";
/// The longest text, in tokens, by sentence-transformers.
pub(crate) const SENTENCES: &str = "sentence_bert_config.json";
/// What becomes of the tokens' states, by sentence-transformers.
pub(crate) const POOLING: &str = "1_Pooling/config.json";

/// Sizes and options of the encoder, all within their limits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) name: String,
    pub(crate) vocabulary: usize,
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
    pub(crate) positions: usize,
    pub(crate) segment_types: usize,
    pub(crate) epsilon: f32,
    /// Tokens that are read of a text, with the first and the last.
    pub(crate) tokens: usize,
    pub(crate) pooling: Pooling,
}

/// How the tokens' states become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pooling {
    Mean,
    /// That of the first token.
    First,
}

#[derive(Deserialize)]
struct BertFile {
    #[serde(rename = "_name_or_path", default)]
    name: String,
    model_type: Option<String>,
    vocab_size: u64,
    hidden_size: u64,
    num_hidden_layers: u64,
    num_attention_heads: u64,
    intermediate_size: u64,
    max_position_embeddings: u64,
    #[serde(default = "two")]
    type_vocab_size: u64,
    #[serde(default = "epsilon")]
    layer_norm_eps: f64,
    hidden_act: Option<String>,
    position_embedding_type: Option<String>,
}

fn two() -> u64 {
    2
}

fn epsilon() -> f64 {
    1e-12
}

#[derive(Deserialize)]
struct SentencesFile {
    max_seq_length: Option<u64>,
}

#[derive(Deserialize)]
struct PoolingFile {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_max_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
}

fn parsed<T: DeserializeOwned>(source: &mut dyn Source, file: &str) -> Result<Option<T>, Error> {
    let Some(bytes) = source::whole(source, file, "bytes of a configuration file", limits::CONFIG_BYTES)? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Error::malformed(file, error.to_string()))
}

/// A size of at least 1.
fn sized(what: &'static str, given: u64, limit: usize) -> Result<usize, Error> {
    within(what, given, limit as u64)?;
    match usize::try_from(given) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(Error::malformed(CONFIG, format!("there must be {what}"))),
    }
}

/// Names a setting that has another value than the only one that the encoder knows.
fn only(key: &str, given: Option<&str>, known: &[&str]) -> Result<(), Error> {
    match given {
        Some(given) if !known.contains(&given) => {
            Err(Error::unsupported(CONFIG, format!("`{key}` is `{given}`; expected `{}`", known.join("` or `"))))
        }
        _ => Ok(()),
    }
}

impl Config {
    /// Reads the configuration. `config.json` must be there; without the other two files a text may have as many tokens
    /// as the model has positions, and the mean of their states is taken.
    pub(crate) fn read(source: &mut dyn Source) -> Result<Config, Error> {
        let file: BertFile = parsed(source, CONFIG)?.ok_or_else(|| Error::Missing(CONFIG.to_owned()))?;
        only("model_type", file.model_type.as_deref(), &["bert"])?;
        only("hidden_act", file.hidden_act.as_deref(), &["gelu"])?;
        only("position_embedding_type", file.position_embedding_type.as_deref(), &["absolute"])?;
        let hidden = sized("numbers of a token's state", file.hidden_size, limits::HIDDEN)?;
        let heads = sized("attention heads", file.num_attention_heads, hidden)?;
        let intermediate = sized("numbers within a layer", file.intermediate_size, limits::INTERMEDIATE)?;
        // What the kernels work on at once.
        if hidden % (heads * 8) != 0 || intermediate % 8 != 0 {
            let reason = format!(
                "{hidden} numbers for {heads} heads and {intermediate} within a layer: all must be multiples of 8"
            );
            return Err(Error::unsupported(CONFIG, reason));
        }
        if !(file.layer_norm_eps >= 0.0 && file.layer_norm_eps <= 1.0) {
            return Err(Error::malformed(CONFIG, "`layer_norm_eps` must be from 0 to 1"));
        }
        let positions = sized("positions", file.max_position_embeddings, limits::POSITIONS)?;
        if positions < 3 {
            return Err(Error::malformed(CONFIG, "`max_position_embeddings` must be 3 or more"));
        }
        Ok(Config {
            name: file.name,
            vocabulary: sized("tokens of a vocabulary", file.vocab_size, limits::VOCABULARY_TOKENS)?,
            hidden,
            layers: sized("layers", file.num_hidden_layers, limits::LAYERS)?,
            heads,
            intermediate,
            positions,
            segment_types: sized("types of segments", file.type_vocab_size, limits::SEGMENT_TYPES)?,
            epsilon: file.layer_norm_eps as f32,
            tokens: longest(source)?.min(positions).min(limits::TOKENS),
            pooling: pooling(source)?,
        })
    }
}

/// The longest text, with room for one token between the first and the last.
fn longest(source: &mut dyn Source) -> Result<usize, Error> {
    let file: Option<SentencesFile> = parsed(source, SENTENCES)?;
    let Some(given) = file.and_then(|file| file.max_seq_length) else { return Ok(limits::TOKENS) };
    if given < 3 {
        return Err(Error::malformed(SENTENCES, "`max_seq_length` must be 3 or more"));
    }
    Ok(usize::try_from(given).unwrap_or(limits::TOKENS))
}

fn pooling(source: &mut dyn Source) -> Result<Pooling, Error> {
    let Some(file) = parsed::<PoolingFile>(source, POOLING)? else { return Ok(Pooling::Mean) };
    match (file.pooling_mode_mean_tokens, file.pooling_mode_cls_token) {
        _ if file.pooling_mode_max_tokens || file.pooling_mode_mean_sqrt_len_tokens => None,
        (true, false) => Some(Pooling::Mean),
        (false, true) => Some(Pooling::First),
        _ => None,
    }
    .ok_or_else(|| {
        Error::unsupported(POOLING, "expected either `pooling_mode_mean_tokens` or `pooling_mode_cls_token`")
    })
}
