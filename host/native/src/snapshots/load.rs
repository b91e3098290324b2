//! The snapshot that a start loads.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use crate::limits;
use crate::server::ServeError;
use crate::wasm::StoreInstance;

/// Loads a file, if there is one.
pub(crate) fn load(store: &mut StoreInstance, path: &Path) -> Result<(), ServeError> {
    let failed = |reason: String| ServeError::Snapshot { path: path.to_owned(), reason };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error.to_string())),
    };
    let began = Instant::now();
    store.restore_begin()?.map_err(|error| failed(error.to_string()))?;
    let mut piece = vec![0; limits::SNAPSHOT_PIECE_BYTES as usize];
    loop {
        let read = match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error.to_string())),
        };
        let bytes = piece.get(..read).unwrap_or_default();
        store.restore_next(bytes)?.map_err(|error| failed(error.to_string()))?;
    }
    let restored = store.restore_end()?.map_err(|error| failed(error.to_string()))?;
    tracing::info!("{} keys loaded from {} in {:?}", restored.keys, path.display(), began.elapsed());
    if restored.functions > 0 {
        tracing::warn!("{} libraries of Lua functions were left out: there is no Lua here", restored.functions);
    }
    Ok(())
}
