//! Kinds of upstreams: one file each.

mod openai;

use crate::call::Call;
use crate::config::{Deployment, ProviderKind};
use crate::head::Headers;
use crate::refusal::Refusal;

/// A request in an upstream's language.
pub(crate) struct Prepared {
    /// Below the base URL.
    pub(crate) path: &'static str,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

/// A kind of upstream.
pub(crate) trait Provider {
    /// The call in the upstream's language.
    fn prepare(&self, call: &Call, deployment: &Deployment) -> Result<Prepared, Refusal>;
}

pub(crate) fn of(kind: ProviderKind) -> &'static dyn Provider {
    match kind {
        ProviderKind::OpenAi | ProviderKind::Anthropic => &openai::OpenAi,
    }
}
