//! The BERT encoder: <https://arxiv.org/abs/1810.04805>. Tokens of some texts in, a state for each token out.
//!
//! Texts go through together, one behind the other without padding: only attention knows where one ends.

mod attention;
mod embeddings;
mod layer;
mod linear;

use std::ops::Range;

pub(crate) use linear::Rows;

use crate::config::Config;
use crate::safetensors::Tensors;
use crate::{Error, Quantisation};
use attention::Attention;
use embeddings::Embeddings;
use layer::Layer;

/// The weights of an encoder.
pub(crate) struct Encoder {
    embeddings: Embeddings,
    layers: Vec<Layer>,
    heads: usize,
}

/// Memory that is used again for every text.
#[derive(Default)]
pub(crate) struct Scratch {
    rows: Rows,
    attention: Attention,
    /// The queries, keys and values of each token.
    projected: Vec<f32>,
    /// What attention finds, and what becomes of it.
    seen: Vec<f32>,
    added: Vec<f32>,
    wide: Vec<f32>,
}

impl Encoder {
    /// Reads the weights, which have the sizes of the configuration.
    pub(crate) fn read(
        tensors: &mut Tensors<'_>,
        config: &Config,
        quantisation: Quantisation,
    ) -> Result<Encoder, Error> {
        let embeddings = Embeddings::read(tensors, config, quantisation)?;
        let layers = (0..config.layers).map(|number| Layer::read(tensors, config, number, quantisation));
        Ok(Encoder { embeddings, layers: layers.collect::<Result<_, _>>()?, heads: config.heads })
    }

    /// Writes the states of tokens, one row for each, to `states`. Each text is a range of the tokens.
    pub(crate) fn run(&self, tokens: &[u32], texts: &[Range<usize>], states: &mut Vec<f32>, scratch: &mut Scratch) {
        self.embeddings.look_up(tokens, texts, states);
        for layer in &self.layers {
            layer.run(self.heads, texts, states, scratch);
        }
    }
}
