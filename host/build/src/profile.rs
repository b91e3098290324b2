//! The cargo profiles that components are compiled with.

/// A profile, with what no profile can say.
#[derive(Debug)]
pub(crate) struct Profile {
    /// Its name in the manifest of the workspace.
    pub(crate) name: &'static str,
    /// Further flags for rustc.
    pub(crate) rustflags: &'static [&'static str],
}

/// All there are. In a small one LLVM inlines next to nothing (at `opt-level = "z"` alone it still puts a function of 25
/// instructions into each of its callers), and never copies a load onto the ways that lead to it.
const PROFILES: &[Profile] = &[
    Profile { name: Profile::USUAL, rustflags: &[] },
    Profile {
        name: "small",
        rustflags: &[
            "-Cllvm-args=-inline-threshold=5",
            "-Cllvm-args=-inlinehint-threshold=5",
            "-Cllvm-args=-enable-load-pre=false",
        ],
    },
];

impl Profile {
    /// The name of the one for components that name none. This workspace has it in its root manifest; for any other
    /// project it is the project's `release` with settings of its own.
    pub(crate) const USUAL: &str = "component";

    /// The profile of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.name == name)
    }
}
