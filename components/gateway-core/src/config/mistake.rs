//! What is wrong with a configuration.

use std::fmt;

/// One mistake in a configuration: `line 12: models[0].strategy: found "fastest", expected …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, from 1; 0 where there is no file.
    pub line: usize,
    /// The key with its way from the top: `models[0].deployments[1].weight`; empty for the file as a whole.
    pub key: String,
    /// What stands there; never a secret.
    pub found: String,
    /// What could stand there.
    pub expected: String,
}

impl Mistake {
    /// A mistake that has no line yet.
    pub fn new(key: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { line: 0, key: key.into(), found: found.into(), expected: expected.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(out, "line {}: ", self.line)?;
        }
        if !self.key.is_empty() {
            write!(out, "{}: ", self.key)?;
        }
        write!(out, "found {}, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for Mistake {}
