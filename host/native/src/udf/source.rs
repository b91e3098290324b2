//! Where a module comes from: the bytes in the command, or a file inside `module_dir`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What WASM.LOAD named.
#[derive(Debug)]
pub(crate) enum Source {
    /// The module itself.
    Bytes(Vec<u8>),
    /// A path as the client wrote it.
    Path(Vec<u8>),
}

impl Source {
    /// Bytes begin as every module does; anything else is a path.
    pub(crate) fn new(argument: Vec<u8>) -> Source {
        if argument.starts_with(b"\0asm") { Source::Bytes(argument) } else { Source::Path(argument) }
    }

    /// The module, at most `most` bytes of it. Reads a file, so never on the shard.
    pub(crate) fn read(self, module_dir: &Path, most: u64) -> Result<Vec<u8>, String> {
        let bytes = match self {
            Source::Bytes(bytes) => bytes,
            Source::Path(path) => return read_file(&inside(module_dir, Path::new(OsStr::from_bytes(&path)))?, most),
        };
        check_size(bytes.len() as u64, most)?;
        Ok(bytes)
    }
}

/// The real path of a file inside the real directory: neither `..` nor a symbolic link leads out of it. The error does
/// not tell a missing file from one outside, so that nobody can look around.
fn inside(module_dir: &Path, path: &Path) -> Result<PathBuf, String> {
    let shown = path.display();
    let real_dir = module_dir
        .canonicalize()
        .map_err(|error| format!("module_dir `{}` cannot be used: {error}", module_dir.display()))?;
    // A path relative to the directory, or one that names the directory as it is configured.
    [module_dir.join(path), path.to_owned()]
        .iter()
        .filter_map(|candidate| candidate.canonicalize().ok())
        .find(|real| real.starts_with(&real_dir))
        .ok_or_else(|| format!("there is no module `{shown}` inside module_dir (`{}`)", module_dir.display()))
}

fn read_file(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("the module cannot be read: {error}");
    // Not following links once more, and not waiting for whoever holds the other end of a pipe.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let file = File::options().read(true).custom_flags(flags).open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err("the module is no file".to_owned());
    }
    check_size(metadata.len(), most)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    check_size(bytes.len() as u64, most)?;
    Ok(bytes)
}

fn check_size(size: u64, most: u64) -> Result<(), String> {
    if size > most {
        return Err(format!(
            "the module has {size} bytes, more than the allowed {most} ([wasm.ceilings] max_module_bytes)"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dir: &Path, path: &str) -> Result<Vec<u8>, String> {
        Source::new(path.as_bytes().to_vec()).read(dir, 10)
    }

    #[test]
    fn a_file_is_found_inside_the_directory_and_nowhere_else() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let dir = temp.path().join("modules");
        std::fs::create_dir_all(dir.join("sub")).expect("writable");
        std::fs::write(dir.join("sub/a.wasm"), b"inside").expect("writable");
        std::fs::write(temp.path().join("secret"), b"outside").expect("writable");
        std::os::unix::fs::symlink(temp.path().join("secret"), dir.join("link")).expect("links are allowed");
        std::os::unix::fs::symlink(dir.join("sub/a.wasm"), dir.join("alias")).expect("links are allowed");

        assert_eq!(read(&dir, "sub/a.wasm"), Ok(b"inside".to_vec()));
        assert_eq!(read(&dir, "sub/../sub/a.wasm"), Ok(b"inside".to_vec()));
        assert_eq!(read(&dir, "alias"), Ok(b"inside".to_vec()), "a link that stays inside");
        let absolute = dir.join("sub/a.wasm");
        assert_eq!(read(&dir, absolute.to_str().expect("a plain path")), Ok(b"inside".to_vec()));
        for path in ["../secret", "link", "/etc/hostname", "missing", "", "sub"] {
            assert!(read(&dir, path).is_err(), "`{path}` was read");
        }
    }

    #[test]
    fn size_is_limited_for_bytes_and_files() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(temp.path().join("big"), b"12345678901").expect("writable");
        let error = read(temp.path(), "big").expect_err("eleven bytes");
        assert!(error.contains("11") && error.contains("max_module_bytes"), "{error}");
        assert!(Source::new(b"\0asm1234567".to_vec()).read(temp.path(), 10).is_err());
        assert_eq!(Source::new(b"\0asm123456".to_vec()).read(temp.path(), 10).map(|bytes| bytes.len()), Ok(10));
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let made = std::process::Command::new("mkfifo").arg(temp.path().join("pipe")).status();
        assert!(made.expect("mkfifo is part of every system").success());
        assert!(read(temp.path(), "pipe").is_err());
    }
}
