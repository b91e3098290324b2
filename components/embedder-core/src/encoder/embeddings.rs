//! What a token's state begins with: the sum of what its word, its position and its segment stand for.

use std::ops::Range;

use crate::config::Config;
use crate::kernels::normalise;
use crate::safetensors::Tensors;
use crate::{Error, Quantisation};

/// The tables, and the normalisation of the sum.
pub(crate) struct Embeddings {
    words: Words,
    /// Of each position, with the first segment's: texts have no other here.
    positions: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
    width: usize,
}

/// Half of all weights or more: a row for each token of the vocabulary.
enum Words {
    F32(Vec<f32>),
    Int8 { codes: Vec<i8>, scales: Vec<f32> },
}

impl Embeddings {
    pub(crate) fn read(
        tensors: &mut Tensors<'_>,
        config: &Config,
        quantisation: Quantisation,
    ) -> Result<Embeddings, Error> {
        let width = config.hidden;
        let words = Words::read(tensors, config.vocabulary, width, quantisation)?;
        let mut positions = reserve::<f32>(config.positions * width)?;
        let shape = [config.positions, width];
        tensors.rows("embeddings.position_embeddings.weight", &shape, |_, row| positions.extend_from_slice(row))?;
        // Texts are no longer than that.
        positions.truncate(config.tokens * width);
        let shape = [config.segment_types, width];
        tensors.rows("embeddings.token_type_embeddings.weight", &shape, |segment, row| {
            if segment == 0 {
                for position in positions.chunks_exact_mut(width) {
                    add(position, row);
                }
            }
        })?;
        Ok(Embeddings {
            words,
            positions,
            weight: tensors.vector("embeddings.LayerNorm.weight", width)?,
            bias: tensors.vector("embeddings.LayerNorm.bias", width)?,
            epsilon: config.epsilon,
            width,
        })
    }

    /// Writes a row for each token. Each text is a range of the tokens, and has at most as many as there are positions.
    pub(crate) fn look_up(&self, tokens: &[u32], texts: &[Range<usize>], states: &mut Vec<f32>) {
        states.resize(tokens.len() * self.width, 0.0);
        for text in texts {
            let rows = states[text.start * self.width..].chunks_exact_mut(self.width);
            let positions = self.positions.chunks_exact(self.width);
            for ((token, row), position) in tokens[text.clone()].iter().zip(rows).zip(positions) {
                self.words.look_up(*token as usize, row);
                add(row, position);
                normalise(row, &self.weight, &self.bias, self.epsilon);
            }
        }
    }
}

impl Words {
    fn read(tensors: &mut Tensors<'_>, count: usize, width: usize, quantisation: Quantisation) -> Result<Words, Error> {
        const NAME: &str = "embeddings.word_embeddings.weight";
        match quantisation {
            Quantisation::F32 => {
                let mut table = reserve(count * width)?;
                tensors.rows(NAME, &[count, width], |_, row| table.extend_from_slice(row))?;
                Ok(Words::F32(table))
            }
            Quantisation::Int8 => {
                let (mut codes, mut scales) = (reserve(count * width)?, reserve(count)?);
                tensors.rows(NAME, &[count, width], |_, row| {
                    let scale = row.iter().fold(0.0_f32, |most, number| most.max(number.abs())) / 127.0;
                    let inverse = if scale < 1e-30 { 0.0 } else { 1.0 / scale };
                    scales.push(scale);
                    codes.extend(row.iter().map(|number| (number * inverse).round_ties_even() as i8));
                })?;
                Ok(Words::Int8 { codes, scales })
            }
        }
    }

    fn look_up(&self, token: usize, row: &mut [f32]) {
        let width = row.len();
        match self {
            Words::F32(table) => row.copy_from_slice(&table[token * width..][..width]),
            Words::Int8 { codes, scales } => {
                for (number, code) in row.iter_mut().zip(&codes[token * width..]) {
                    *number = f32::from(*code) * scales[token];
                }
            }
        }
    }
}

/// Memory for so many numbers, or the error that there is none.
fn reserve<T>(length: usize) -> Result<Vec<T>, Error> {
    let mut numbers = Vec::new();
    let bytes = (length * size_of::<T>()) as u64;
    numbers.try_reserve_exact(length).map_err(|_| Error::OutOfMemory { bytes })?;
    Ok(numbers)
}

fn add(row: &mut [f32], other: &[f32]) {
    for (number, other) in row.iter_mut().zip(other) {
        *number += other;
    }
}
