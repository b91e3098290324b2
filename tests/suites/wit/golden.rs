//! The text of each package is that of the golden file of its version.

use std::env;
use std::fs;

use anyhow::{Context, Result};
use wit_component::WitPrinter;

use crate::{PACKAGES, golden_folder, resolve};

/// How to write the golden of a new version.
const REFRESH: &str = "FERRITE_WRITE_GOLDEN=1 cargo test -p ferrite-tests --test wit";

#[test]
fn a_package_changes_only_with_its_version() -> Result<()> {
    for folder in PACKAGES {
        let (resolve, package) = resolve(folder)?;
        let mut printer = WitPrinter::default();
        // Comments may change at any time; a golden is about what others compile against.
        printer.emit_docs(false);
        printer.print(&resolve, package, &[])?;
        let text = printer.output.to_string();

        let name = resolve.packages.get(package).context("it has just been resolved")?.name.to_string();
        let version = name.split_once('@').map(|(_, version)| version).context("a package has a version")?;
        let path = golden_folder().join("wit").join(format!("{folder}@{version}.wit"));
        if !path.exists() && env::var_os("FERRITE_WRITE_GOLDEN").is_some() {
            fs::create_dir_all(path.parent().context("the path has a folder")?)?;
            fs::write(&path, &text)?;
        }
        let golden = fs::read_to_string(&path).with_context(|| {
            format!("{name} has no golden {}; when its version is right, write it: {REFRESH}", path.display())
        })?;
        let difference = golden.lines().zip(text.lines()).position(|(old, new)| old != new);
        let line = difference.unwrap_or(golden.lines().count().min(text.lines().count()));
        assert!(
            golden == text,
            "{name} is not what it was (line {} of {}):\n- {}\n+ {}\nraise its version, the patch for an addition and \
             the minor for a break, then write the golden of the new one: {REFRESH}",
            line + 1,
            path.display(),
            golden.lines().nth(line).unwrap_or("(the end)"),
            text.lines().nth(line).unwrap_or("(the end)"),
        );
    }
    Ok(())
}
