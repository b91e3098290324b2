//! Sentence embeddings as plain Rust: a model's files in, texts in, vectors out. No I/O: whoever runs it gives it a
//! [`Source`] of files.
//!
//! Models are BERT encoders of sentence-transformers, such as all-MiniLM-L6-v2. The numbers are those of
//! sentence-transformers to 1e-3, or near to them with a quarter of the memory if weights are quantised to 8 bits.
//!
//! ```no_run
//! use ferrite_embedder::{Model, Quantisation, Source};
//!
//! fn closeness(files: &mut dyn Source) -> Result<f32, ferrite_embedder::Error> {
//!     let mut model = Model::load(files, Quantisation::Int8)?;
//!     let embeddings = model.embed(&["How do I reset my password?", "I forgot my password."])?;
//!     let [a, b] = embeddings.as_slice() else { return Ok(0.0) };
//!     Ok(a.iter().zip(b).map(|(a, b)| a * b).sum())
//! }
//! ```
//!
//! Layout, in reading order:
//! - `limits`: what is allowed; `error.rs`; `source.rs`: files, read piece by piece;
//! - `model.rs`: the whole, from texts to vectors; `config.rs`: its sizes;
//! - `tokenizer/`: texts to tokens; `safetensors/`: the file of weights;
//! - `encoder/`: BERT; `kernels/`: its inner loops; `registers/`: SIMD of WebAssembly, and the same without.

mod config;
mod encoder;
mod error;
mod kernels;
pub mod limits;
mod model;
mod registers;
mod safetensors;
mod source;
mod tokenizer;

pub use error::Error;
pub use model::Model;
pub use source::{Source, SourceError};

/// How weights are kept in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantisation {
    /// As 32-bit numbers, whatever the file has.
    F32,
    /// As 8-bit numbers with a scale for each row: a quarter of the memory, faster, and nearly the same vectors.
    #[default]
    Int8,
}
