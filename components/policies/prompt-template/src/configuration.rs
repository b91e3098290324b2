//! What the policy is told, and what is wrong with it.

use std::collections::BTreeMap;

use ferrite_udf::policy::Shape;
use ferrite_udf::{Result, bail};
use serde_json::{Map, Value};

use crate::Template;

/// The configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The text of models that have none of their own.
    pub system: Option<Template>,
    /// Texts by model.
    pub models: BTreeMap<String, Template>,
    /// Values by name.
    pub variables: BTreeMap<String, String>,
    /// Whether users' texts have variables too.
    pub in_messages: bool,
    /// For which API all requests are, if it is known.
    pub shape: Option<Shape>,
}

impl Settings {
    /// Reads a configuration. The error names the field, and says what is expected there.
    pub fn read(value: &Value) -> Result<Self> {
        let Value::Object(fields) = value else { bail!("an object is expected") };
        let mut settings = Self::default();
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("system", Value::String(text)) => settings.system = Some(Template::new(text)),
                ("models", Value::Object(texts)) => {
                    settings.models = map(name, texts, Template::new)?;
                }
                ("variables", Value::Object(values)) => settings.variables = map(name, values, str::to_owned)?,
                ("in_messages", Value::Bool(given)) => settings.in_messages = *given,
                ("api", Value::String(api)) => settings.shape = shape(api)?,
                ("system" | "api", _) => bail!("`{name}`: a text is expected"),
                ("models" | "variables", _) => bail!("`{name}`: an object with texts is expected"),
                ("in_messages", _) => bail!("`{name}`: true or false is expected"),
                _ => bail!("`{name}`: expected are system, models, variables, in_messages and api"),
            }
        }
        Ok(settings)
    }

    /// The text for a model.
    pub fn text_for(&self, model: &str) -> Option<&Template> {
        self.models.get(model).or(self.system.as_ref())
    }
}

fn map<T>(name: &str, fields: &Map<String, Value>, of: impl Fn(&str) -> T) -> Result<BTreeMap<String, T>> {
    let mut values = BTreeMap::new();
    for (key, value) in fields {
        let Value::String(text) = value else { bail!("`{name}.{key}`: a text is expected") };
        values.insert(key.clone(), of(text));
    }
    Ok(values)
}

fn shape(api: &str) -> Result<Option<Shape>> {
    Ok(Some(match api {
        "auto" => return Ok(None),
        "chat" => Shape::Chat,
        "messages" => Shape::Messages,
        "responses" => Shape::Responses,
        "completions" => Shape::Completions,
        _ => bail!("`api`: expected is auto, chat, messages, responses or completions"),
    }))
}
