//! The text of each package is that of the golden file of its version, and a patch version only adds to the one before.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
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
        if env::var_os("FERRITE_WRITE_GOLDEN").is_some() && may_become(&path, &text)? {
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
             the minor for a break, then write the golden of the new one, or of an addition to one that nobody has \
             yet: {REFRESH}",
            line + 1,
            path.display(),
            golden.lines().nth(line).unwrap_or("(the end)"),
            text.lines().nth(line).unwrap_or("(the end)"),
        );
    }
    Ok(())
}

/// Whether this may be written to the golden: it is new, or nothing of it goes.
fn may_become(golden: &Path, text: &str) -> Result<bool> {
    Ok(!golden.exists() || missing(&fs::read_to_string(golden)?, text).is_empty())
}

#[test]
fn a_patch_version_has_everything_of_the_one_before_unchanged() -> Result<()> {
    let folder = golden_folder().join("wit");
    let mut versions: BTreeMap<(String, u32, u32), BTreeMap<u32, String>> = BTreeMap::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).context("a golden is named")?.to_owned();
        let (name, version) = stem.split_once('@').context("a golden is named after its version")?;
        let numbers: Vec<u32> = version.split('.').map(str::parse).collect::<Result<_, _>>()?;
        let [major, minor, patch] = numbers[..] else { anyhow::bail!("{stem} has no version of three numbers") };
        versions.entry((name.to_owned(), major, minor)).or_default().insert(patch, fs::read_to_string(&path)?);
    }
    let mut pairs = 0;
    for (name, patches) in &versions {
        for ((old, before), (new, after)) in patches.iter().zip(patches.iter().skip(1)) {
            let missing = missing(before, after);
            ensure!(missing.is_empty(), "{name:?}: patch {new} lacks of patch {old}:\n{}", missing.join("\n"));
            pairs += 1;
        }
    }
    assert!(pairs > 0, "no package has two patch versions");
    Ok(())
}

/// The items of a package's text that another text does not have as they are. `wire` may change: it is only between a
/// host and the component that the host brings along.
fn missing(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (items(before), items(after));
    let lost = before.difference(&after).filter(|(place, _)| !place.starts_with("interface wire"));
    lost.map(|(place, item)| format!("{place}: {item}")).collect()
}

/// Each item with the interface or world that it stands in. What an interface uses of others shows in its items.
fn items(text: &str) -> BTreeSet<(String, String)> {
    let mut items = BTreeSet::new();
    let mut place = String::new();
    let mut item = String::new();
    for line in text.lines() {
        if line.starts_with("interface ") || line.starts_with("world ") {
            place = line.to_owned();
            items.insert((place.clone(), String::new()));
            continue;
        }
        let is_use = line.starts_with("  use ");
        if line.starts_with("  ") && !is_use {
            // Which patch of another package is meant changes with every patch.
            let line = line.split_once('@').filter(|_| line.contains("import ")).map_or(line, |(name, _)| name);
            item.push_str(line);
            item.push('\n');
        }
        let ends = line.ends_with(';') || line == "  }";
        if ends && line.starts_with("  ") && !line.starts_with("    ") && !item.is_empty() {
            items.insert((place.clone(), std::mem::take(&mut item)));
        }
    }
    items
}
