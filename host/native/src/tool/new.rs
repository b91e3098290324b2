//! `ferrite udf new`: a folder with a working rate limiter, its golden cases, and what it takes to build it.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::languages::Language;
use super::{ToolError, project, templates};

pub(super) const EXAMPLES: &str = "\
Examples:
  ferrite udf new limiter                  in Rust, into ./limiter
  ferrite udf new limiter --lang python
  ferrite udf new limiter --lang js --dir functions/limiter

Then, in the new folder: ferrite udf test";

/// Options of `udf new`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The function's name: lower-case letters, digits and `-`
    name: String,
    /// Language to write it in
    #[arg(short, long, value_enum, default_value = "rust")]
    lang: Language,
    /// Folder to write into [default: the name]
    #[arg(short, long)]
    dir: Option<PathBuf>,
    /// Folder of the crate `ferrite-udf`, for Rust [default: guest-sdk of the sources that this program was built from]
    #[arg(long, value_name = "PATH")]
    sdk: Option<PathBuf>,
}

pub(super) fn new(arguments: Arguments) -> Result<(), ToolError> {
    project::check_name(&arguments.name)?;
    let row = arguments.lang.row();
    let folder = arguments.dir.unwrap_or_else(|| PathBuf::from(&arguments.name));
    let mut files = templates::files(row, &arguments.name);
    if arguments.lang == Language::Rust {
        let line = sdk_line(arguments.sdk.as_deref())?;
        for (_, text) in files.iter_mut().filter(|(path, _)| path == "Cargo.toml") {
            *text = templates::replace_line(text, "ferrite-udf = ", &line);
        }
    }
    // All or nothing: a file of that name means that somebody has begun here.
    if let Some((path, _)) = files.iter().find(|(path, _)| folder.join(path).symlink_metadata().is_ok()) {
        return Err(format!("{} exists already, and nothing is overwritten", folder.join(path).display()).into());
    }
    for (path, text) in &files {
        write_new(&folder.join(path), text)?;
    }
    println!("{}: {}, {} files", folder.display(), row.title, files.len());
    println!("\nNext:\n  cd {}", folder.display());
    for command in row.prepare {
        println!("  {command}");
    }
    println!("  ferrite udf test");
    Ok(())
}

fn write_new(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} exists already, and nothing is overwritten", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// The dependency on the SDK, which is in no registry: the sources that this program was built from have it.
fn sdk_line(asked: Option<&Path>) -> Result<String, String> {
    let built_from = ferrite_build::workspace::root().join("guest-sdk");
    let path = asked.unwrap_or(&built_from);
    match (path.canonicalize().ok().filter(|path| path.join("Cargo.toml").is_file()), asked) {
        // In TOML, a text between single quotes has no escapes.
        (Some(path), _) if !path.to_string_lossy().contains('\'') => {
            Ok(format!("ferrite-udf = {{ path = '{}' }}", path.display()))
        }
        (Some(path), _) => Err(format!("the path {} has a ' in it, which Cargo.toml cannot hold", path.display())),
        (None, Some(path)) => Err(format!("--sdk {}: there is no Cargo.toml", path.display())),
        (None, None) => Err(format!(
            "the crate `ferrite-udf` is no longer at {}: name its folder with --sdk PATH (guest-sdk in a clone of Ferrite)",
            built_from.display()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let dir = temp.path().join("limiter");
        let arguments =
            || Arguments { name: "limiter".to_owned(), lang: Language::C, dir: Some(dir.clone()), sdk: None };
        std::fs::create_dir_all(&dir).expect("writable");
        std::fs::write(dir.join("golden.toml"), "mine").expect("writable");
        let Err(ToolError::Told(error)) = new(arguments()) else { panic!("a file is there") };
        assert!(error.contains("golden.toml exists already"), "{error}");
        assert_eq!(std::fs::read_dir(&dir).expect("it is there").count(), 1, "nothing else was written");
        std::fs::remove_file(dir.join("golden.toml")).expect("writable");
        new(arguments()).expect("the folder is empty");
        assert!(new(arguments()).is_err(), "the second time everything is there");
    }

    #[test]
    fn a_sdk_that_is_not_there_is_an_error() {
        let error = sdk_line(Some(Path::new("/nonexistent"))).expect_err("there is nothing");
        assert!(error.contains("/nonexistent"), "{error}");
        assert!(sdk_line(None).expect("these sources are here").contains("guest-sdk"));
    }
}
