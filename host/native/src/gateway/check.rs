//! A configuration, read and checked before anything starts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::mem;
use std::path::Path;

use ferrite_gateway::config::litellm::{self, Unsupported};
use ferrite_gateway::config::{Backend, Model};
use ferrite_gateway::{Config, Mistake};
use ferrite_mock_openai::{Mock, Script};

use super::policies::Source;

/// A configuration without mistakes, and the variables that it refers to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    pub(super) text: String,
    pub(super) variables: Vec<(String, String)>,
    pub(super) policies: Vec<Source>,
    /// Models with a deployment that asks the model engine.
    pub(super) local: Vec<String>,
}

/// Without what is in it: there may be secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

impl Settings {
    /// One OpenAI-compatible upstream for every model. The key is that of the variable, if it is set.
    pub fn single(base_url: &str, key_variable: &str) -> Result<Settings, String> {
        Config::single(base_url, None).map_err(|mistake| mistake.to_string())?;
        let key = if env::var_os(key_variable).is_some() {
            format!("api_key = {{ env = {} }}\n", quoted(key_variable))
        } else {
            String::new()
        };
        let text = format!(
            "[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = {}\n{key}",
            quoted(base_url)
        );
        Settings::parse(text, Path::new(""))
    }

    /// A mock of a provider, which lives as long as this process.
    pub fn mock() -> Result<Settings, String> {
        // Its thread serves until the process ends.
        let mock = mem::ManuallyDrop::new(Mock::start(Script::default()));
        let text = format!(
            "[cache]\nmode = \"exact\"\n[[models]]\nname = \"*\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = {}\n",
            quoted(&format!("{}/v1", mock.url()))
        );
        // There is no log yet.
        eprintln!("ferrite: the mock of a provider is at {}", mock.url());
        Settings::parse(text, Path::new(""))
    }

    /// Reads a file. The error has a line for each mistake, with the file's name before it.
    pub fn read(path: &Path) -> Result<Settings, String> {
        let named = |line: String| format!("{}: {line}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            return Settings::from_litellm(&text)
                .map_err(|lines| lines.into_iter().map(named).collect::<Vec<_>>().join("\n"));
        }
        Settings::parse(text, path.parent().unwrap_or(Path::new("")))
            .map_err(|lines| lines.lines().map(|line| named(line.to_owned())).collect::<Vec<_>>().join("\n"))
    }

    /// A configuration of LiteLLM's. What has no counterpart is said on standard error: there is no log yet.
    fn from_litellm(text: &str) -> Result<Settings, Vec<String>> {
        let shown = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let translated = litellm::translate(text).map_err(shown)?;
        // Checked once with the file's own lines.
        translated.config(&|name| env::var(name).ok()).map_err(shown)?;
        for unsupported in &translated.unsupported {
            let Unsupported { line, key, why } = unsupported;
            eprintln!("ferrite: line {line}: {key}: {why}");
        }
        Settings::parse(translated.toml, Path::new("")).map_err(|lines| vec![lines])
    }

    /// `folder` is where files are that the text names.
    fn parse(text: String, folder: &Path) -> Result<Settings, String> {
        let asked = RefCell::new(BTreeMap::new());
        let look = |name: &str| {
            let value = env::var(name).ok()?;
            asked.borrow_mut().insert(name.to_owned(), value.clone());
            Some(value)
        };
        match Config::parse(&text, &look) {
            Ok(config) => {
                let (mut policies, mut mistakes) = (Vec::new(), Vec::new());
                for policy in &config.policies {
                    match Source::find(policy, folder) {
                        Ok(source) => policies.push(source),
                        Err(mistake) => mistakes.push(mistake),
                    }
                }
                if !mistakes.is_empty() {
                    return Err(mistakes.join("\n"));
                }
                let is_local = |model: &&Model| model.deployments.iter().any(|one| one.backend == Backend::Local);
                let local = config.models.iter().filter(is_local).map(|model| model.name.clone()).collect();
                Ok(Settings { text, variables: asked.into_inner().into_iter().collect(), policies, local })
            }
            Err(mistakes) => {
                let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                Err(mistakes.join("\n"))
            }
        }
    }
}

/// `ferrite gateway check`: what the file says, in short, or its mistakes.
pub fn check(path: &Path) -> Result<String, String> {
    let settings = Settings::read(path)?;
    let look = |name: &str| settings.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let config = Config::parse(&settings.text, &look).map_err(|_| "it has changed meanwhile".to_owned())?;
    let mut text = format!("{}: no mistakes\n", path.display());
    for model in &config.models {
        let deployments: Vec<&str> = model.deployments.iter().map(|deployment| deployment.id.as_str()).collect();
        text.push_str(&format!("  {:<24} {}\n", model.name, deployments.join(", ")));
    }
    Ok(text)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
