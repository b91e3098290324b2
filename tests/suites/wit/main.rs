//! The contract: WIT packages as their goldens say, documented to the last item, and kept by the components.

mod component;
mod copies;
mod documented;
mod golden;
mod old_guest;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wit_parser::{PackageId, Resolve};

/// The packages of this repository, by the names of their folders in `wit/`.
const PACKAGES: &[&str] = &["store", "udf", "gateway", "keyvalue"];

/// A package with everything that it refers to.
fn resolve(folder: &str) -> Result<(Resolve, PackageId)> {
    let path = ferrite_tests::workspace().join("wit").join(folder);
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    let (package, _) = resolve.push_dir(&path).with_context(|| format!("{} does not resolve", path.display()))?;
    Ok((resolve, package))
}

/// Where goldens are kept.
fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}
