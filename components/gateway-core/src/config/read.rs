//! From the tables of the file to the configuration.

use std::cell::RefCell;

use toml::de::DeTable;

use super::names;
use super::section::{Section, Source};
use super::{
    Admin, Allowance, Backend, BaseUrl, CacheMode, CacheRules, Config, Conversion, Deployment, Embedder, Key, Mistake,
    Model, Policy, Price, ProviderKind, Routing, Server, Share, Strategy, Team, Timeouts,
};
use crate::action::Hook;
use crate::convert::request::{Thinking, TokenLimit, Unsupported};
use crate::limits;

const DAY_MS: u64 = 86_400_000;

pub(super) fn read(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Config, Vec<Mistake>> {
    let source = Source { text, environment, expanded: RefCell::default(), mistakes: RefCell::default() };
    if text.len() > limits::CONFIG_BYTES {
        let expected = format!("at most {} bytes", limits::CONFIG_BYTES);
        return Err(vec![Mistake::new("", format!("{} bytes", text.len()), expected)]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mistakes = errors.iter().map(|error| Mistake {
            line: source.line(error.span().map_or(0, |span| span.start)),
            key: String::new(),
            found: "text that is not TOML".to_owned(),
            expected: error.message().replace('\n', ", "),
        });
        return Err(mistakes.collect());
    }
    let top = Section::new(&source, String::new(), 0, Some(table.get_ref()));
    let config = config(&top);
    top.end();
    names::check(&source, table.get_ref(), &config);
    let mut mistakes = source.mistakes.into_inner();
    if mistakes.is_empty() {
        return Ok(config);
    }
    mistakes.sort_by_key(|mistake| mistake.line);
    Err(mistakes)
}

fn config(top: &Section<'_>) -> Config {
    let cache = top.table("cache");
    let defaults =
        cache_rules(&cache, &CacheRules::default(), ["mode", "ttl_seconds", "max_entry_bytes", "share", "threshold"]);
    cache.end();
    let prices = prices(top);
    let config = Config {
        server: server(top),
        routing: routing(top),
        models: top.tables("models").into_iter().map(|section| model(section, &defaults, &prices)).collect(),
        keys: top.tables("keys").into_iter().filter_map(key).collect(),
        teams: top.tables("teams").into_iter().filter_map(team).collect(),
        policies: top.tables("policies").into_iter().filter_map(policy).collect(),
        embedder: embedder(top),
        admin: admin(top),
    };
    if config.models.is_empty() && !top.has("models") {
        top.missing("models", "at least one [[models]] with [[models.deployments]]");
    }
    config
}

fn server(top: &Section<'_>) -> Server {
    let section = top.table("server");
    let defaults = Server::default();
    let bytes = |key, least, most: usize, default: usize| {
        section.number(key, least, most as u64).map_or(default, |bytes| bytes as usize)
    };
    let server = Server {
        max_body_bytes: bytes("max_body_bytes", 1024, limits::BODY_BYTES_MOST, defaults.max_body_bytes),
        max_answer_bytes: bytes("max_answer_bytes", 1024, limits::ANSWER_BYTES_MOST, defaults.max_answer_bytes),
        require_key: section.flag("require_key"),
        access_log: section.flag("access_log").unwrap_or(defaults.access_log),
    };
    section.end();
    server
}

fn routing(top: &Section<'_>) -> Routing {
    let section = top.table("routing");
    let defaults = Routing::default();
    let routing = Routing {
        cooldown_failures: section.number("cooldown_failures", 1, 1000).unwrap_or(defaults.cooldown_failures),
        cooldown_ms: section.number("cooldown_ms", 1, DAY_MS).unwrap_or(defaults.cooldown_ms),
        backoff_ms: section.number("backoff_ms", 1, 60_000).unwrap_or(defaults.backoff_ms),
        backoff_most_ms: section.number("backoff_most_ms", 1, 600_000).unwrap_or(defaults.backoff_most_ms),
    };
    section.end();
    routing
}

/// The same keys in `[cache]`, and with `cache_` before them in a model.
fn cache_rules(section: &Section<'_>, defaults: &CacheRules, keys: [&'static str; 5]) -> CacheRules {
    const MODES: [(&str, CacheMode); 3] =
        [("off", CacheMode::Off), ("exact", CacheMode::Exact), ("semantic", CacheMode::Semantic)];
    const SHARES: [(&str, Share); 3] = [("key", Share::Key), ("team", Share::Team), ("all", Share::All)];
    let [mode, ttl, bytes, share, threshold] = keys;
    CacheRules {
        mode: section.choice(mode, &MODES).unwrap_or(defaults.mode),
        ttl_ms: section.number(ttl, 1, 365 * 86_400).map_or(defaults.ttl_ms, |seconds| seconds * 1000),
        max_entry_bytes: section
            .number(bytes, 1, limits::CACHE_ENTRY_BYTES_MOST as u64)
            .map_or(defaults.max_entry_bytes, |bytes| bytes as usize),
        share: section.choice(share, &SHARES).unwrap_or(defaults.share),
        threshold: section.decimal(threshold, 0.0, 1.0).unwrap_or(defaults.threshold),
    }
}

/// A price in dollars for a million tokens.
fn price(section: &Section<'_>) -> Option<Price> {
    let micros = |key| section.decimal(key, 0.0, 100_000.0).map(|dollars| (dollars * 1e6).round() as u64);
    match (micros("input_per_million"), micros("output_per_million")) {
        (None, None) => None,
        (input, output) => Some(Price { input: input.unwrap_or_default(), output: output.unwrap_or_default() }),
    }
}

fn prices(top: &Section<'_>) -> Vec<(String, Price)> {
    let mut prices = Vec::new();
    for section in top.tables("prices") {
        let name = name(&section, "model", "what an upstream calls a model");
        match (name, price(&section)) {
            (Some(name), Some(price)) => prices.push((name, price)),
            (_, None) => section.missing("input_per_million", "dollars for a million tokens"),
            _ => {}
        }
        section.end();
    }
    prices
}

fn name(section: &Section<'_>, key: &'static str, expected: &str) -> Option<String> {
    let found = section.has(key);
    let name = section.text(key);
    if !found {
        section.missing(key, expected);
    }
    let fits =
        |name: &String| !name.is_empty() && name.len() <= limits::MODEL_NAME_BYTES && !name.contains(char::is_control);
    if name.as_ref().is_some_and(|name| !fits(name)) {
        section.note(key, "a name that is empty, long or has control characters", expected);
        return None;
    }
    name
}

fn model(section: Section<'_>, defaults: &CacheRules, prices: &[(String, Price)]) -> Model {
    const STRATEGIES: [(&str, Strategy); 4] = [
        ("weighted", Strategy::Weighted),
        ("least-busy", Strategy::LeastBusy),
        ("lowest-latency", Strategy::LowestLatency),
        ("priority", Strategy::Priority),
    ];
    const CACHE: [&str; 5] = ["cache", "cache_ttl_seconds", "cache_max_entry_bytes", "cache_share", "cache_threshold"];
    let mut model = Model::new(name(&section, "name", "the name that users ask for").unwrap_or_default(), Vec::new());
    model.aliases = section.texts("aliases").unwrap_or_default();
    model.strategy = section.choice("strategy", &STRATEGIES).unwrap_or_default();
    model.fallbacks = section.texts("fallbacks").unwrap_or_default();
    if let Some(retries) = section.number("retries", 0, limits::RETRIES_MOST.into()) {
        model.retries = retries as u32;
    }
    model.hedge_after_ms = section.number("hedge_after_ms", 1, DAY_MS);
    model.total_timeout_ms = section.number("total_timeout_ms", 1, DAY_MS).unwrap_or(model.total_timeout_ms);
    model.cache = cache_rules(&section, defaults, CACHE);
    for (index, table) in section.tables("deployments").into_iter().enumerate() {
        if index >= limits::DEPLOYMENTS {
            table.missing("id", &format!("at most {} deployments of a model", limits::DEPLOYMENTS));
            break;
        }
        let id = format!("{}/{index}", model.name);
        model.deployments.extend(deployment(table, id, &model.name, prices));
    }
    if !section.has("deployments") {
        section.missing("deployments", "at least one [[models.deployments]]");
    }
    section.end();
    model
}

fn deployment(section: Section<'_>, id: String, model: &str, prices: &[(String, Price)]) -> Option<Deployment> {
    let backend = backend(&section);
    let id = if section.has("id") { name(&section, "id", "a unique name").unwrap_or(id) } else { id };
    let defaults = Timeouts::default();
    let ms = |key, default| section.number(key, 1, DAY_MS).unwrap_or(default);
    let timeouts = Timeouts {
        connect_ms: ms("connect_timeout_ms", defaults.connect_ms),
        first_byte_ms: ms("first_byte_timeout_ms", defaults.first_byte_ms),
        between_bytes_ms: ms("between_bytes_timeout_ms", defaults.between_bytes_ms),
        total_ms: ms("total_timeout_ms", defaults.total_ms),
    };
    let upstream_model = section.text("model");
    let priced_as = upstream_model.as_deref().unwrap_or(model);
    let listed = prices.iter().find(|(name, _)| name == priced_as).map(|&(_, price)| price);
    let mut deployment = Deployment {
        api_key: section.secret("api_key"),
        headers: section.headers("headers"),
        weight: section.number("weight", 1, 1_000_000).unwrap_or(1) as u32,
        priority: section.number("priority", 0, 1_000_000).unwrap_or(0) as u32,
        rpm: section.number("rpm", 1, u64::MAX >> 1),
        tpm: section.number("tpm", 1, u64::MAX >> 1),
        stream_usage: section.flag("stream_usage").unwrap_or(true),
        timeouts,
        price: price(&section).or(listed),
        conversion: conversion(&section),
        ..Deployment::new(id, Backend::Local)
    };
    deployment.model = upstream_model.or_else(|| (model != "*").then(|| model.to_owned()));
    section.end();
    deployment.backend = backend?;
    Some(deployment)
}

/// Who answers; none where that cannot be said.
fn backend(section: &Section<'_>) -> Option<Backend> {
    const PROVIDERS: [(&str, Option<ProviderKind>); 3] =
        [("openai", Some(ProviderKind::OpenAi)), ("anthropic", Some(ProviderKind::Anthropic)), ("local", None)];
    /// What a request to the model engine has no place for.
    const OF_UPSTREAMS: [&str; 12] = [
        "base_url",
        "api_key",
        "headers",
        "stream_usage",
        "connect_timeout_ms",
        "unsupported",
        "default_max_tokens",
        "sampling",
        "thinking",
        "token_limit",
        "reasoning_effort",
        "keep_reasoning",
    ];
    let Some(provider) = section.choice("provider", &PROVIDERS).unwrap_or(Some(ProviderKind::OpenAi)) else {
        let expected = "nothing: the model engine of this gateway is asked";
        section.refuse(&OF_UPSTREAMS, "a setting of upstreams", expected);
        return Some(Backend::Local);
    };
    let base_url = match section.text("base_url") {
        Some(text) => BaseUrl::parse(&text)
            .map_err(|expected| section.note("base_url", section.source.address(&text), expected))
            .ok(),
        None if section.has("base_url") => None,
        None => {
            section.missing("base_url", "where the upstream's API begins: https://api.openai.com/v1");
            None
        }
    };
    base_url.map(|base_url| Backend::Upstream { provider, base_url })
}

fn conversion(section: &Section<'_>) -> Conversion {
    const UNSUPPORTED: [(&str, Unsupported); 2] =
        [("refuse", Unsupported::Refuse), ("leave-out", Unsupported::LeaveOut)];
    const THINKING: [(&str, Thinking); 3] =
        [("adaptive", Thinking::Adaptive), ("budget", Thinking::Budget), ("none", Thinking::None)];
    const TOKEN_LIMITS: [(&str, TokenLimit); 2] =
        [("max_completion_tokens", TokenLimit::MaxCompletionTokens), ("max_tokens", TokenLimit::MaxTokens)];
    let Conversion { mut to_messages, mut to_chat } = Conversion::default();
    let unsupported = section.choice("unsupported", &UNSUPPORTED).unwrap_or_default();
    (to_messages.unsupported, to_chat.unsupported) = (unsupported, unsupported);
    let tokens = section.number("default_max_tokens", 1, 100_000_000);
    to_messages.default_max_tokens = tokens.unwrap_or(to_messages.default_max_tokens);
    to_messages.sampling = section.flag("sampling").unwrap_or(to_messages.sampling);
    to_messages.thinking = section.choice("thinking", &THINKING).unwrap_or(to_messages.thinking);
    to_chat.token_limit = section.choice("token_limit", &TOKEN_LIMITS).unwrap_or(to_chat.token_limit);
    to_chat.reasoning_effort = section.flag("reasoning_effort").unwrap_or(to_chat.reasoning_effort);
    to_chat.keep_reasoning = section.flag("keep_reasoning").unwrap_or(to_chat.keep_reasoning);
    Conversion { to_messages, to_chat }
}

fn allowance(section: &Section<'_>) -> Allowance {
    let dollars = |key| section.decimal(key, 0.0, 1e9).map(|dollars: f64| (dollars * 1e6).round() as u64);
    Allowance {
        models: section.texts("models"),
        rpm: section.number("rpm", 1, u64::MAX >> 1),
        tpm: section.number("tpm", 1, u64::MAX >> 1),
        day_micros: dollars("budget_per_day"),
        month_micros: dollars("budget_per_month"),
    }
}

fn key(section: Section<'_>) -> Option<Key> {
    let name = name(&section, "name", "a name for people");
    let (plain, hash) = (section.secret("key"), section.text("sha256"));
    let hash = match (plain, hash) {
        (Some(key), None) => Some(Key::hash_of(&key)),
        (None, Some(hash)) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Some(hash.to_ascii_lowercase())
        }
        (None, Some(_)) => {
            section.note("sha256", "something else", "64 hexadecimal digits");
            None
        }
        (Some(_), Some(_)) => {
            section.note("sha256", "a second key", "either key or sha256");
            None
        }
        (None, None) => {
            if !section.has("key") && !section.has("sha256") {
                section.missing("key", "{ env = \"NAME\" }, or sha256 instead");
            }
            None
        }
    };
    let team = section.text("team");
    let allowance = allowance(&section);
    section.end();
    Some(Key { name: name?, hash: hash?, team, allowance })
}

fn team(section: Section<'_>) -> Option<Team> {
    let name = name(&section, "name", "what keys call the team");
    let allowance = allowance(&section);
    section.end();
    Some(Team { name: name?, allowance })
}

fn policy(section: Section<'_>) -> Option<Policy> {
    const HOOKS: [(&str, Hook); 3] =
        [("on-request", Hook::OnRequest), ("on-response", Hook::OnResponse), ("on-chunk", Hook::OnChunk)];
    let name = name(&section, "name", "what the policy's module is called");
    let hooks = section.choices("hooks", &HOOKS);
    if hooks.is_none() && !section.has("hooks") {
        section.missing("hooks", "some of on-request, on-response and on-chunk");
    }
    let models = section.texts("models");
    let open = section.choice("on_failure", &[("closed", false), ("open", true)]).unwrap_or(false);
    let (component, options) = (section.text("component"), section.text("options"));
    section.end();
    Some(Policy { name: name?, hooks: hooks?, models, open, component, options })
}

fn embedder(top: &Section<'_>) -> Option<Embedder> {
    let section = top.table("embedder");
    if !section.exists() {
        return None;
    }
    let model = section.text("model");
    section.end();
    Some(model.map_or(Embedder::Local, Embedder::Model))
}

fn admin(top: &Section<'_>) -> Option<Admin> {
    let section = top.table("admin");
    if !section.exists() {
        return None;
    }
    let key = section.secret("key");
    if !section.has("key") {
        section.missing("key", "{ env = \"NAME\" }");
    }
    section.end();
    key.map(|key| Admin { hash: Key::hash_of(&key) })
}
