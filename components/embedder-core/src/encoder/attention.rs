//! Attention: each token's state becomes a mean of the values of all tokens of its text, weighted by how well its query
//! matches their keys. <https://arxiv.org/abs/1706.03762>

use std::ops::Range;

use crate::kernels::{Blocks, Output, Panels, WIDTH, softmax};

/// Memory that is used again for every head.
#[derive(Default)]
pub(crate) struct Attention {
    rows: Blocks<f32>,
    columns: Panels,
    scores: Vec<f32>,
}

impl Attention {
    /// Writes what each token sees to `seen`. A row of `projected` has the query, the key and the value of a token,
    /// each as wide as a row of `seen` and divided among the heads.
    pub(crate) fn run(
        &mut self,
        heads: usize,
        texts: &[Range<usize>],
        projected: &[f32],
        width: usize,
        seen: &mut [f32],
    ) {
        for text in texts {
            let projected = &projected[text.start * 3 * width..text.end * 3 * width];
            let seen = &mut seen[text.start * width..text.end * width];
            for head in 0..heads {
                self.run_head(head * (width / heads), width / heads, projected, width, seen);
            }
        }
    }

    /// `first` is where the head's numbers begin in a query, a key and a value.
    fn run_head(&mut self, first: usize, depth: usize, projected: &[f32], width: usize, seen: &mut [f32]) {
        let tokens = projected.chunks_exact(3 * width);
        let part = |which: usize| which * width + first..which * width + first + depth;
        let count = tokens.len();
        let stride = count.next_multiple_of(WIDTH);

        self.rows.copy(depth, tokens.clone().map(|token| &token[part(0)]));
        self.columns.reshape(count, depth);
        for (at, token) in tokens.clone().enumerate() {
            self.columns.fill_column(at, &token[part(1)]);
        }
        self.scores.resize(count * stride, 0.0);
        self.columns.multiply(&self.rows, &[], &mut Output { numbers: &mut self.scores, stride, begin: 0 });

        let scale = 1.0 / (depth as f32).sqrt();
        for scores in self.scores.chunks_exact_mut(stride) {
            softmax(scores, count, scale);
        }

        self.rows.copy(count, self.scores.chunks_exact(stride).map(|scores| &scores[..count]));
        self.columns.reshape(depth, count);
        for (at, token) in tokens.enumerate() {
            self.columns.fill_place(at, &token[part(2)]);
        }
        self.columns.multiply(&self.rows, &[], &mut Output { numbers: seen, stride: width, begin: first });
    }
}
