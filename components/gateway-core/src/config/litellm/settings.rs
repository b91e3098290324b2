//! `litellm_settings`, `router_settings` and `general_settings`.

use super::section::{self, Section, Text};
use super::yaml::{Node, Value};
use crate::limits;

/// What the file says beside its models; each value with its line.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) retries: Option<(usize, u64)>,
    pub(super) request_timeout_ms: Option<u64>,
    pub(super) model_timeout_ms: Option<(usize, u64)>,
    pub(super) drop_params: bool,
    pub(super) cache: Option<usize>,
    pub(super) cache_ttl: Option<(usize, u64)>,
    pub(super) strategy: Option<(usize, &'static str)>,
    pub(super) cooldown_failures: Option<(usize, u64)>,
    pub(super) cooldown_ms: Option<(usize, u64)>,
    pub(super) backoff_ms: Option<(usize, u64)>,
    /// The model, and who stands in for it; `*` for those that are not named.
    pub(super) fallbacks: Vec<(usize, String, Vec<String>)>,
    /// The other name, and the model.
    pub(super) aliases: Vec<(usize, String, String)>,
    pub(super) master_key: Option<(usize, Text)>,
}

impl Settings {
    pub(super) fn read(top: &Section<'_>) -> Self {
        let mut settings = Self::default();
        // What the router says comes first, as with LiteLLM.
        if let Some(section) = top.section("router_settings") {
            settings.router(&section);
            section.end("the router of the gateway has nothing like it; its state is in its own store");
        }
        if let Some(section) = top.section("litellm_settings") {
            settings.litellm(&section);
            section.end("the gateway has nothing like it");
        }
        if let Some(section) = top.section("general_settings") {
            settings.master_key = section.secret("master_key").map(|key| (section.line_of("master_key"), key));
            section.end("keys, budgets and the state of routes are in the gateway's own store");
        }
        if let Some(section) = top.section("environment_variables") {
            for entry in section.all() {
                let why = "variables are set in the gateway's environment, not in the file";
                section.notes.unsupported(entry.line, section.key(&entry.name), why);
            }
        }
        settings
    }

    fn router(&mut self, section: &Section<'_>) {
        self.retries = retries(section);
        self.model_timeout_ms = section.seconds("timeout").map(|ms| (section.line_of("timeout"), ms));
        let whole = |key, least, most| section.whole(key, least, most).map(|number| (section.line_of(key), number));
        // LiteLLM counts the failures that are allowed, the gateway those that are too many.
        self.cooldown_failures = whole("allowed_fails", 0, 999).map(|(line, fails)| (line, fails + 1));
        let ms = |key, most: f64| {
            let seconds = section.number(key, 0.0, most)?;
            Some((section.line_of(key), (seconds * 1000.0).round() as u64))
        };
        self.cooldown_ms = ms("cooldown_time", 86_400.0).map(|(line, ms)| (line, ms.max(1)));
        self.backoff_ms = ms("retry_after", 60.0).filter(|(_, ms)| *ms > 0);
        if let Some(name) = section.word("routing_strategy") {
            let strategy = match name.as_str() {
                "simple-shuffle" => Some("weighted"),
                "least-busy" => Some("least-busy"),
                "latency-based-routing" => Some("lowest-latency"),
                "usage-based-routing" | "usage-based-routing-v2" | "cost-based-routing" => {
                    section.unsupported("routing_strategy", "the gateway has no such strategy: weighted stands for it");
                    Some("weighted")
                }
                _ => {
                    let expected = "simple-shuffle, least-busy, latency-based-routing, usage-based-routing-v2 or \
                                    cost-based-routing";
                    section.wrong("routing_strategy", crate::config::shown::quoted(&name), expected);
                    None
                }
            };
            self.strategy = strategy.map(|strategy| (section.line_of("routing_strategy"), strategy));
        }
        self.fallbacks(section);
        if let Some(aliases) = section.section("model_group_alias") {
            for entry in aliases.all() {
                let key = aliases.key(&entry.name);
                let model = match &entry.node.value {
                    Value::Map(_) => {
                        let long = Section::new(section.notes, key, &entry.node);
                        let model = long.word("model");
                        long.end("all names of a model are listed");
                        model
                    }
                    _ => match section::text(section.notes, key, &entry.node, false) {
                        Some(Text::Plain(model)) => Some(model),
                        _ => None,
                    },
                };
                self.aliases.extend(model.map(|model| (entry.line, entry.name.clone(), model)));
            }
        }
    }

    fn litellm(&mut self, section: &Section<'_>) {
        let retries = retries(section);
        self.retries = self.retries.or(retries);
        self.request_timeout_ms = section.seconds("request_timeout");
        self.drop_params = section.flag("drop_params").unwrap_or_default();
        self.cache = section.flag("cache").filter(|cache| *cache).map(|_| section.line_of("cache"));
        if let Some(params) = section.section("cache_params") {
            let ttl = params.number("ttl", 1.0, 365.0 * 86_400.0).map(|seconds| seconds.round() as u64);
            self.cache_ttl = ttl.map(|ttl| (params.line_of("ttl"), ttl));
            if let Some(kind) = params.word("type").filter(|kind| kind != "local") {
                let why = if kind.ends_with("semantic") {
                    "answers are kept by their exact questions; a semantic cache needs [embedder], see docs/gateway.md"
                } else {
                    "answers are kept in the gateway's own store"
                };
                params.unsupported("type", why);
            }
            params.end("answers are kept in the gateway's own store");
        }
        self.fallbacks(section);
    }

    fn fallbacks(&mut self, section: &Section<'_>) {
        let key = section.key("fallbacks");
        for (index, node) in section.list("fallbacks").iter().enumerate() {
            self.fallbacks_of(&Section::new(section.notes, format!("{key}[{index}]"), node));
        }
        let names = section.words("default_fallbacks");
        if !names.is_empty() {
            self.fallbacks.push((section.line_of("default_fallbacks"), "*".to_owned(), names));
        }
    }

    fn fallbacks_of(&mut self, section: &Section<'_>) {
        for entry in section.all() {
            let key = section.key(&entry.name);
            let names = match &entry.node {
                Node { value: Value::List(items), .. } => section::words(section.notes, &key, items),
                node => {
                    section.notes.mistake(node.line, key, section::kind(node), "a list of names");
                    continue;
                }
            };
            self.fallbacks.push((entry.line, entry.name.clone(), names));
        }
    }
}

fn retries(section: &Section<'_>) -> Option<(usize, u64)> {
    let retries = section.whole("num_retries", 0, limits::RETRIES_MOST.into())?;
    Some((section.line_of("num_retries"), retries))
}
