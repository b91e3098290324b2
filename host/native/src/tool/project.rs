//! What a folder holds: the function's name and language, from `Cargo.toml` or from `udf.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::languages::Language;

/// A project that can be built.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) folder: PathBuf,
    pub(super) language: Language,
    /// What is in `udf.toml`; a cargo project has none and needs none.
    pub(super) manifest: Option<Manifest>,
}

/// `udf.toml`, of projects in every language but Rust.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Manifest {
    /// The name of the component, and of the function.
    pub(super) name: String,
    pub(super) lang: Language,
    /// The file with the function, in the project's folder.
    pub(super) source: PathBuf,
    /// The folder with the world and what it refers to.
    #[serde(default = "wit")]
    pub(super) wit: PathBuf,
    /// The world that the component exports.
    #[serde(default = "world")]
    pub(super) world: String,
}

fn wit() -> PathBuf {
    "wit".into()
}

fn world() -> String {
    "function".to_owned()
}

impl Project {
    /// The project in a folder.
    pub(super) fn find(folder: &Path) -> Result<Project, String> {
        let folder = folder.to_owned();
        let path = folder.join("udf.toml");
        if path.is_file() {
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let manifest: Manifest = toml::from_str(&text)
                .map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))?;
            check_name(&manifest.name).map_err(|error| format!("{}: {error}", path.display()))?;
            let source = folder.join(&manifest.source);
            if manifest.lang != Language::Rust && !source.is_file() {
                return Err(format!("{}: there is no source `{}`", path.display(), manifest.source.display()));
            }
            return Ok(Project { folder, language: manifest.lang, manifest: Some(manifest) });
        }
        if folder.join("Cargo.toml").is_file() {
            return Ok(Project { folder, language: Language::Rust, manifest: None });
        }
        Err(format!(
            "no project at {}: there is no Cargo.toml and no udf.toml. `ferrite udf new NAME --lang rust|js|python|c` \
             writes one",
            folder.display()
        ))
    }
}

/// The name of a component without `.wasm`, as far as WASM.LOAD allows it.
pub(super) fn name_of_file(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name: String = stem.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(64).collect();
    if name.is_empty() { "function".to_owned() } else { name }
}

/// Whether a name is one for a package in every language: lower-case words with `-` between them.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let first = name.starts_with(|c: char| c.is_ascii_lowercase());
    let known = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if first && known && !name.ends_with('-') && !name.contains("--") && name.len() <= 64 {
        return Ok(());
    }
    Err(format!(
        "a name has 1 to 64 lower-case letters and digits, begins with a letter, and may have `-` between them; `{name}` \
         has not"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_that_every_language_takes_them() {
        for name in ["a", "rate-limit", "top2"] {
            assert_eq!(check_name(name), Ok(()));
        }
        for name in ["", "2a", "A", "a_b", "a--b", "a-", "../a", "a/b", "ä", &"a".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert_eq!(name_of_file(Path::new("x/limit er.wasm")), "limiter");
        assert_eq!(name_of_file(Path::new("/")), "function");
    }
}
