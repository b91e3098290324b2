//! Files of a folder, for pages that talk to this server. Nothing outside of the folder, and nothing hidden.

use std::fs;
use std::path::{Path, PathBuf};

use ferrite_http::{Answer, Head};

use crate::limits::HTTP_FILE_BYTES;

/// What a folder's path leads to.
const INDEX: &str = "index.html";

const TYPES: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// The file that a request names, if it does.
pub(super) fn find(root: &Path, head: &Head<'_>) -> Option<Answer> {
    if !matches!(head.method, "GET" | "HEAD") {
        return None;
    }
    let file = locate(root, head)?;
    let about = fs::metadata(&file).ok().filter(|about| about.is_file())?;
    if about.len() > HTTP_FILE_BYTES {
        return Some(Answer::error(413, &format!("files of more than {HTTP_FILE_BYTES} bytes are not served")));
    }
    let body = fs::read(&file).ok()?;
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let kind = TYPES.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
    let kind = kind.map_or("application/octet-stream", |(_, kind)| kind);
    let headers = vec![
        ("Content-Type", kind.to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Cache-Control", "no-cache".to_owned()),
        // No other site may frame the page: who clicks in it means it.
        ("X-Frame-Options", "SAMEORIGIN".to_owned()),
    ];
    Some(Answer { status: 200, headers, body })
}

/// The path on disk, with links followed: below the root, or nothing.
fn locate(root: &Path, head: &Head<'_>) -> Option<PathBuf> {
    let mut path = root.to_owned();
    let mut names_a_folder = true;
    for segment in head.segments() {
        if !names_a_folder && path.is_file() {
            return None;
        }
        let name = std::str::from_utf8(&segment).ok()?;
        names_a_folder = name.is_empty();
        if name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return None;
        }
        path.push(name);
    }
    if names_a_folder {
        path.push(INDEX);
    }
    let (root, path) = (root.canonicalize().ok()?, path.canonicalize().ok()?);
    path.starts_with(root).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(root: &Path, target: &str) -> Option<(String, Vec<u8>)> {
        let answer = find(root, &Head::new("GET", target, []))?;
        Some((answer.header("content-type").unwrap_or_default().to_owned(), answer.body))
    }

    #[test]
    fn files_below_the_folder_are_found_and_no_others() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("assets")).expect("it is writable");
        for (name, text) in [
            ("root/index.html", "page"),
            ("root/assets/a b.wasm", "module"),
            ("root/.hidden", "hidden"),
            ("secret.txt", "secret"),
        ] {
            fs::write(folder.path().join(name), text).expect("it is writable");
        }
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), root.join("link.txt")).expect("a link");

        let page = Some(("text/html; charset=utf-8".to_owned(), b"page".to_vec()));
        assert_eq!(get(&root, "/"), page);
        assert_eq!(get(&root, "/?x=1"), page);
        assert_eq!(get(&root, "/index.html"), page);
        let module = Some(("application/wasm".to_owned(), b"module".to_vec()));
        assert_eq!(get(&root, "/assets/a%20b.wasm"), module);
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/assets/../../secret.txt",
            "/assets/..%5c..%5csecret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/.hidden",
            "/link.txt",
            "/assets",
            "/assets/",
            "/index.html/",
            "/index.html%00.txt",
            "/absent",
        ] {
            assert_eq!(get(&root, target), None, "{target}");
        }
        assert!(find(&root, &Head::new("POST", "/", [])).is_none());
        assert!(find(&root, &Head::new("HEAD", "/", [])).is_some());
    }
}
