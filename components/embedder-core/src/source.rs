//! Where the model's files are: what the shell gives, and how it is read with its answers checked.

use crate::Error;
use crate::limits::PIECE_BYTES;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// There is no such file.
    Missing,
    /// Anything else, in words.
    Failed(String),
}

/// The files of a model by name, such as `model.safetensors`. They must not change while the model is loaded.
pub trait Source {
    /// How many bytes a file has.
    fn size(&mut self, file: &str) -> Result<u64, SourceError>;
    /// Exactly `length` bytes of a file from `offset` on.
    fn read(&mut self, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, SourceError>;
}

fn error(file: &str, error: SourceError) -> Error {
    match error {
        SourceError::Missing => Error::Missing(file.to_owned()),
        SourceError::Failed(reason) => Error::Unreadable { file: file.to_owned(), reason },
    }
}

/// The size of a file.
pub(crate) fn size(source: &mut dyn Source, file: &str) -> Result<u64, Error> {
    source.size(file).map_err(|reason| error(file, reason))
}

/// A piece of a file, as long as was asked for.
pub(crate) fn read(source: &mut dyn Source, file: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
    let bytes = source.read(file, offset, length).map_err(|reason| error(file, reason))?;
    if bytes.len() != length as usize {
        let reason = format!("{} bytes came instead of {length} at {offset}", bytes.len());
        return Err(Error::Unreadable { file: file.to_owned(), reason });
    }
    Ok(bytes)
}

/// A whole small file, or none if it is not there.
pub(crate) fn whole(
    source: &mut dyn Source,
    file: &str,
    what: &'static str,
    limit: u64,
) -> Result<Option<Vec<u8>>, Error> {
    let size = match size(source, file) {
        Err(Error::Missing(_)) => return Ok(None),
        other => other?,
    };
    crate::error::within(what, size, limit)?;
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let length = u32::try_from(size - bytes.len() as u64).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        bytes.extend(read(source, file, bytes.len() as u64, length)?);
    }
    Ok(Some(bytes))
}
