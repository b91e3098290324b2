//! What the policy is told, and what is wrong with it.

use ferrite_udf::policy::Verdict;
use ferrite_udf::{Result, bail};
use serde_json::Value;

use crate::limits;
use crate::phrases::Phrases;

/// The configuration.
#[derive(Debug)]
pub struct Settings {
    /// What may not be said.
    pub deny: Phrases,
    /// Of what something has to be said, unless it is empty.
    pub allow: Phrases,
    /// For clients.
    pub message: String,
    /// For clients of whole answers.
    pub status: u16,
}

impl Settings {
    /// Reads a configuration. The error names the field, and says what is expected there.
    pub fn read(value: &Value) -> Result<Self> {
        let Value::Object(fields) = value else { bail!("an object is expected") };
        let message = "This is not talked about here.".to_owned();
        let mut settings = Self { deny: Phrases::default(), allow: Phrases::default(), message, status: 403 };
        for (name, value) in fields {
            match name.as_str() {
                "deny" => settings.deny = phrases(name, value)?,
                "allow" => settings.allow = phrases(name, value)?,
                "message" => match value {
                    Value::String(message) => settings.message.clone_from(message),
                    _ => bail!("`message`: a text is expected"),
                },
                "status" => match value.as_u64().and_then(|status| status.try_into().ok()) {
                    Some(status @ 400..=499) => settings.status = status,
                    _ => bail!("`status`: a number from 400 to 499 is expected"),
                },
                _ => bail!("`{name}`: expected are deny, allow, message and status"),
            }
        }
        Ok(settings)
    }

    /// What a client gets.
    pub fn refusal(&self) -> Verdict {
        Verdict::Refuse { status: self.status, message: self.message.clone() }
    }
}

fn phrases(name: &str, value: &Value) -> Result<Phrases> {
    let Value::Array(list) = value else { bail!("`{name}`: a list of phrases is expected") };
    if list.len() > limits::PHRASES {
        bail!("`{name}`: {} phrases, at most {} are expected", list.len(), limits::PHRASES);
    }
    let mut phrases = Phrases::default();
    for (index, phrase) in list.iter().enumerate() {
        let Value::String(phrase) = phrase else { bail!("`{name}[{index}]`: a text is expected") };
        if let Err(error) = phrases.add(phrase) {
            bail!("`{name}[{index}]`: {}", error.line().trim_start_matches("ERR "));
        }
    }
    Ok(phrases)
}
