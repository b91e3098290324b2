//! Redis 7.0's commands, one by one: what the table says of them is what Redis says, none is missing, what is wrong with
//! their arguments is said in Redis' words, and `docs/compatibility.md` tells where they differ.
//!
//! The goldens and the document are written by `FERRITE_WRITE_GOLDEN=1 cargo test -p ferrite-tests --test compatibility`.

mod differences;
mod document;
mod malformed;
mod rows;

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Compares a text with a file, or writes the file when it is asked to.
fn check_file(path: &Path, text: &str) -> Result<()> {
    if env::var_os("FERRITE_WRITE_GOLDEN").is_some() {
        return fs::write(path, text).with_context(|| format!("cannot write {}", path.display()));
    }
    let file = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    for (number, (old, new)) in file.lines().chain(["(the end)"]).zip(text.lines().chain(["(the end)"])).enumerate() {
        if old != new {
            bail!(
                "{} is stale from line {} on:\n- {old}\n+ {new}\n\
                 write it: FERRITE_WRITE_GOLDEN=1 cargo test -p ferrite-tests --test compatibility",
                path.display(),
                number + 1
            );
        }
    }
    Ok(())
}
