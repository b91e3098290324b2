//! What `ferrite gateway` serves. It comes from that command's own options and file, not from the server's file.

use std::path::PathBuf;

use crate::gateway::Settings;

/// The AI gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Address and port.
    pub listen: String,
    /// A folder with the files of an embedding model, if there is one.
    pub model: Option<PathBuf>,
    /// Its configuration.
    pub settings: Settings,
}
