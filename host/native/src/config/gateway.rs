//! What `ferrite gateway` serves. It comes from that command's own options and file, not from the server's file.

use crate::gateway::Settings;

/// The AI gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Address and port.
    pub listen: String,
    /// Its configuration.
    pub settings: Settings,
}
