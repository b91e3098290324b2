//! Compiled functions on disk, so that a module is compiled once and not at every start.
//!
//! Loading compiled code is as trusting as loading a shared library. So the directory belongs to the server's user and
//! nobody else may write into it, files in it are written by this module only, and a file's name says which module it
//! was compiled from and by which engine.

use std::hash::{Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use wasmtime::component::Component;
use wasmtime::{Engine, Module};

/// Code that wasmtime compiled.
pub(crate) trait Compiled: Sized {
    /// Its bytes, for `deserialize`.
    fn serialize(&self) -> wasmtime::Result<Vec<u8>>;

    /// The code in a file.
    ///
    /// # Safety
    /// As wasmtime says: nobody but `serialize` wrote the file, and nobody changes it.
    unsafe fn deserialize(engine: &Engine, path: &Path) -> wasmtime::Result<Self>;
}

impl Compiled for Component {
    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        self.serialize()
    }

    unsafe fn deserialize(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
        // SAFETY: as the caller says.
        unsafe { Component::deserialize_file(engine, path) }
    }
}

impl Compiled for Module {
    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        self.serialize()
    }

    unsafe fn deserialize(engine: &Engine, path: &Path) -> wasmtime::Result<Module> {
        // SAFETY: as the caller says.
        unsafe { Module::deserialize_file(engine, path) }
    }
}

/// A directory of compiled components, made when there is something to keep.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    dir: PathBuf,
    /// Bytes that all files together may have.
    most: u64,
}

impl Cache {
    /// Keeps compiled components in `.ferrite-cache` inside of `parent`.
    pub(crate) fn new(parent: &Path, most: u64) -> Cache {
        Cache { dir: parent.join(".ferrite-cache"), most }
    }

    /// The code that was compiled from a module with this digest, if this engine can run it.
    pub(crate) fn load<C: Compiled>(&self, engine: &Engine, digest: &str) -> Option<C> {
        if let Err(reason) = trust(&self.dir) {
            if self.dir.symlink_metadata().is_ok() {
                tracing::warn!("compiled functions are not taken from {}: {reason}", self.dir.display());
            }
            return None;
        }
        let path = self.path(engine, digest);
        let metadata = std::fs::symlink_metadata(&path).ok()?;
        if !metadata.is_file() || metadata.uid() != user() || metadata.permissions().mode() & 0o077 != 0 {
            tracing::warn!("{} is not a file of this server: ignored", path.display());
            return None;
        }
        // SAFETY: the file was written by `store`, whole or not at all: it is this user's, nobody else may write to it
        // or to its directory, and its name holds the engine's version and settings.
        match unsafe { C::deserialize(engine, &path) } {
            Ok(code) => {
                touch(&path);
                Some(code)
            }
            Err(error) => {
                tracing::warn!("{} cannot be used and is removed: {error:#}", path.display());
                drop(std::fs::remove_file(&path));
                None
            }
        }
    }

    /// Keeps compiled code. A failure costs a compilation later on, and is only logged.
    pub(crate) fn store(&self, engine: &Engine, digest: &str, code: &impl Compiled) {
        if let Err(reason) = make(&self.dir).and_then(|()| trust(&self.dir)) {
            tracing::warn!("compiled functions are not kept in {}: {reason}", self.dir.display());
            return;
        }
        let path = self.path(engine, digest);
        let written = code.serialize().map_err(std::io::Error::other).and_then(|code| {
            if code.len() as u64 > self.most {
                return Ok(());
            }
            write_whole(&path, &code)?;
            self.shrink()
        });
        if let Err(error) = written {
            tracing::warn!("{} was not kept: {error}", path.display());
        }
    }

    fn path(&self, engine: &Engine, digest: &str) -> PathBuf {
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        engine.precompile_compatibility_hash().hash(&mut hasher);
        self.dir.join(format!("{digest}-{:016x}.cwasm", hasher.finish()))
    }

    /// Removes what was used longest ago until the rest fits.
    fn shrink(&self) -> std::io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = std::fs::read_dir(&self.dir)?
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        files.sort();
        let mut sum: u64 = files.iter().map(|(_, size, _)| size).sum();
        for (_, size, path) in files {
            if sum <= self.most {
                break;
            }
            std::fs::remove_file(path)?;
            sum -= size;
        }
        Ok(())
    }
}

/// A hash that is the same in every process, as the name of a file has to be.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn make(dir: &Path) -> Result<(), String> {
    match std::fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// Whether nobody but this user can have put anything there.
fn trust(dir: &Path) -> Result<(), String> {
    let metadata = std::fs::symlink_metadata(dir).map_err(|error| error.to_string())?;
    if !metadata.is_dir() {
        return Err("it is no directory".to_owned());
    }
    if metadata.uid() != user() {
        return Err("it belongs to another user".to_owned());
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err("others may use it (its mode has to be 0700)".to_owned());
    }
    Ok(())
}

fn user() -> u32 {
    // SAFETY: the call takes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

/// Readers see the whole file or none: it gets its name when it is complete and on disk.
fn write_whole(path: &Path, code: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("tmp-{}", std::process::id()));
    let written = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(&temporary)
        .and_then(|mut file| file.write_all(code).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        drop(std::fs::remove_file(&temporary));
    }
    written
}

/// The time of last use, by which `shrink` chooses.
fn touch(path: &Path) {
    let touched =
        std::fs::File::options().append(true).open(path).and_then(|file| file.set_modified(SystemTime::now()));
    if let Err(error) = touched {
        tracing::debug!("{}: {error}", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(engine: &Engine) -> Component {
        let bytes = wat::parse_str("(component)").expect("valid text");
        Component::new(engine, bytes).expect("a valid component")
    }

    #[test]
    fn what_was_stored_is_loaded_and_only_by_the_same_engine() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let cache = Cache::new(temp.path(), 1 << 20);
        let engine = Engine::default();
        assert!(cache.load::<Component>(&engine, "abc").is_none());
        cache.store(&engine, "abc", &component(&engine));
        assert!(cache.load::<Component>(&engine, "abc").is_some());
        assert!(Cache::new(temp.path(), 1 << 20).load::<Component>(&engine, "abc").is_some(), "after a restart too");
        let other = Engine::new(wasmtime::Config::new().consume_fuel(true)).expect("a valid configuration");
        assert!(cache.load::<Component>(&other, "abc").is_none());
    }

    #[test]
    fn a_directory_that_others_may_write_to_is_not_used() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let dir = temp.path().join(".ferrite-cache");
        std::fs::create_dir(&dir).expect("writable");
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o777)).expect("it is ours");
        let cache = Cache::new(temp.path(), 1 << 20);
        let engine = Engine::default();
        cache.store(&engine, "abc", &component(&engine));
        assert!(!cache.path(&engine, "abc").exists());
        std::fs::remove_dir(&dir).expect("it is empty");
        let elsewhere = tempfile::tempdir().expect("a temporary directory");
        std::os::unix::fs::symlink(elsewhere.path(), &dir).expect("links are allowed");
        cache.store(&engine, "abc", &component(&engine));
        assert!(!cache.path(&engine, "abc").exists(), "a link leads to where others may be");
    }

    #[test]
    fn a_broken_file_is_removed_and_a_readable_one_distrusted() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let cache = Cache::new(temp.path(), 1 << 20);
        let engine = Engine::default();
        cache.store(&engine, "abc", &component(&engine));
        let path = cache.path(&engine, "abc");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).expect("it is ours");
        assert!(cache.load::<Component>(&engine, "abc").is_none());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
        std::fs::write(&path, b"no compiled code").expect("writable");
        assert!(cache.load::<Component>(&engine, "abc").is_none());
        assert!(!path.exists());
    }

    #[test]
    fn the_oldest_files_go_when_the_cache_is_full() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let engine = Engine::default();
        let component = component(&engine);
        let size = component.serialize().expect("components can be serialized").len() as u64;
        let cache = Cache::new(temp.path(), 2 * size);
        for digest in ["a", "b", "c"] {
            cache.store(&engine, digest, &component);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let kept = ["a", "b", "c"].map(|digest| cache.load::<Component>(&engine, digest).is_some());
        assert_eq!(kept, [false, true, true]);
    }
}
