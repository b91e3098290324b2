//! One entry of `model_list`.

use super::section::{self, Section, Text};
use super::toml_text::{quoted, secret};
use crate::config::{BaseUrl, shown};
use crate::limits;

/// How an upstream is spoken to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    OpenAi,
    Anthropic,
    /// OpenAI's API below `/openai/v1`, with a header of its own for the key.
    Azure,
}

/// What stands before the first `/` of `litellm_params.model`.
struct Provider {
    prefix: &'static str,
    kind: Kind,
    /// Where it is, if the file does not say it.
    base: Option<&'static str>,
    /// What LiteLLM appends to an address.
    suffix: &'static str,
    /// The environment variable of its key.
    key: Option<&'static str>,
}

const fn provider(prefix: &'static str, base: Option<&'static str>, key: Option<&'static str>) -> Provider {
    Provider { prefix, kind: Kind::OpenAi, base, suffix: "", key }
}

const PROVIDERS: [Provider; 17] = [
    provider("openai", Some("https://api.openai.com/v1"), Some("OPENAI_API_KEY")),
    Provider {
        prefix: "anthropic",
        kind: Kind::Anthropic,
        base: Some("https://api.anthropic.com/v1"),
        suffix: "/v1",
        key: Some("ANTHROPIC_API_KEY"),
    },
    Provider { prefix: "azure", kind: Kind::Azure, base: None, suffix: "/openai/v1", key: Some("AZURE_API_KEY") },
    Provider {
        prefix: "ollama",
        kind: Kind::OpenAi,
        base: Some("http://localhost:11434/v1"),
        suffix: "/v1",
        key: None,
    },
    Provider {
        prefix: "ollama_chat",
        kind: Kind::OpenAi,
        base: Some("http://localhost:11434/v1"),
        suffix: "/v1",
        key: None,
    },
    provider("hosted_vllm", None, None),
    provider("openai_like", None, None),
    provider("custom_openai", None, None),
    provider("lm_studio", None, None),
    provider("llamafile", None, None),
    provider("litellm_proxy", None, None),
    provider("groq", Some("https://api.groq.com/openai/v1"), Some("GROQ_API_KEY")),
    provider("mistral", Some("https://api.mistral.ai/v1"), Some("MISTRAL_API_KEY")),
    provider("deepseek", Some("https://api.deepseek.com/v1"), Some("DEEPSEEK_API_KEY")),
    provider("xai", Some("https://api.x.ai/v1"), Some("XAI_API_KEY")),
    provider("openrouter", Some("https://openrouter.ai/api/v1"), Some("OPENROUTER_API_KEY")),
    provider("together_ai", Some("https://api.together.xyz/v1"), Some("TOGETHERAI_API_KEY")),
];

/// Models that LiteLLM knows without a prefix.
const BARE: [(&str, &str); 9] = [
    ("claude", "anthropic"),
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("text-embedding-", "openai"),
    ("davinci-", "openai"),
    ("babbage-", "openai"),
];

/// What holds for all deployments.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) drop_params: bool,
    pub(super) timeout_ms: Option<u64>,
}

/// One deployment in the making.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) line: usize,
    pub(super) weight: Option<f64>,
    pub(super) retries: Option<u64>,
    pub(super) has_order: bool,
    /// Lines of TOML, each with its line of the file.
    pub(super) toml: Vec<(usize, String)>,
}

const MOST: u64 = 1 << 50;

/// Reads one; none where it is not supported, which is noted.
pub(super) fn read(entry: &Section<'_>, name: &str, defaults: &Defaults) -> Option<Deployment> {
    let params = match entry.section("litellm_params") {
        Some(params) => params,
        None => {
            entry.wrong("litellm_params", "nothing", "a map with model");
            return None;
        }
    };
    let info = entry.section("model_info");
    let Some(model) = params.word("model") else {
        if params.get("model").is_none() {
            params.wrong("model", "nothing", "a provider and a model: openai/gpt-4o");
        }
        return None;
    };
    let (provider, upstream) = find(&params, &model)?;
    if name != "*" && (name.contains('*') || upstream == "*") {
        let why = "patterns of names are not supported, only * alone: the deployment is left out";
        params.unsupported("model", why);
        return None;
    }
    let mut toml: Vec<(usize, String)> = Vec::new();
    let mut put = |key: &str, text: String| toml.push((params.line_of(key), text));
    if provider.kind == Kind::Anthropic {
        put("model", "provider = \"anthropic\"".to_owned());
    }
    if upstream != "*" {
        put("model", format!("model = {}", quoted(upstream)));
    }
    let (base_key, own_base) = match params.text("api_base") {
        Some(text) => ("api_base", Some(text)),
        None => ("base_url", params.text("base_url")),
    };
    let has_base = own_base.is_some();
    put(base_key, format!("base_url = {}", base_url(&params, base_key, own_base, provider)?));
    // A key of the environment goes to the provider that it is for, not to other addresses.
    let usual_key = provider.key.filter(|_| !has_base || provider.kind == Kind::Azure);
    let usual_key = || usual_key.map(|name| Text::Variable(name.to_owned()));
    let api_key = params.secret("api_key").or_else(|| usual_key().filter(|_| params.get("api_key").is_none()));
    let mut headers = headers(&params);
    if provider.kind == Kind::Azure {
        headers.extend(api_key.iter().map(|key| format!("api-key = {}", secret(key))));
        headers.push("authorization = \"\"".to_owned());
        if params.get("api_version").is_some() {
            params.unsupported("api_version", "Azure is asked by its API without versions, /openai/v1");
        }
    } else if let Some(key) = &api_key {
        put("api_key", format!("api_key = {}", secret(key)));
    }
    if !headers.is_empty() {
        put("extra_headers", format!("headers = {{ {} }}", headers.join(", ")));
    }
    let (rpm, tpm) = (params.whole("rpm", 1, MOST), params.whole("tpm", 1, MOST));
    for (key, number) in [("rpm", rpm), ("tpm", tpm)] {
        if let Some(number) = number {
            put(key, format!("{key} = {number}"));
        }
    }
    let order = params.whole("order", 0, 1_000_000);
    if let Some(order) = order {
        put("order", format!("priority = {order}"));
    }
    if let Some(ms) = params.seconds("timeout").or(defaults.timeout_ms) {
        put("timeout", format!("total_timeout_ms = {ms}"));
    }
    if let Some(ms) = params.seconds("stream_timeout") {
        put("stream_timeout", format!("between_bytes_timeout_ms = {ms}"));
    }
    for (key, ours) in [("input_cost_per_token", "input_per_million"), ("output_cost_per_token", "output_per_million")]
    {
        let of_info = || info.as_ref().and_then(|info| info.number(key, 0.0, 0.1));
        if let Some(dollars) = params.number(key, 0.0, 0.1).or_else(of_info) {
            put(key, format!("{ours} = {:?}", (dollars * 1e12).round() / 1e6));
        }
    }
    if params.flag("drop_params").unwrap_or(defaults.drop_params) {
        put("drop_params", "unsupported = \"leave-out\"".to_owned());
    }
    if let Some(id) = info.as_ref().and_then(|info| info.word("id")) {
        put("model", format!("id = {}", quoted(&id)));
    }
    let weight = params.number("weight", 0.000_001, 1_000_000.0);
    // LiteLLM's shuffle weighs by requests a minute where no weights are given.
    let weight = weight.or_else(|| rpm.map(|rpm| rpm as f64));
    let retries = params.whole("max_retries", 0, limits::RETRIES_MOST.into());
    params.end("the gateway has nothing like it; what requests say passes through");
    if let Some(info) = info {
        info.end("what is known about a model is not used");
    }
    Some(Deployment { line: entry.line, weight, retries, has_order: order.is_some(), toml })
}

fn find<'m>(params: &Section<'_>, model: &'m str) -> Option<(&'static Provider, &'m str)> {
    let named = params.word("custom_llm_provider");
    let split = model.split_once('/');
    let (prefix, upstream) = match (&named, split) {
        // The prefix may stand before the model too.
        (Some(named), Some((prefix, rest))) if named == prefix => (named.as_str(), rest),
        (Some(named), _) => (named.as_str(), model),
        (None, Some(split)) => split,
        (None, None) => match BARE.iter().find(|(beginning, _)| model.starts_with(beginning)) {
            Some((_, prefix)) => (*prefix, model),
            None => {
                let why = "the name says no provider, as openai/… does: the deployment is left out";
                params.unsupported("model", why);
                return None;
            }
        },
    };
    let provider = PROVIDERS.iter().find(|provider| provider.prefix == prefix);
    if provider.is_none() {
        let why = format!("the provider {} is not supported: the deployment is left out", shown::quoted(prefix));
        params.unsupported("model", why);
    }
    Some((provider?, upstream)).filter(|(_, upstream)| !upstream.is_empty())
}

/// Where the upstream is, as TOML.
fn base_url(params: &Section<'_>, key: &str, own: Option<Text>, provider: &Provider) -> Option<String> {
    match own {
        Some(Text::Plain(text)) => {
            let trimmed = text.trim_end_matches('/');
            if provider.kind == Kind::Azure && trimmed.contains("/openai/deployments") {
                params.wrong(key, shown::address(&text), "the resource alone: https://NAME.openai.azure.com");
                return None;
            }
            // An address may end with a beginning of what is appended.
            let missing = (0..=provider.suffix.len())
                .rev()
                .filter(|&at| provider.suffix.is_char_boundary(at))
                .map(|at| provider.suffix.split_at(at))
                .find(|(there, rest)| trimmed.ends_with(there) && (rest.is_empty() || rest.starts_with('/')))
                .map_or(provider.suffix, |(_, rest)| rest);
            let url = format!("{trimmed}{missing}");
            match BaseUrl::parse(&url) {
                Ok(_) => Some(quoted(&url)),
                Err(expected) => {
                    params.wrong(key, shown::address(&text), expected);
                    None
                }
            }
        }
        Some(Text::Variable(name)) => {
            if !provider.suffix.is_empty() {
                let why = format!("the variable's value is taken as it is, and must end with {}", provider.suffix);
                params.unsupported(key, why);
            }
            Some(quoted(&format!("${{{name}}}")))
        }
        // What is there and is no text was noted.
        None if params.get(key).is_some() || params.get("api_base").is_some() => None,
        None => {
            if provider.base.is_none() {
                params.wrong("api_base", "nothing", "where the upstream's API begins: http://127.0.0.1:8000/v1");
            }
            provider.base.map(quoted)
        }
    }
}

/// Members of an inline table.
fn headers(params: &Section<'_>) -> Vec<String> {
    let Some(section) = params.section("extra_headers") else { return Vec::new() };
    let mut headers = Vec::new();
    for entry in section.all() {
        let value = section::text(section.notes, section.key(&entry.name), &entry.node, true);
        headers.extend(value.map(|value| format!("{} = {}", quoted(&entry.name), secret(&value))));
    }
    headers
}
