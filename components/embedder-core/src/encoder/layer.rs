//! One layer: attention, then each token by itself, both added to what was there.

use std::ops::Range;

use super::Scratch;
use super::linear::Linear;
use crate::config::Config;
use crate::kernels::{add_and_normalise, gelu};
use crate::safetensors::Tensors;
use crate::{Error, Quantisation};

/// The weights of a layer.
pub(crate) struct Layer {
    /// To queries, keys and values at once.
    project: Linear,
    attended: Added,
    widen: Linear,
    narrowed: Added,
}

/// A linear map whose result is added to the state, which is then normalised.
struct Added {
    linear: Linear,
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl Layer {
    pub(crate) fn read(
        tensors: &mut Tensors<'_>,
        config: &Config,
        number: usize,
        quantisation: Quantisation,
    ) -> Result<Layer, Error> {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let (hidden, intermediate) = (config.hidden, config.intermediate);
        let projections = ["query", "key", "value"].map(|which| name(&format!("attention.self.{which}")));
        Ok(Layer {
            project: Linear::read(tensors, &projections, hidden, hidden, quantisation)?,
            attended: Added::read(tensors, config, &name("attention.output"), hidden, quantisation)?,
            widen: Linear::read(tensors, &[name("intermediate.dense")], intermediate, hidden, quantisation)?,
            narrowed: Added::read(tensors, config, &name("output"), intermediate, quantisation)?,
        })
    }

    pub(crate) fn run(&self, heads: usize, texts: &[Range<usize>], states: &mut [f32], scratch: &mut Scratch) {
        let Scratch { rows, attention, projected, seen, added, wide } = scratch;
        let width = self.attended.weight.len();
        self.project.run(states, projected, rows);
        seen.resize(states.len(), 0.0);
        attention.run(heads, texts, projected, width, seen);
        self.attended.linear.run(seen, added, rows);
        self.attended.add(added, states);
        self.widen.run(states, wide, rows);
        gelu(wide);
        self.narrowed.linear.run(wide, added, rows);
        self.narrowed.add(added, states);
    }
}

impl Added {
    fn read(
        tensors: &mut Tensors<'_>,
        config: &Config,
        name: &str,
        inputs: usize,
        quantisation: Quantisation,
    ) -> Result<Added, Error> {
        Ok(Added {
            linear: Linear::read(tensors, &[format!("{name}.dense")], config.hidden, inputs, quantisation)?,
            weight: tensors.vector(&format!("{name}.LayerNorm.weight"), config.hidden)?,
            bias: tensors.vector(&format!("{name}.LayerNorm.bias"), config.hidden)?,
            epsilon: config.epsilon,
        })
    }

    fn add(&self, added: &[f32], states: &mut [f32]) {
        let width = self.weight.len();
        for (state, added) in states.chunks_exact_mut(width).zip(added.chunks_exact(width)) {
            add_and_normalise(state, added, &self.weight, &self.bias, self.epsilon);
        }
    }
}
