//! LiteLLM's `config.yaml`, translated to the gateway's own file.
//!
//! What the gateway does not have is named with its line, and never left out in silence. Keys and their meaning:
//! <https://docs.litellm.ai/docs/proxy/config_settings>; the table of what becomes of them is in `docs/gateway.md`.
//!
//! # Layout
//! - here: from the whole file to the whole file; `deployment.rs`: entries of `model_list`; `settings.rs`: the rest;
//! - `yaml.rs`: a tree with lines; `section.rs`: one map of it; `toml_text.rs`: what is written.

mod deployment;
mod section;
mod settings;
mod toml_text;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use self::deployment::{Defaults, Deployment};
use self::section::{Notes, Section};
use self::settings::Settings;
use self::toml_text::{TomlText, list, quoted, secret};
use super::{Config, Mistake, shown};
use crate::limits;

/// A file of LiteLLM in the words of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// The text for [`Config::parse`]. Variables of the environment stay references.
    pub toml: String,
    /// What has no counterpart, by lines.
    pub unsupported: Vec<Unsupported>,
    /// For each line of `toml` the line that it comes from.
    lines: Vec<usize>,
}

/// Something of the file that is not done: `line 12: general_settings.database_url: keys and budgets are …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The line of the file, from 1.
    pub line: usize,
    /// The key with its way from the top.
    pub key: String,
    /// Why not, or what is done instead.
    pub why: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}: not supported: {}", self.line, self.key, self.why)
    }
}

impl Translated {
    /// Reads the translation. Mistakes that show only now, such as a variable that is not set, have the lines of
    /// LiteLLM's file and the keys of the gateway's.
    pub fn config(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Config, Vec<Mistake>> {
        Config::parse(&self.toml, environment).map_err(|mistakes| {
            let line = |line: usize| line.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or_default();
            mistakes.into_iter().map(|mistake| Mistake { line: line(mistake.line), ..mistake }).collect()
        })
    }
}

impl Config {
    /// Reads a `config.yaml` of LiteLLM. `environment` gives the values of environment variables; all mistakes come at
    /// once.
    pub fn from_litellm(
        text: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Self, Vec<Unsupported>), Vec<Mistake>> {
        let translated = translate(text)?;
        Ok((translated.config(environment)?, translated.unsupported))
    }
}

/// One name of `model_list`.
struct Model {
    name: String,
    line: usize,
    deployments: Vec<Deployment>,
}

/// Translates the text of a `config.yaml`. All mistakes come at once, sorted by their lines.
pub fn translate(text: &str) -> Result<Translated, Vec<Mistake>> {
    let root = yaml::read(text).map_err(|mistake| vec![mistake])?;
    let notes = Notes::default();
    let top = Section::new(&notes, String::new(), &root);
    let settings = Settings::read(&top);
    let (models, left_out) = models(&top, &settings);
    top.end("the gateway has nothing like it");
    let toml = write(&notes, &settings, &models, &left_out);
    let mut mistakes = notes.mistakes.into_inner();
    if !mistakes.is_empty() {
        mistakes.sort_by_key(|mistake| mistake.line);
        return Err(mistakes);
    }
    let mut unsupported = notes.unsupported.into_inner();
    unsupported.sort_by_key(|it| it.line);
    Ok(Translated { toml: toml.text, unsupported, lines: toml.lines })
}

/// The models in the order of the file, and the names of which nothing is left.
fn models(top: &Section<'_>, settings: &Settings) -> (Vec<Model>, BTreeSet<String>) {
    let defaults = Defaults { drop_params: settings.drop_params, timeout_ms: settings.request_timeout_ms };
    let mut models: Vec<Model> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let items = top.list("model_list");
    for (index, node) in items.iter().enumerate() {
        let entry = Section::new(top.notes, format!("model_list[{index}]"), node);
        let Some(name) = entry.word("model_name") else {
            if entry.get("model_name").is_none() {
                entry.wrong("model_name", "nothing", "the name that users ask for");
            }
            continue;
        };
        if name.len() > limits::MODEL_NAME_BYTES {
            let expected = format!("at most {} bytes", limits::MODEL_NAME_BYTES);
            entry.wrong("model_name", format!("a name of {} bytes", name.len()), expected);
            continue;
        }
        let deployment = deployment::read(&entry, &name, &defaults);
        entry.end("the gateway has nothing like it");
        let place = *places.entry(name.clone()).or_insert(models.len());
        if place == models.len() {
            models.push(Model { name, line: node.line, deployments: Vec::new() });
        }
        if let Some(model) = models.get_mut(place) {
            model.deployments.extend(deployment);
            if model.deployments.len() == limits::DEPLOYMENTS + 1 {
                let expected = format!("at most {} deployments of a model", limits::DEPLOYMENTS);
                entry.wrong("model_name", "one more", expected);
            }
        }
    }
    let left_out = models.iter().filter(|model| model.deployments.is_empty()).map(|model| model.name.clone()).collect();
    models.retain(|model| !model.deployments.is_empty());
    if models.is_empty() && top.notes.mistakes.borrow().is_empty() {
        top.wrong("model_list", "no model that can be served", "at least one model of a provider that is supported");
    }
    (models, left_out)
}

fn write(notes: &Notes, settings: &Settings, models: &[Model], left_out: &BTreeSet<String>) -> TomlText {
    let mut toml = TomlText::default();
    let routing = [
        ("cooldown_failures", settings.cooldown_failures),
        ("cooldown_ms", settings.cooldown_ms),
        ("backoff_ms", settings.backoff_ms),
        // The longest pause is no shorter than the first.
        ("backoff_most_ms", settings.backoff_ms.filter(|(_, ms)| *ms > 8_000)),
    ];
    if let Some(line) = routing.iter().find_map(|(_, value)| value.map(|(line, _)| line)) {
        toml.line(line, "[routing]");
        for (key, value) in routing {
            if let Some((line, value)) = value {
                toml.line(line, &format!("{key} = {value}"));
            }
        }
    }
    if let Some(line) = settings.cache {
        toml.line(line, "[cache]");
        toml.line(line, "mode = \"exact\"");
        if let Some((line, ttl)) = settings.cache_ttl {
            toml.line(line, &format!("ttl_seconds = {ttl}"));
        }
    }
    // LiteLLM's master key may do both: administer, and ask for every model.
    if let Some((line, key)) = &settings.master_key {
        toml.line(*line, "[admin]");
        toml.line(*line, &format!("key = {}", secret(key)));
        toml.line(*line, "[[keys]]");
        toml.line(*line, "name = \"master_key\"");
        toml.line(*line, &format!("key = {}", secret(key)));
    }
    let names: BTreeSet<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let served = |name: &str| {
        names.contains(name)
            || settings.aliases.iter().any(|(_, alias, model)| alias == name && names.contains(model.as_str()))
    };
    let known = |name: &str| served(name) || names.contains("*");
    let unknown = |line: usize, key: &str, name: &str| {
        if left_out.contains(name) {
            notes.unsupported(line, key.to_owned(), format!("the model {} is left out", shown::quoted(name)));
        } else {
            notes.mistake(line, key.to_owned(), shown::quoted(name), "the name of a model of model_list");
        }
    };
    for (line, _, model) in settings.aliases.iter().filter(|(_, _, model)| !names.contains(model.as_str())) {
        unknown(*line, "model_group_alias", model);
    }
    for (line, model, fallbacks) in &settings.fallbacks {
        if model != "*" && !served(model) {
            unknown(*line, "fallbacks", model);
        }
        for name in fallbacks.iter().filter(|name| !known(name)) {
            unknown(*line, "fallbacks", name);
        }
    }
    for model in models {
        write_model(&mut toml, settings, model, &known);
    }
    toml
}

fn write_model(toml: &mut TomlText, settings: &Settings, model: &Model, known: &dyn Fn(&str) -> bool) {
    toml.line(model.line, "[[models]]");
    toml.line(model.line, &format!("name = {}", quoted(&model.name)));
    let aliases: Vec<&(usize, String, String)> =
        settings.aliases.iter().filter(|(_, _, name)| *name == model.name).collect();
    if let Some((line, ..)) = aliases.first() {
        let names: Vec<String> = aliases.iter().map(|(_, alias, _)| alias.clone()).collect();
        toml.line(*line, &format!("aliases = {}", list(&names)));
    }
    let has_order = model.deployments.iter().any(|deployment| deployment.has_order);
    if let Some((line, strategy)) = settings.strategy.filter(|_| !has_order) {
        toml.line(line, &format!("strategy = \"{strategy}\""));
    } else if has_order {
        toml.line(model.line, "strategy = \"priority\"");
    }
    let own = settings.fallbacks.iter().filter(|(_, name, _)| *name == model.name);
    let others = settings.fallbacks.iter().filter(|(_, name, _)| name == "*");
    let chosen: Vec<_> = if own.clone().next().is_some() { own.collect() } else { others.collect() };
    let mut fallbacks: Vec<String> = Vec::new();
    for name in chosen.iter().flat_map(|(_, _, names)| names) {
        if known(name) && *name != model.name && !fallbacks.contains(name) {
            fallbacks.push(name.clone());
        }
    }
    if let Some((line, ..)) = chosen.first().filter(|_| !fallbacks.is_empty()) {
        toml.line(*line, &format!("fallbacks = {}", list(&fallbacks)));
    }
    let retries = model.deployments.iter().filter_map(|deployment| Some((deployment.line, deployment.retries?)));
    if let Some((line, retries)) = retries.max_by_key(|(_, retries)| *retries).or(settings.retries) {
        toml.line(line, &format!("retries = {retries}"));
    }
    if let Some((line, ms)) = settings.model_timeout_ms {
        toml.line(line, &format!("total_timeout_ms = {ms}"));
    }
    // Ours are whole numbers, up to a million; one without a weight counts as the least of the others.
    let weights = model.deployments.iter().filter_map(|deployment| deployment.weight);
    let most = weights.clone().fold(0.0, f64::max);
    let scale = if weights.clone().all(|weight| weight.fract() == 0.0) && most <= 1e6 { 1.0 } else { 1e6 / most };
    let least = weights.fold(f64::INFINITY, f64::min);
    for deployment in &model.deployments {
        toml.line(deployment.line, "[[models.deployments]]");
        if least.is_finite() {
            let weight = (deployment.weight.unwrap_or(least) * scale).round().clamp(1.0, 1e6);
            toml.line(deployment.line, &format!("weight = {weight}"));
        }
        for (line, text) in &deployment.toml {
            toml.line(*line, text);
        }
    }
}
