//! The languages that functions are written in: a row each, and a file each for how it becomes a component.

mod c;
mod js;
mod python;
mod rust;
mod toolchain;

use serde::Deserialize;

use super::project::{Manifest, Project};

/// A language of `udf new` and `udf build`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Language {
    /// Rust, with the SDK `ferrite-udf`
    Rust,
    /// JavaScript, by componentize-qjs
    #[serde(alias = "javascript")]
    #[value(alias = "javascript")]
    Js,
    /// Python, by componentize-py
    Python,
    /// C, by zig or clang
    C,
}

/// What is to be known about a language.
pub(super) struct Row {
    language: Language,
    /// The word of `--lang`, which is the folder of the template.
    pub(super) word: &'static str,
    /// What it is called.
    pub(super) title: &'static str,
    /// Commands that bring its tools, in a new project's folder.
    pub(super) prepare: &'static [&'static str],
    /// The most fuel that a case of the rate limiter takes in this language, with room above what is measured.
    pub(super) fuel: &'static str,
    compile: fn(&Project) -> Result<Built, String>,
}

/// A component that was built.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

const TABLE: [Row; 4] = [
    Row { language: Language::Rust, word: "rust", title: "Rust", prepare: &[], fuel: "25_000", compile: rust::build },
    Row {
        language: Language::Js,
        word: "js",
        title: "JavaScript",
        prepare: &["npm install"],
        fuel: "900_000",
        compile: js::build,
    },
    Row {
        language: Language::Python,
        word: "python",
        title: "Python",
        prepare: &["python3 -m venv .venv", ".venv/bin/pip install -r requirements.txt"],
        fuel: "500_000",
        compile: python::build,
    },
    Row {
        language: Language::C,
        word: "c",
        title: "C",
        prepare: &["python3 -m venv .venv", ".venv/bin/pip install -r requirements.txt"],
        fuel: "20_000",
        compile: c::build,
    },
];

impl Language {
    /// Its row.
    pub(super) fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.language == self).expect("each language has a row: a test looks")
    }
}

/// Compiles a project.
pub(super) fn build(project: &Project) -> Result<Built, String> {
    (project.language.row().compile)(project)
}

/// The manifest of a project in a language that cannot do without.
fn manifest(project: &Project) -> Result<&Manifest, String> {
    project.manifest.as_ref().ok_or_else(|| format!("{}: there is no udf.toml", project.folder.display()))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn each_language_has_a_row_whose_word_is_that_of_the_command_line() {
        for language in Language::value_variants() {
            let word = language.to_possible_value().expect("none is hidden");
            assert_eq!(language.row().word, word.get_name());
        }
    }
}
