//! The templates of `udf new`, from `guest-sdk/templates`, and the WIT that they are built against, from `wit/`.
//!
//! A template is a working project named `rate-limit`; its files are written with that name replaced. The Rust one has
//! the sources of the example of that name.

use super::languages::Row;

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The name that every template has.
const NAME: &str = "rate-limit";

/// The files of a new project, by their paths in it.
pub(super) fn files(row: &Row, name: &str) -> Vec<(String, String)> {
    let own = TEMPLATES.iter().filter(|(language, ..)| *language == row.word || *language == "any");
    let mut files: Vec<(String, String)> = own
        .map(|(_, path, text)| {
            // A `.gitignore` in the template would hide files of this repository.
            let path = path.replace("dot-", ".").replace(NAME, name).replace(&ident(NAME), &ident(name));
            let text = text.replace("\"{{fuel}}\"", row.fuel);
            (path, current(&text).replace(NAME, name).replace(&ident(NAME), &ident(name)))
        })
        .collect();
    if row.word != "rust" {
        files.extend(WIT.iter().map(|(path, text)| (format!("wit/{path}"), (*text).to_owned())));
    }
    files
}

fn ident(name: &str) -> String {
    name.replace('-', "_")
}

/// A text whose names of our packages have the versions of the WIT that goes with it.
fn current(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("ferrite:") {
        let name = after
            .find('@')
            .filter(|end| after.as_bytes().iter().take(*end).all(|b| b.is_ascii_lowercase() || b"-/".contains(b)));
        let Some((path, version)) = name.and_then(|end| after.split_at_checked(end)) else {
            out.push_str(before);
            out.push_str("ferrite:");
            rest = after;
            continue;
        };
        let digits = version.bytes().skip(1).take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let package = path.split('/').next().unwrap_or_default();
        out.push_str(&format!("{before}ferrite:{path}@{}", version_of(package)));
        rest = version.get(1 + digits..).unwrap_or_default();
    }
    out + rest
}

/// The version of one of our packages, from the line of the WIT that declares it.
fn version_of(package: &str) -> &'static str {
    let declared = |text: &'static str| {
        text.lines().find_map(|line| line.strip_prefix(&format!("package ferrite:{package}@"))?.strip_suffix(';'))
    };
    WIT.iter().find_map(|(_, text)| declared(text)).unwrap_or_default()
}

/// A text with another line in the place of the one that begins so.
pub(super) fn replace_line(text: &str, begins: &str, line: &str) -> String {
    let lines = text.lines().map(|present| if present.starts_with(begins) { line } else { present });
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::tool::languages::Language;

    #[test]
    fn every_template_has_its_files_under_the_new_name() {
        for language in Language::value_variants() {
            let files = files(language.row(), "my-limiter");
            for wanted in ["README.md", "golden.toml", ".gitignore"] {
                assert!(files.iter().any(|(path, _)| path == wanted), "{language:?} has no {wanted}");
            }
            for (path, text) in &files {
                let old = path.contains(NAME) || text.contains(NAME) || text.contains("rate_limit");
                assert!(!old && !text.contains("{{"), "{language:?}: {path} has the template's name or a blank");
            }
            let readme = files.iter().find(|(path, _)| path == "README.md").map(|(_, text)| text.lines().count());
            assert!(readme.is_some_and(|lines| lines <= 20), "{language:?}: the README is short");
        }
    }

    #[test]
    fn packages_have_the_version_of_the_wit_beside_them() {
        let store = version_of("store");
        assert!(!store.is_empty() && !version_of("udf").is_empty());
        let text = "a \"ferrite:store/strings@0.0.7\"; ferrite: x@y, ferrite:store/keys@9.9.9";
        assert_eq!(
            current(text),
            format!("a \"ferrite:store/strings@{store}\"; ferrite: x@y, ferrite:store/keys@{store}")
        );
    }

    #[test]
    fn a_line_is_replaced_by_its_begin() {
        assert_eq!(replace_line("a = 1\nb = 2\n", "b = ", "b = 3"), "a = 1\nb = 3\n");
    }
}
