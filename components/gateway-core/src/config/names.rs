//! What can only be said of the configuration as a whole: names that occur twice, or that nothing has.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::section::{Section, Source};
use super::{CacheMode, Config, Embedder, Model};

/// The places of models, keys and policies, for mistakes in references.
struct Places<'a> {
    models: Vec<Section<'a>>,
    keys: Vec<Section<'a>>,
    teams: Vec<Section<'a>>,
    policies: Vec<Section<'a>>,
    embedder: Section<'a>,
}

impl<'a> Places<'a> {
    fn of(source: &'a Source<'a>, table: &'a DeTable<'a>) -> Self {
        // What is wrong with the tables themselves was noted before.
        let before = source.mistakes.borrow().len();
        let top = Section::new(source, String::new(), 0, Some(table));
        let places = Self {
            models: top.tables("models"),
            keys: top.tables("keys"),
            teams: top.tables("teams"),
            policies: top.tables("policies"),
            embedder: top.table("embedder"),
        };
        source.mistakes.borrow_mut().truncate(before);
        places
    }
}

/// What can only be said of the whole: names that occur twice or not at all.
pub(super) fn check<'a>(source: &'a Source<'a>, table: &'a DeTable<'a>, config: &Config) {
    let places = Places::of(source, table);
    let mut names = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (model, section) in config.models.iter().zip(&places.models) {
        for name in std::iter::once(&model.name).chain(&model.aliases) {
            if !names.insert(name.clone()) {
                let key = if *name == model.name { "name" } else { "aliases" };
                section.note(
                    key,
                    format!("{} for the second time", section.source.quoted(name)),
                    "a name that no other model has",
                );
            }
        }
        for deployment in &model.deployments {
            if !ids.insert(deployment.id.clone()) {
                let found = format!("the id {} for the second time", source.quoted(&deployment.id));
                section.note("deployments", found, "an id that no other deployment has");
            }
        }
    }
    let known = |name: &String| names.contains(name) || names.contains("*");
    for (model, section) in config.models.iter().zip(&places.models) {
        for name in model.fallbacks.iter().filter(|name| !known(name)) {
            section.note("fallbacks", source.quoted(name), "the name of one of [[models]]");
        }
    }
    if let Some(Embedder::Model(name)) = config.embedder.as_ref().filter(|_| places.embedder.exists())
        && !known(name)
    {
        places.embedder.note("model", source.quoted(name), "the name of one of [[models]]");
    }
    let semantic = |model: &Model| model.cache.mode == CacheMode::Semantic;
    if config.embedder.is_none() && config.models.iter().any(semantic) {
        let found = "a semantic cache without it";
        source.note(0, "embedder".to_owned(), found, "[embedder]");
    }
    let teams: Vec<&str> = config.teams.iter().map(|team| team.name.as_str()).collect();
    duplicates(&places.teams, config.teams.iter().map(|team| team.name.as_str()), "name");
    duplicates(&places.keys, config.keys.iter().map(|key| key.name.as_str()), "name");
    duplicates(&places.policies, config.policies.iter().map(|policy| policy.name.as_str()), "name");
    let keys_are_whole = config.keys.len() == places.keys.len();
    for (key, section) in config.keys.iter().zip(&places.keys).filter(|_| keys_are_whole) {
        if let Some(team) = key.team.as_deref().filter(|team| !teams.contains(team)) {
            section.note("team", source.quoted(team), "the name of one of [[teams]]");
        }
    }
}

fn duplicates<'n>(sections: &[Section<'_>], names: impl ExactSizeIterator<Item = &'n str>, key: &str) {
    // Where one was left out because of a mistake, the places of the others are not known.
    if sections.len() != names.len() {
        return;
    }
    let mut seen = BTreeSet::new();
    for (name, section) in names.zip(sections) {
        if !seen.insert(name) {
            section.note(key, format!("{} for the second time", section.source.quoted(name)), "a name of its own");
        }
    }
}
