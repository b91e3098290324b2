//! `ferrite:gateway/weights` as the files of a model.

use ferrite_embedder::{Source, SourceError};

use crate::bindings::ferrite::gateway::weights::{self, Error};

/// What the host gives.
pub(crate) struct Weights;

fn error(error: Error) -> SourceError {
    match error {
        Error::NotFound => SourceError::Missing,
        Error::Failed(reason) => SourceError::Failed(reason),
    }
}

impl Source for Weights {
    fn size(&mut self, file: &str) -> Result<u64, SourceError> {
        weights::size(file).map_err(error)
    }

    fn read(&mut self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, SourceError> {
        weights::read(file, offset, length).map_err(error)
    }
}
