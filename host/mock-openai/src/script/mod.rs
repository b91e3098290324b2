//! Scripts: how the mock behaves, as a TOML text.
//!
//! `when.rs` holds the conditions of a rule, `then.rs` what it does, `values.rs` how pauses, counts and patterns are
//! written, `active.rs` counts requests and decides.

mod active;
mod then;
mod values;
mod when;

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

pub(crate) use active::{Active, Decision};
pub use then::{Fault, Then, ToldError};

pub use values::{Nth, Pattern, Pause, Step};
pub(crate) use when::Seen;
pub use when::When;

use crate::limits::{RULES, SCRIPT_BYTES};

/// How the mock behaves. `Script::default()` answers everything, at once and well.
///
/// ```
/// # use ferrite_mock_openai::Script;
/// let script: Script = r#"
///     [default]
///     latency = "20ms"
///
///     [[rule]]
///     when = { model = "gpt-4o*", nth = "2-4" }
///     then = { status = 429, headers = { retry-after = "1" } }
/// "#
/// .parse()?;
/// assert_eq!(script.rule.len(), 1);
/// # Ok::<(), ferrite_mock_openai::ScriptError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Script {
    /// Decides what stands for chance: `probability` and `jitter`.
    pub seed: u64,
    /// Unix time in seconds, in all answers that have a time.
    pub created: u64,
    /// What `/v1/models` lists.
    pub models: Vec<String>,
    /// Whether a request for another model is answered with 404; otherwise any name will do.
    pub only_these_models: bool,
    /// Keys that are let in, by `Authorization: Bearer` or `x-api-key`; the others get 401. Empty: any, or none.
    pub api_keys: Vec<String>,
    /// What holds for all requests, below the rule that takes one.
    pub default: Then,
    /// The first that matches takes a request.
    pub rule: Vec<Rule>,
}

/// Which requests, and what happens to them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// Without conditions: all.
    pub when: When,
    /// Without behaviour: the default.
    pub then: Then,
}

impl Default for Script {
    fn default() -> Script {
        let models = ["gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "claude-sonnet-5-5"];
        Script {
            seed: 0,
            created: 1_700_000_000,
            models: models.map(str::to_owned).to_vec(),
            only_these_models: false,
            api_keys: Vec::new(),
            default: Then::default(),
            rule: Vec::new(),
        }
    }
}

/// Why a text is no script; says where, what is there and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError(String);

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ScriptError {}

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Script, ScriptError> {
        if text.len() > SCRIPT_BYTES {
            return Err(ScriptError(format!("the script has {} bytes: at most {SCRIPT_BYTES} are read", text.len())));
        }
        let script: Script = toml::from_str(text).map_err(|error| ScriptError(error.to_string()))?;
        if script.rule.len() > RULES {
            return Err(ScriptError(format!("the script has {} rules: at most {RULES} are read", script.rule.len())));
        }
        Ok(script)
    }
}
