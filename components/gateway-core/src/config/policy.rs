//! Policies: who is asked about requests and answers.

use crate::action::Hook;

/// One of `[[policies]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What the driver calls it.
    pub name: String,
    /// When it is asked.
    pub hooks: Vec<Hook>,
    /// For which models; for all without it.
    pub models: Option<Vec<String>>,
    /// Whether its failure lets requests through.
    pub open: bool,
    /// The file of its component, for drivers that load policies by name.
    pub component: Option<String>,
    /// What such a driver is told beside: its permissions and limits, in its own words.
    pub options: Option<String>,
}
