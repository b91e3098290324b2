//! What `cargo metadata` says about a project: its packages, and which of them stand beside each other on this disk.

use crate::{Error, nested_cargo, profile::Profile, wasm_target::WasmTarget};
use serde_json::Value;
use std::{
    collections::HashSet,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The package that becomes a component.
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    /// Whether the workspace says itself how components are compiled, in a profile of that name.
    pub(crate) has_component_profile: bool,
    /// `target` in `[package.metadata.ferrite]`, or the usual one.
    pub(crate) target: WasmTarget,
    /// `names` in `[package.metadata.ferrite]`: whether the component carries the names of its functions, by which a
    /// backtrace shows where one failed. It does unless the package says `false`.
    pub(crate) has_names: bool,
    /// `profile` in `[package.metadata.ferrite]`, or the usual one.
    pub(crate) profile: &'static Profile,
    /// Folders of the package and of its path dependencies.
    pub(crate) folders: Vec<PathBuf>,
}

impl Package {
    /// Reads the project in this folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let manifest = folder.join("Cargo.toml");
        let manifest = manifest.canonicalize().map_err(|_| Error::NoProject(folder.to_owned()))?;
        let mut arguments: Vec<OsString> =
            ["metadata", "--quiet", "--format-version", "1", "--filter-platform", WasmTarget::default().triple()]
                .map(OsString::from)
                .to_vec();
        arguments.extend(["--manifest-path".into(), manifest.clone().into_os_string()]);
        let metadata = nested_cargo::run(&arguments)?.into_iter().next().unwrap_or(Value::Null);

        let packages = list(&metadata["packages"]);
        let package = packages
            .iter()
            .find(|package| package["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest))
            .ok_or_else(|| Error::NotAComponent {
                manifest: manifest.clone(),
                reason: "this is a workspace, not a package: name the folder of one of its packages".to_owned(),
            })?;
        let target = match package["metadata"]["ferrite"]["target"].as_str() {
            None => WasmTarget::default(),
            Some(name) => WasmTarget::named(name).ok_or_else(|| Error::NotAComponent {
                manifest: manifest.clone(),
                reason: format!(
                    "its target in [package.metadata.ferrite] is `{name}`: expected one of {}",
                    WasmTarget::ALL.map(WasmTarget::triple).join(", ")
                ),
            })?,
        };
        if target != WasmTarget::Module && !list(&package["targets"]).iter().any(is_library) {
            return Err(Error::NotAComponent {
                manifest,
                reason: "a component is a library: put the function into src/lib.rs".to_owned(),
            });
        }
        let profile = package["metadata"]["ferrite"]["profile"].as_str().unwrap_or(Profile::USUAL);
        let profile = Profile::named(profile).ok_or_else(|| Error::NotAComponent {
            manifest: manifest.clone(),
            reason: format!("its profile in [package.metadata.ferrite] is `{profile}`: there is no such"),
        })?;
        let workspace_root = PathBuf::from(text(&metadata["workspace_root"]));
        let root_manifest = fs::read_to_string(workspace_root.join("Cargo.toml")).unwrap_or_default();
        let id = text(&package["id"]);
        Ok(Self {
            name: text(&package["name"]),
            target,
            profile,
            has_names: package["metadata"]["ferrite"]["names"].as_bool().unwrap_or(true),
            has_component_profile: root_manifest.lines().any(|line| line.trim() == "[profile.component]"),
            target_directory: PathBuf::from(text(&metadata["target_directory"])),
            folders: path_dependencies(&metadata, packages, &id),
            workspace_root,
            manifest,
            id,
        })
    }
}

/// Whether cargo can make a `cdylib` of this target.
fn is_library(target: &Value) -> bool {
    list(&target["kind"])
        .iter()
        .filter_map(Value::as_str)
        .any(|kind| matches!(kind, "lib" | "rlib" | "dylib" | "cdylib" | "staticlib"))
}

/// Folders of the packages without a registry, among those that `root` needs.
fn path_dependencies(metadata: &Value, packages: &[Value], root: &str) -> Vec<PathBuf> {
    let nodes = list(&metadata["resolve"]["nodes"]);
    let mut seen = HashSet::from([root.to_owned()]);
    let mut pending = vec![root.to_owned()];
    let mut folders = Vec::new();
    while let Some(id) = pending.pop() {
        let on_disk = packages.iter().find(|package| package["id"] == id.as_str() && package["source"].is_null());
        // Nothing that comes from a registry can depend on a path.
        let Some(package) = on_disk else { continue };
        if let Some(folder) = Path::new(&text(&package["manifest_path"])).parent() {
            folders.push(folder.to_owned());
        }
        let node = nodes.iter().find(|node| node["id"] == id.as_str());
        for dependency in node.map(|node| list(&node["deps"])).unwrap_or_default() {
            let only_for_tests = list(&dependency["dep_kinds"]).iter().all(|kind| kind["kind"] == "dev");
            let id = text(&dependency["pkg"]);
            if !only_for_tests && seen.insert(id.clone()) {
                pending.push(id);
            }
        }
    }
    folders.sort();
    folders
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
