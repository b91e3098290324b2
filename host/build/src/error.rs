//! Why a component could not be built.

use std::{fmt, io, path::PathBuf};

/// Why a component could not be built. The text is made to be read by whoever typed the command.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no cargo project at this path.
    NoProject(PathBuf),
    /// The project is there, but it is none that can become a component.
    NotAComponent {
        /// The project's `Cargo.toml`.
        manifest: PathBuf,
        /// What is missing, and what to write.
        reason: String,
    },
    /// This workspace has no component of that name.
    UnknownComponent {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Rust cannot compile to WebAssembly, and installing the target did not work.
    NoWasmTarget {
        /// The command that adds it.
        command: String,
        /// What was tried, and what came of it.
        reason: String,
    },
    /// Cargo could not be started, or it failed; what it wrote to standard error has been shown already.
    Cargo(String),
    /// The module was compiled, but it is no valid component.
    Encode {
        /// The package.
        package: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProject(path) => {
                write!(f, "no cargo project at {}: there is no Cargo.toml", path.display())
            }
            Self::NotAComponent { manifest, reason } => write!(f, "{}: {reason}", manifest.display()),
            Self::UnknownComponent { name, known } => {
                write!(f, "no component is called `{name}`; there are {}", known.join(", "))
            }
            Self::NoWasmTarget { command, reason } => {
                write!(
                    f,
                    "the WebAssembly target of Rust is missing ({reason}). Type this, then try again:\n\n    {command}\n"
                )
            }
            Self::Cargo(reason) => f.write_str(reason),
            Self::Encode { package, reason } => write!(f, "`{package}` compiled, but it is no component: {reason}"),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
