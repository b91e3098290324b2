//! Directories of the host that a function may use, as grants and the configuration write them: `./data`, `./data:ro`,
//! `./data:rw`.

use std::fmt;
use std::path::{Path, PathBuf};

/// A directory, under the name by which the function finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// As it was written.
    pub(crate) name: String,
    pub(crate) is_writable: bool,
    /// Where it is, once [`Mount::resolve`] has looked.
    pub(crate) path: PathBuf,
}

impl Mount {
    /// Reads a path with `:ro` or `:rw` behind it; without either it is `:ro`.
    pub(crate) fn parse(text: &str) -> Result<Mount, String> {
        let (name, is_writable) = match text.rsplit_once(':') {
            Some((name, "ro")) => (name, false),
            Some((name, "rw")) => (name, true),
            _ => (text, false),
        };
        if name.is_empty() || name.contains('\0') {
            return Err(format!("'{text}' is no directory: expected e.g. ./data:ro or ./data:rw"));
        }
        Ok(Mount { name: name.to_owned(), is_writable, path: PathBuf::from(name) })
    }

    /// Finds the real directory, and refuses it unless it is inside one of these; none for any. Reads the disk, so never
    /// on the shard.
    pub(crate) fn resolve(mut self, ceilings: Option<&[String]>) -> Result<Mount, String> {
        let unusable = |error: std::io::Error| format!("the directory '{}' cannot be used: {error}", self.name);
        let real = Path::new(&self.name).canonicalize().map_err(unusable)?;
        if !real.is_dir() {
            return Err(format!("'{}' is no directory", self.name));
        }
        let is_inside = |ceiling: &String| {
            let ceiling = Mount::parse(ceiling).ok();
            ceiling.filter(|ceiling| ceiling.is_writable || !self.is_writable).is_some_and(|ceiling| {
                Path::new(&ceiling.name).canonicalize().is_ok_and(|ceiling| real.starts_with(ceiling))
            })
        };
        if let Some(ceilings) = ceilings
            && !ceilings.iter().any(is_inside)
        {
            return Err(format!(
                "FILESYSTEM={self} is not inside of what [wasm.security] allow_filesystem lists ({})",
                ceilings.join(", ")
            ));
        }
        self.path = real;
        Ok(self)
    }
}

impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, if self.is_writable { "rw" } else { "ro" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_read_only_unless_it_says_otherwise() {
        assert_eq!(Mount::parse("./data").expect("valid").to_string(), "./data:ro");
        assert_eq!(Mount::parse("/a:b:rw").expect("valid").to_string(), "/a:b:rw");
        assert!(Mount::parse("").is_err() && Mount::parse(":rw").is_err());
    }

    #[test]
    fn a_directory_has_to_be_inside_a_ceiling_by_its_real_path() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let dir = |name: &str| temp.path().join(name).display().to_string();
        for name in ["open/inner", "closed"] {
            std::fs::create_dir_all(dir(name)).expect("writable");
        }
        std::os::unix::fs::symlink(dir("closed"), dir("open/link")).expect("links are allowed");
        let resolve =
            |name: &str, ceiling: &str| Mount::parse(&dir(name)).and_then(|mount| mount.resolve(Some(&[dir(ceiling)])));
        assert!(resolve("open/inner:ro", "open").is_ok());
        assert!(resolve("open/inner:rw", "open").is_err(), "a ceiling without :rw is for reading");
        assert!(resolve("open/inner:rw", "open:rw").is_ok());
        for outside in ["closed", "open/link", "open/../closed", "missing"] {
            assert!(resolve(outside, "open").is_err(), "{outside}");
        }
        assert!(Mount::parse(&dir("closed")).and_then(|mount| mount.resolve(None)).is_ok());
    }
}
