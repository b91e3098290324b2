//! What to build: a folder, and options where the usual ones do not fit.

use crate::{
    Component, Error,
    component::write_if_changed,
    encode::{self, encode, encode_unchecked},
    nested_cargo,
    package::Package,
    sources,
    wasm_target::{self, WasmTarget},
};
use serde_json::Value;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// What the usual profile has in a project that does not define it.
const PROFILE_SETTINGS: &[&str] = &[
    "profile.component.inherits='release'",
    "profile.component.lto='fat'",
    "profile.component.codegen-units=1",
    "profile.component.panic='abort'",
    "profile.component.strip='debuginfo'",
];

/// A cargo project that becomes a component.
#[derive(Clone, Debug)]
pub struct Project {
    folder: PathBuf,
    features: Vec<String>,
    target_dir: Option<PathBuf>,
    quiet: bool,
    exports: Exports,
}

/// What the component has to export.
#[derive(Clone, Debug)]
enum Exports {
    Anything,
    Something,
    Named(String),
}

impl Project {
    /// The project whose `Cargo.toml` is in this folder. It needs a library; its crate type does not matter.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            features: Vec::new(),
            target_dir: None,
            quiet: false,
            exports: Exports::Something,
        }
    }

    /// Features to switch on.
    #[must_use]
    pub fn features<I: IntoIterator<Item: Into<String>>>(mut self, features: I) -> Self {
        self.features.extend(features.into_iter().map(Into::into));
        self
    }

    /// Where cargo puts its files. Without it, this is `wasm` in the project's own target directory, so that the nested
    /// build never waits for a cargo that holds the lock of the outer one.
    #[must_use]
    pub fn target_dir(mut self, target_dir: impl Into<PathBuf>) -> Self {
        self.target_dir = Some(target_dir.into());
        self
    }

    /// Says nothing while all goes well.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Refuses a component that does not export this function of its world, such as the `call` of a function.
    #[must_use]
    pub fn expect_export(mut self, name: &str) -> Self {
        self.exports = Exports::Named(name.to_owned());
        self
    }

    /// Accepts a component that exports no function. No host will: this is for tests of hosts.
    #[must_use]
    pub fn allow_no_exports(mut self) -> Self {
        self.exports = Exports::Anything;
        self
    }

    /// Compiles and encodes. Cargo shows its progress and its errors on standard error.
    pub fn build(&self) -> Result<Component, Error> {
        let package = Package::read(&self.folder)?;
        wasm_target::ensure(package.target)?;
        let target_dir = match &self.target_dir {
            Some(target_dir) => target_dir.clone(),
            None => package.target_directory.join("wasm"),
        };
        let module_path = self.compile(&package, &target_dir)?;
        let module = fs::read(&module_path).map_err(|error| Error::file(&module_path, error))?;
        let expected = match &self.exports {
            Exports::Named(name) => Some(name.as_str()),
            _ => None,
        };
        let encoded = match (package.target, &self.exports) {
            (WasmTarget::Module, _) | (WasmTarget::Wasi, Exports::Anything) => Ok(module),
            (WasmTarget::Wasi, _) => encode::check(&module, expected).map(|()| module),
            (WasmTarget::Unknown, Exports::Anything) => encode_unchecked(&module),
            (WasmTarget::Unknown, _) => encode(&module, expected),
        };
        let bytes = encoded.map_err(|reason| Error::Encode { package: package.name.clone(), reason })?;
        let path = target_dir.join("components").join(format!("{}.wasm", self.file_stem(&package)));
        write_if_changed(&path, &bytes)?;
        Ok(Component { sources: sources::of(&package), package: package.name, path, bytes })
    }

    /// Packages with other features are other components.
    fn file_stem(&self, package: &Package) -> String {
        [std::slice::from_ref(&package.name), &self.features].concat().join("+").replace('/', "-")
    }

    fn compile(&self, package: &Package, target_dir: &Path) -> Result<PathBuf, Error> {
        let mut arguments: Vec<OsString> = Vec::new();
        // `rustc` rather than `build`: it names the crate type, so that a library which is an `rlib` too (for its own
        // native tests) still gets link-time optimisation.
        for word in ["rustc", "--target", package.target.triple(), "--profile", package.profile.name] {
            arguments.push(word.into());
        }
        arguments.extend(package.target.crate_type().iter().map(Into::into));
        arguments.push("--message-format=json-render-diagnostics".into());
        arguments.extend(["--manifest-path".into(), package.manifest.clone().into_os_string()]);
        arguments.extend(["--target-dir".into(), target_dir.into()]);
        if self.quiet {
            arguments.push("--quiet".into());
        }
        if !self.features.is_empty() {
            arguments.extend(["--features".into(), self.features.join(",").into()]);
        }
        if !package.has_component_profile {
            for setting in PROFILE_SETTINGS {
                arguments.extend(["--config".into(), setting.into()]);
            }
        }
        if !package.has_names {
            // To the linker: of two `-Cstrip` the one for all packages would count.
            arguments.extend(["--".into(), "-Clink-arg=--strip-all".into()]);
        }
        let messages = nested_cargo::run_with(&arguments, package.profile.rustflags)?;
        module_of(&messages, &package.id).ok_or_else(|| {
            Error::Cargo(format!("cargo built `{}`, but named no WebAssembly module among its artefacts", package.name))
        })
    }
}

/// The module among the artefacts that cargo reports.
fn module_of(messages: &[Value], package: &str) -> Option<PathBuf> {
    let artifacts = messages.iter().filter(|message| message["reason"] == "compiler-artifact");
    let mut files = artifacts.filter(|artifact| artifact["package_id"] == package).filter_map(|artifact| {
        artifact["filenames"].as_array()?.iter().filter_map(Value::as_str).find(|name| name.ends_with(".wasm"))
    });
    files.next_back().map(PathBuf::from)
}
