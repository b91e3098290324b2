//! A linear map, with its weights as they are or quantised.

use crate::kernels::{Blocks, Output, Panels, QuantisedPanels, QuantisedRows, WIDTH};
use crate::safetensors::Tensors;
use crate::{Error, Quantisation};

/// Weights and biases.
pub(crate) struct Linear {
    weights: Weights,
    bias: Vec<[f32; WIDTH]>,
    outputs: usize,
    inputs: usize,
}

enum Weights {
    F32(Panels),
    Int8(QuantisedPanels),
}

/// Rows on their way through linear maps.
#[derive(Default)]
pub(crate) struct Rows {
    plain: Blocks<f32>,
    quantised: QuantisedRows,
}

impl Linear {
    /// Reads one map, or several of the same inputs as one, whose outputs follow each other: the tensors `name.weight`
    /// and `name.bias` of each. Inputs and outputs are multiples of eight.
    pub(crate) fn read(
        tensors: &mut Tensors<'_>,
        names: &[String],
        outputs: usize,
        inputs: usize,
        quantisation: Quantisation,
    ) -> Result<Linear, Error> {
        let all = outputs * names.len();
        let mut weights = match quantisation {
            Quantisation::F32 => Weights::F32(Panels::zeros(all, inputs)?),
            Quantisation::Int8 => Weights::Int8(QuantisedPanels::zeros(all, inputs)?),
        };
        let mut bias = Vec::new();
        for (at, name) in names.iter().enumerate() {
            // A row of the tensor is what belongs to one output: a column of the matrix that rows are multiplied by.
            tensors.rows(&format!("{name}.weight"), &[outputs, inputs], |row, numbers| match &mut weights {
                Weights::F32(panels) => panels.fill_column(at * outputs + row, numbers),
                Weights::Int8(panels) => panels.fill_column(at * outputs + row, numbers),
            })?;
            bias.extend_from_slice(tensors.vector(&format!("{name}.bias"), outputs)?.as_chunks().0);
        }
        Ok(Linear { weights, bias, outputs: all, inputs })
    }

    /// Writes what the rows of `from` become to `to`, which is as long as need be.
    pub(crate) fn run(&self, from: &[f32], to: &mut Vec<f32>, rows: &mut Rows) {
        let from = from.chunks_exact(self.inputs);
        to.resize(from.len() * self.outputs, 0.0);
        let mut output = Output { numbers: to, stride: self.outputs, begin: 0 };
        match &self.weights {
            Weights::F32(panels) => {
                rows.plain.copy(self.inputs, from);
                panels.multiply(&rows.plain, &self.bias, &mut output);
            }
            Weights::Int8(panels) => {
                rows.quantised.copy(self.inputs, from);
                panels.multiply(&rows.quantised, &self.bias, &mut output);
            }
        }
    }
}
