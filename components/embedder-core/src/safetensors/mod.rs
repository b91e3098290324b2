//! Files of tensors: <https://huggingface.co/docs/safetensors/index#format>. They come from outside: every length,
//! shape and offset is checked before anything is read by it.

mod header;
mod rows;

use header::{Dtype, Entry};

use crate::Error;
use crate::source::{self, Source};

/// The file that holds the weights.
pub(crate) const FILE: &str = "model.safetensors";

/// An open file: its checked header, and where its bytes are.
pub(crate) struct Tensors<'a> {
    source: &'a mut dyn Source,
    entries: Vec<Entry>,
    /// Where the data begin in the file.
    data: u64,
    /// What all names begin with: nothing, or `bert.` where the encoder is part of something greater.
    prefix: &'static str,
}

impl<'a> Tensors<'a> {
    /// Reads and checks the header.
    pub(crate) fn open(source: &'a mut dyn Source) -> Result<Tensors<'a>, Error> {
        let (entries, data) = header::read(source)?;
        let prefixed = entries.iter().any(|entry| entry.name.starts_with("bert.embeddings."));
        Ok(Tensors { source, entries, data, prefix: if prefixed { "bert." } else { "" } })
    }

    /// Gives `each` the rows of a tensor, which must have this shape, in their order: of a vector, its numbers are one
    /// row.
    pub(crate) fn rows(
        &mut self,
        name: &str,
        shape: &[usize],
        mut each: impl FnMut(usize, &[f32]),
    ) -> Result<(), Error> {
        let name = format!("{}{name}", self.prefix);
        let found = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(&name));
        let entry = found.ok().and_then(|at| self.entries.get(at));
        let entry = entry.ok_or_else(|| Error::malformed(FILE, format!("there is no tensor `{name}`")))?;
        if !entry.shape.iter().copied().eq(shape.iter().map(|size| *size as u64)) {
            let reason = format!("the tensor `{name}` has the shape {:?}; expected {shape:?}", entry.shape);
            return Err(Error::malformed(FILE, reason));
        }
        if !matches!(entry.dtype, Dtype::F32 | Dtype::F16 | Dtype::Bf16) {
            let reason = format!("the tensor `{name}` is of {}; expected F32, F16 or BF16", entry.dtype.name());
            return Err(Error::unsupported(FILE, reason));
        }
        rows::read(self.source, entry, self.data, &mut each)
    }

    /// A tensor of one dimension.
    pub(crate) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        let mut vector = Vec::new();
        self.rows(name, &[length], |_, numbers| vector.extend_from_slice(numbers))?;
        Ok(vector)
    }
}

/// A piece of the file.
fn piece(source: &mut dyn Source, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
    source::read(source, FILE, offset, length)
}
