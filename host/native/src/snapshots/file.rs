//! A file that takes the place of the one before it only when it is whole and safe on disk.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A snapshot that is being written beside the file that it will be.
pub(super) struct Pending {
    file: File,
    beside: PathBuf,
    path: PathBuf,
    is_whole: bool,
}

impl Pending {
    pub(super) fn create(path: &Path) -> io::Result<Pending> {
        /// Two may be written at a time, when a server ends.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let beside = path.with_file_name(format!("temp-{}.{number}.rdb", std::process::id()));
        Ok(Pending { file: File::create(&beside)?, beside, path: path.to_owned(), is_whole: false })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes it the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.beside, &self.path)?;
        self.is_whole = true;
        // The name itself is safe when its directory is.
        match self.path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.is_whole {
            // Half of one is of no use; one that cannot be removed is overwritten by the next.
            let _ = fs::remove_file(&self.beside);
        }
    }
}
