//! A policy that puts a text for the model before every conversation.
//!
//! Its configuration is JSON under the key `gateway:policy:prompt-template` of the gateway's store, where a SET changes
//! it at once:
//!
//! ```json
//! {
//!   "system": "You are {{assistant}} of {{company}}. The user is called {{metadata.name|a guest}}.",
//!   "variables": {"assistant": "Otto", "company": "Example Ltd"},
//!   "models": {"translator": "You translate what you are told, and answer nothing."},
//!   "in_messages": false,
//!   "api": "auto"
//! }
//! ```
//!
//! - `system`: the text. `models` has other texts for models, by the names that clients use. A model without a text
//!   gets none.
//! - `{{name}}` in a text stands for one of `variables`, `{{model}}` for the model as the client names it, and
//!   `{{metadata.name}}` for that text in the request's `metadata`, which the client writes: at most 512 bytes of it,
//!   in one line. What follows a `|` is taken where there is none; without it, a request with a variable that has no
//!   value is an error, which the gateway handles by the policy's `on_failure`. Anything else in braces stays as it is.
//! - `in_messages`: whether `{{name}}` in what users write stands for `variables` too. A name that is none stays.
//! - `api`: `chat`, `messages`, `responses` or `completions` where all requests are for one API. A body does not name
//!   its API: `auto` takes it from the fields, and a request that could be for chat completions as well as for
//!   Anthropic's messages for the first. Requests with no place for such a text, as for embeddings, pass as they are.
//!
//! It asks for `on-request` only. Without a configuration, or with one that is wrong, every request is an error that
//! says what is expected.

mod configuration;
mod limits;
mod template;

pub use configuration::Settings;
pub use template::Template;

use ferrite_udf::policy::{Body, Configuration, Policy, Role, Verdict};
use ferrite_udf::{Result, bail};
use serde_json::Value;

/// The policy.
#[derive(Debug)]
pub struct PromptTemplate {
    settings: Configuration<Settings>,
}

impl Default for PromptTemplate {
    fn default() -> Self {
        Self { settings: Configuration::new("gateway:policy:prompt-template") }
    }
}

impl Policy for PromptTemplate {
    fn on_request(&self, body: &str) -> Result<Verdict> {
        let settings = self.settings.get(Settings::read)?;
        let mut body = Body::request(body)?;
        // Before the text is put there: what a client's metadata says in it is no variable.
        if settings.in_messages {
            body.replace_texts(|role, text| {
                let variable = |name: &str| settings.variables.get(name).map(String::as_str);
                (role == Role::User).then(|| Template::new(text).filled_where_known(variable))
            });
        }
        if let Some(template) = settings.text_for(body.model()) {
            let text = template.filled(|name| value(&settings, &body, name))?;
            if text.len() > limits::TEXT_BYTES {
                bail!(
                    "the text has {} bytes with its variables, at most {} are expected",
                    text.len(),
                    limits::TEXT_BYTES
                );
            }
            match settings.shape {
                Some(shape) => body.prepend_system_as(shape, &text),
                None => body.prepend_system(&text),
            };
        }
        Ok(body.verdict())
    }
}

/// What a variable stands for.
fn value(settings: &Settings, body: &Body, name: &str) -> Option<String> {
    if let Some(value) = settings.variables.get(name) {
        return Some(value.clone());
    }
    if name == "model" {
        return Some(body.model().to_owned()).filter(|model| !model.is_empty());
    }
    let value = body.value().get("metadata")?.get(name.strip_prefix("metadata.")?).and_then(Value::as_str)?;
    let value = value.get(..value.floor_char_boundary(limits::METADATA_BYTES))?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|value| !value.is_empty())
}

ferrite_udf::policy!(PromptTemplate);
