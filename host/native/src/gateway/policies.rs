//! Policies: functions of this server that the gateway asks, by the names of its configuration.
//!
//! Each has instances, limits and figures of its own, as every function; clients of `--port` see them in WASM.INFO and
//! WASM.LOG, and a WASM.LOAD with REPLACE is an upgrade.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ferrite_gateway::config::Policy;

use super::bindings::exports::ferrite::gateway::exchanges::{PolicyAnswer, PolicyCall};
use super::bindings::ferrite::gateway::policies::Failure;
use crate::server::Shard;
use crate::udf::{Functions, NoAnswer};

/// Those that come with Ferrite.
const SHIPPED: [(&str, &[u8]); 3] = [
    ("prompt-template", include_bytes!(env!("FERRITE_POLICY_PROMPT_TEMPLATE"))),
    ("redact-pii", include_bytes!(env!("FERRITE_POLICY_REDACT_PII"))),
    ("topics", include_bytes!(env!("FERRITE_POLICY_TOPICS"))),
];

/// What one call of a policy may use when its `options` say nothing else: a body of a megabyte is looked through within
/// it, and the shard does nothing else meanwhile.
const LIMITS: &str = "FUEL 500000000 TIMEOUT 500";

/// What it may read then: the configurations of policies.
const PERMISSIONS: &str = "PERMISSIONS READ=gateway:policy:*";

/// One policy of the configuration, found but not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    name: String,
    /// None for one that comes with Ferrite.
    file: Option<PathBuf>,
    options: String,
}

impl Source {
    /// Finds the component of a policy. `folder` is the one of the configuration file.
    pub(super) fn find(policy: &Policy, folder: &Path) -> Result<Source, String> {
        let file = policy.component.as_ref().map(|component| folder.join(component));
        let source = Source { name: policy.name.clone(), file, options: policy.options.clone().unwrap_or_default() };
        source.read().map(|_| source)
    }

    fn read(&self) -> Result<Vec<u8>, String> {
        let complaint = |what: String| format!("the policy `{}`: {what}", self.name);
        match &self.file {
            Some(file) => {
                let complaint = |what: String| complaint(format!("component {}: {what}", file.display()));
                let bytes = std::fs::read(file).map_err(|error| complaint(error.to_string()))?;
                // Loading would take other bytes for a path.
                if !bytes.starts_with(b"\0asm") {
                    return Err(complaint("it is no WebAssembly: it does not begin with `\\0asm`".to_owned()));
                }
                Ok(bytes)
            }
            None => {
                SHIPPED.iter().find(|(name, _)| *name == self.name).map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| {
                    let names = SHIPPED.map(|(name, _)| name).join(", ");
                    complaint(format!(
                        "expected `component = \"FILE.wasm\"`, or the name of one that comes with Ferrite: {names}"
                    ))
                })
            }
        }
    }

    /// The words of WASM.LOAD behind the module: of two limits, the last one counts.
    fn words(&self) -> Vec<Vec<u8>> {
        let asks = self.options.split_whitespace().any(|word| word.eq_ignore_ascii_case("PERMISSIONS"));
        let permissions = if asks { "" } else { PERMISSIONS };
        let words = [LIMITS, &self.options, permissions].join(" ");
        words.split_whitespace().map(|word| word.as_bytes().to_vec()).collect()
    }
}

/// Loads them all, before the first request. The error names the one that cannot be loaded.
pub(crate) async fn load(shard: &Rc<Shard>, settings: &super::Settings) -> Result<(), String> {
    for source in &settings.policies {
        let loaded = Functions::load_policy(shard, &source.name, source.read()?, source.words()).await;
        loaded.map_err(|reason| {
            let reason = reason.strip_prefix("ERR wasm: ").unwrap_or(&reason);
            format!("the policy `{}`: {reason}", source.name)
        })?;
    }
    Ok(())
}

/// Asks one.
pub(super) fn ask(shard: &Rc<Shard>, call: &PolicyCall) -> Result<PolicyAnswer, Failure> {
    shard.functions.ask_policy(shard, &call.name, &call.hook).map_err(|reason| match reason {
        NoAnswer::Missing => Failure::Missing,
        NoAnswer::Error(text) => Failure::Error(text),
        NoAnswer::Failed(text) => Failure::Failed(text),
    })
}
