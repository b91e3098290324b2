//! Packages that refer to each other hold copies of each other in `deps`, where every WIT tool looks for them.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::PACKAGES;

/// How to copy a package that changed.
const REFRESH: &str = "FERRITE_WRITE_GOLDEN=1 cargo test -p ferrite-tests --test wit";

fn files(folder: &Path) -> Result<BTreeMap<String, String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    entries
        .map(|entry| {
            let entry = entry?;
            Ok((entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path())?))
        })
        .collect()
}

#[test]
fn copies_of_our_packages_are_equal_to_them() -> Result<()> {
    let wit = ferrite_tests::workspace().join("wit");
    let mut copies = 0;
    for folder in PACKAGES {
        for name in PACKAGES {
            let copy = wit.join(folder).join("deps").join(format!("ferrite-{name}"));
            if !copy.exists() {
                continue;
            }
            let original = files(&wit.join(name))?;
            if env::var_os("FERRITE_WRITE_GOLDEN").is_some() && files(&copy)? != original {
                for file in files(&copy)?.keys().filter(|file| !original.contains_key(*file)) {
                    fs::remove_file(copy.join(file))?;
                }
                for (file, text) in &original {
                    fs::write(copy.join(file), text)?;
                }
            }
            assert!(files(&copy)? == original, "{} is not a copy of wit/{name}: {REFRESH}", copy.display());
            copies += 1;
        }
    }
    assert!(copies > 0, "no package holds a copy of another");
    Ok(())
}
