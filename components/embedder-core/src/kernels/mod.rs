//! The loops where the time goes: products of matrices, and functions of whole rows.
//!
//! A matrix of weights is kept as panels of eight columns, a few rows are copied into blocks of four, and one loop
//! multiplies a block by a panel: every sum stays in a register, and all memory is read in its order.

mod blocks;
mod functions;
mod panels;
mod quantised;

pub(crate) use blocks::Blocks;
pub(crate) use functions::{add_and_normalise, gelu, normalise, softmax};
pub(crate) use panels::{Panels, WIDTH};
pub(crate) use quantised::{QuantisedPanels, QuantisedRows};

/// Where a product of matrices is written: `stride` numbers for each row, from `begin` on.
pub(crate) struct Output<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) stride: usize,
    pub(crate) begin: usize,
}
