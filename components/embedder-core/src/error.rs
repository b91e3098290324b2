//! Why texts cannot be embedded.

use std::fmt;

/// Why the model could not be loaded, or texts not be embedded. The texts say what is wrong where, for whoever mounted
/// the weights or sent the texts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A file of the model is not there.
    Missing(String),
    /// A file of the model could not be read.
    Unreadable {
        /// Its name.
        file: String,
        /// What the host says.
        reason: String,
    },
    /// A file of the model is damaged.
    Malformed {
        /// Its name.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of the model is whole, but asks for what this encoder does not do.
    Unsupported {
        /// Its name.
        file: String,
        /// What it asks for, and what there is.
        reason: String,
    },
    /// More than [`crate::limits`] allow.
    LimitExceeded {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// What is allowed.
        allowed: u64,
        /// What there was.
        requested: u64,
    },
    /// The memory for the weights is not there.
    OutOfMemory {
        /// How much was asked for.
        bytes: u64,
    },
    /// The embedding of a text is no direction: the weights are too great, or all zero.
    NotFinite,
}

impl Error {
    pub(crate) fn malformed(file: &str, reason: impl Into<String>) -> Error {
        Error::Malformed { file: file.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unsupported(file: &str, reason: impl Into<String>) -> Error {
        Error::Unsupported { file: file.to_owned(), reason: reason.into() }
    }
}

/// An error if there is more than allowed.
pub(crate) fn within(what: &'static str, requested: u64, allowed: u64) -> Result<(), Error> {
    if requested > allowed { Err(Error::LimitExceeded { what, allowed, requested }) } else { Ok(()) }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Missing(file) => write!(f, "{file} is not there"),
            Error::Unreadable { file, reason } => write!(f, "{file} cannot be read: {reason}"),
            Error::Malformed { file, reason } | Error::Unsupported { file, reason } => write!(f, "{file}: {reason}"),
            Error::LimitExceeded { what, allowed, requested } => {
                write!(f, "too many {what}: {requested}, and {allowed} are allowed")
            }
            Error::OutOfMemory { bytes } => write!(f, "no memory for {bytes} bytes of weights"),
            Error::NotFinite => f.write_str("the embedding is no direction: the weights are too great, or all zero"),
        }
    }
}

impl std::error::Error for Error {}
