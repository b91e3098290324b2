//! The directory of modules: every `NAME.wasm` in it becomes the function NAME when the server starts and, where `watch` is
//! set, whenever the file changes. A `NAME.toml` beside it says how it is loaded.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::time::SystemTime;

use serde::Deserialize;

use super::commands::load;
use super::limits::{MODULE_DIR_FILES, MODULE_OPTIONS_BYTES};
use crate::server::Shard;

/// The file beside a module.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// What WASM.LOAD would be told behind the module: `PERMISSIONS WRITE FUEL 5000000`.
    options: String,
}

/// When both files of a module were written, and how long they are.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// What was seen in the directory.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Seen(BTreeMap<String, Stamp>);

/// Loads what is new or changed since `seen`, and unloads what is gone.
pub(crate) async fn follow(shard: &Rc<Shard>, seen: Seen) -> Seen {
    let dir = shard.config.wasm.module_dir.clone();
    let found = tokio::task::spawn_blocking(move || scan(&dir)).await.unwrap_or_default();
    for (name, stamp) in &found.0 {
        if seen.0.get(name) == Some(stamp) {
            continue;
        }
        if let Err(reason) = load_one(shard, name).await {
            tracing::error!("{name}.wasm in module_dir: {reason}");
        }
    }
    for name in seen.0.keys().filter(|name| !found.0.contains_key(*name)) {
        match shard.functions.remove(shard, name.as_bytes()) {
            Ok(true) => tracing::info!(function = %name, "unloaded: its module is gone from module_dir"),
            Ok(false) => {}
            Err(failure) => tracing::error!(function = %name, "cannot be unloaded: {failure}"),
        }
    }
    found
}

async fn load_one(shard: &Rc<Shard>, name: &str) -> Result<(), String> {
    let path = shard.config.wasm.module_dir.join(format!("{name}.toml"));
    let options = tokio::task::spawn_blocking(move || read_options(&path)).await.unwrap_or_else(|_| Ok(Vec::new()))?;
    let module = format!("{name}.wasm").into_bytes();
    load::load_module(shard, name, module, options).await
}

/// The words of the file beside a module; none when there is no such file.
fn read_options(path: &Path) -> Result<Vec<Vec<u8>>, String> {
    let Ok(metadata) = path.metadata() else { return Ok(Vec::new()) };
    let shown = path.display();
    if metadata.len() > MODULE_OPTIONS_BYTES {
        return Err(format!("{shown} has {} bytes, more than {MODULE_OPTIONS_BYTES}", metadata.len()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let options: Options = toml::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
    Ok(options.options.split_whitespace().map(|word| word.as_bytes().to_vec()).collect())
}

fn scan(dir: &Path) -> Seen {
    let Ok(entries) = std::fs::read_dir(dir) else { return Seen::default() };
    let modules = entries.filter_map(|entry| name_of(&entry.ok()?.path())).take(MODULE_DIR_FILES);
    Seen(
        modules
            .map(|name| {
                let stamps = ["wasm", "toml"].map(|extension| stamp(&dir.join(format!("{name}.{extension}"))));
                (name, stamps)
            })
            .collect(),
    )
}

/// `NAME` of `NAME.wasm`.
fn name_of(path: &Path) -> Option<String> {
    let is_module = path.extension().is_some_and(|extension| extension == "wasm");
    is_module.then(|| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned)).flatten()
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_files_that_end_in_wasm_and_a_change_shows() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let write = |name: &str, text: &str| std::fs::write(temp.path().join(name), text).expect("writable");
        assert_eq!(scan(&temp.path().join("missing")), Seen::default());
        write("a.wasm", "1");
        write("readme.txt", "1");
        let first = scan(temp.path());
        assert_eq!(first.0.keys().collect::<Vec<_>>(), ["a"]);
        write("a.toml", "options = \"FUEL 7\"");
        assert_ne!(scan(temp.path()), first);
    }

    #[test]
    fn the_file_beside_a_module_holds_words_of_load_and_nothing_else() {
        let temp = tempfile::tempdir().expect("a temporary directory");
        let path = temp.path().join("a.toml");
        assert_eq!(read_options(&path), Ok(Vec::new()));
        std::fs::write(&path, "options = \"PERMISSIONS WRITE  FUEL 7\"").expect("writable");
        assert_eq!(read_options(&path).map(|words| words.len()), Ok(4));
        std::fs::write(&path, "permissions = 1").expect("writable");
        assert!(read_options(&path).expect_err("no such key").contains("permissions"));
    }
}
