//! The whole model: texts in, vectors of length 1 out.

use std::ops::Range;

use crate::config::{Config, Pooling};
use crate::encoder::{Encoder, Scratch};
use crate::error::within;
use crate::limits;
use crate::safetensors::Tensors;
use crate::source::Source;
use crate::tokenizer::Tokenizer;
use crate::{Error, Quantisation};

/// A model in memory.
pub struct Model {
    config: Config,
    quantisation: Quantisation,
    tokenizer: Tokenizer,
    encoder: Encoder,
    scratch: Scratch,
}

impl Model {
    /// Reads a model: `config.json`, `tokenizer.json` or `vocab.txt`, `model.safetensors`, and if they are there
    /// `sentence_bert_config.json` and `1_Pooling/config.json`. Weights are converted while they are read, so that they
    /// are never in memory twice.
    pub fn load(source: &mut dyn Source, quantisation: Quantisation) -> Result<Model, Error> {
        let config = Config::read(source)?;
        within("bytes of weights", weights_bytes(&config, quantisation), limits::WEIGHTS_BYTES)?;
        let tokenizer = Tokenizer::read(source, config.vocabulary)?;
        let encoder = Encoder::read(&mut Tensors::open(source)?, &config, quantisation)?;
        Ok(Model { config, quantisation, tokenizer, encoder, scratch: Scratch::default() })
    }

    /// What the model's authors call it, or what they made it from; empty if they do not say.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Numbers of an embedding.
    pub fn dimensions(&self) -> usize {
        self.config.hidden
    }

    /// Tokens that are read of a text, the first and the last counted, which are not of the text.
    pub fn max_tokens(&self) -> usize {
        self.config.tokens
    }

    /// How the weights are kept.
    pub fn quantisation(&self) -> Quantisation {
        self.quantisation
    }

    /// The numbers of a text's tokens, as the encoder reads them.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        self.tokenizer.encode(text, self.config.tokens)
    }

    /// The embedding of each text: [`Model::dimensions`] numbers, the square root of whose squares' sum is 1. What is
    /// said of [`limits::TEXTS`] and [`limits::TEXT_BYTES`] holds.
    pub fn embed(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Error> {
        within("texts in a call", texts.len() as u64, limits::TEXTS as u64)?;
        within("bytes of text in a call", texts.iter().map(|text| text.len() as u64).sum(), limits::TEXT_BYTES as u64)?;
        let mut embeddings = Vec::with_capacity(texts.len());
        let mut batch = Batch::default();
        for text in texts {
            let tokens = self.tokens(text);
            if batch.tokens.len() + tokens.len() > limits::TOKENS_AT_ONCE {
                self.run(&mut batch, &mut embeddings)?;
            }
            let begin = batch.tokens.len();
            batch.tokens.extend(tokens);
            batch.texts.push(begin..batch.tokens.len());
        }
        self.run(&mut batch, &mut embeddings)?;
        Ok(embeddings)
    }

    /// Empties a batch, whose embeddings are appended.
    fn run(&mut self, batch: &mut Batch, embeddings: &mut Vec<Vec<f32>>) -> Result<(), Error> {
        if batch.texts.is_empty() {
            return Ok(());
        }
        self.encoder.run(&batch.tokens, &batch.texts, &mut batch.states, &mut self.scratch);
        for text in batch.texts.drain(..) {
            let states = batch.states.chunks_exact(self.config.hidden).take(text.end).skip(text.start);
            embeddings.push(pooled(states, self.config.pooling, self.config.hidden)?);
        }
        batch.tokens.clear();
        Ok(())
    }
}

/// Texts on their way through the encoder together.
#[derive(Default)]
struct Batch {
    tokens: Vec<u32>,
    texts: Vec<Range<usize>>,
    states: Vec<f32>,
}

/// Bytes of weights, nearly: vectors of one row are left out. No sum is greater than 2^53, by the limits of the sizes.
fn weights_bytes(config: &Config, quantisation: Quantisation) -> u64 {
    let [hidden, intermediate, layers, vocabulary, positions] =
        [config.hidden, config.intermediate, config.layers, config.vocabulary, config.positions]
            .map(|size| size as u64);
    let numbers = vocabulary * hidden + layers * hidden * (4 * hidden + 2 * intermediate);
    let each = match quantisation {
        Quantisation::F32 => 4,
        Quantisation::Int8 => 1,
    };
    numbers * each + positions * hidden * 4
}

/// The states of a text as one, made as long as 1.
fn pooled<'a>(states: impl Iterator<Item = &'a [f32]>, pooling: Pooling, width: usize) -> Result<Vec<f32>, Error> {
    let mut sum = vec![0.0_f32; width];
    let count = match pooling {
        Pooling::Mean => usize::MAX,
        Pooling::First => 1,
    };
    // Of a mean the direction is that of the sum.
    for state in states.take(count) {
        for (sum, number) in sum.iter_mut().zip(state) {
            *sum += number;
        }
    }
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    if !length.is_finite() || length < 1e-12 {
        return Err(Error::NotFinite);
    }
    for number in &mut sum {
        *number /= length;
    }
    Ok(sum)
}
