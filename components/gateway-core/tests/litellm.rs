//! Files as LiteLLM's users have them.

#![allow(clippy::unwrap_used, reason = "a test may end here")]

use ferrite_gateway::Config;
use ferrite_gateway::config::litellm::translate;
use ferrite_gateway::config::{Backend, CacheMode, Deployment, Key, Price, ProviderKind, Strategy};
use ferrite_gateway::convert::request::Unsupported;

const TEAM: &str = include_str!("litellm/team.yaml");
const BALANCING: &str = include_str!("litellm/balancing.yaml");

fn environment(name: &str) -> Option<String> {
    Some(match name {
        "VLLM_2" => "http://vllm-2:8000/v1".to_owned(),
        _ => format!("secret-{name}"),
    })
}

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, unsupported) = Config::from_litellm(text, &environment).unwrap_or_else(|mistakes| {
        panic!("{mistakes:#?}\n{}", translate(text).map(|translated| translated.toml).unwrap_or_default())
    });
    (config, unsupported.iter().map(ToString::to_string).collect())
}

fn upstream(deployment: &Deployment) -> (ProviderKind, String) {
    let Backend::Upstream { provider, base_url } = &deployment.backend else { panic!("{deployment:?}") };
    (*provider, base_url.to_string())
}

#[test]
fn a_teams_file_is_accepted_as_it_is() {
    let (config, unsupported) = read(TEAM);
    let names: Vec<&str> = config.models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["gpt-4o", "claude", "local", "text-embedding-3-small"]);

    let large = config.model("gpt-4").unwrap();
    assert_eq!((large.name.as_str(), large.retries, large.total_timeout_ms), ("gpt-4o", 4, 120_500));
    assert_eq!((large.strategy, large.fallbacks.as_slice()), (Strategy::Weighted, &["claude".to_owned()][..]));
    let [azure, openai] = &large.deployments[..] else { panic!("{large:#?}") };
    assert_eq!(upstream(azure).1, "https://contoso-eu.openai.azure.com/openai/v1");
    assert_eq!(
        (azure.id.as_str(), azure.model.as_deref(), azure.api_key.as_deref()),
        ("azure-eu", Some("gpt-4o-eu"), None)
    );
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(azure.headers, [header("api-key", "secret-AZURE_API_KEY_EU"), header("authorization", "")]);
    assert_eq!((azure.rpm, azure.tpm, azure.weight), (Some(900), Some(450_000), 900));
    assert_eq!((azure.timeouts.total_ms, azure.timeouts.between_bytes_ms), (300_000, 60_000));
    assert_eq!((openai.weight, openai.timeouts.total_ms), (100, 600_000));
    assert_eq!(upstream(openai).1, "https://api.openai.com/v1");
    assert_eq!(openai.api_key.as_deref(), Some("secret-OPENAI_API_KEY"));
    assert_eq!(openai.price, Some(Price { input: 2_500_000, output: 10_000_000 }));
    assert_eq!(openai.headers, [header("openai-organization", "org-1"), header("x-gateway", "secret-GATEWAY_SECRET")]);
    assert_eq!(openai.conversion.to_messages.unsupported, Unsupported::LeaveOut);

    let claude = config.model("hidden").unwrap();
    assert_eq!(
        (claude.name.as_str(), claude.retries, claude.fallbacks.as_slice()),
        ("claude", 2, &["local".to_owned()][..])
    );
    assert_eq!(upstream(&claude.deployments[0]), (ProviderKind::Anthropic, "https://api.anthropic.com/v1".to_owned()));
    let local = config.model("local").unwrap();
    assert_eq!(upstream(&local.deployments[0]).1, "http://gpu-1:11434/v1");
    assert_eq!((local.deployments[0].api_key.as_deref(), local.fallbacks.len()), (None, 0));
    assert_eq!(local.deployments[0].conversion.to_messages.unsupported, Unsupported::Refuse);
    let embedding = &config.model("text-embedding-3-small").unwrap().deployments[0];
    assert_eq!(embedding.api_key.as_deref(), Some("secret-OPENAI_API_KEY"));

    assert_eq!(
        (config.routing.cooldown_failures, config.routing.cooldown_ms, config.routing.backoff_ms),
        (4, 30_000, 1000)
    );
    assert_eq!((large.cache.mode, large.cache.ttl_ms), (CacheMode::Exact, 600_000));
    assert_eq!(config.admin.as_ref().unwrap().hash, Key::hash_of("secret-LITELLM_MASTER_KEY"));
    assert_eq!(config.keys[0].hash, Key::hash_of("secret-LITELLM_MASTER_KEY"));

    let named = [
        "line 8: model_list[0].litellm_params.api_version: ",
        "line 15: model_list[0].model_info.mode: ",
        "line 31: model_list[3].litellm_params.model: not supported: the provider \"gemini\" is not supported: the deployment is left out",
        "line 46: litellm_settings.set_verbose: ",
        "line 49: litellm_settings.cache_params.type: ",
        "line 50: litellm_settings.cache_params.host: ",
        "line 51: litellm_settings.cache_params.password: ",
        "line 53: fallbacks: not supported: the model \"gemini\" is left out",
        "line 55: litellm_settings.success_callback: ",
        "line 64: router_settings.enable_pre_call_checks: ",
        "line 65: router_settings.model_group_alias.hidden.hidden: ",
        "line 69: general_settings.database_url: ",
        "line 72: environment_variables.REDIS_HOST: ",
    ];
    for (index, beginning) in named.iter().enumerate() {
        let line = unsupported.get(index).map(String::as_str).unwrap_or_default();
        assert!(line.starts_with(beginning), "{beginning} is not at its place in\n{}", unsupported.join("\n"));
    }
    assert_eq!(unsupported.len(), named.len(), "{}", unsupported.join("\n"));
    assert!(!unsupported.iter().any(|line| line.contains("not-shown")));
}

#[test]
fn weights_orders_anchors_and_wildcards_are_understood() {
    let (config, unsupported) = read(BALANCING);
    let llama = config.model("llama").unwrap();
    assert_eq!(llama.strategy, Strategy::Priority);
    let seen: Vec<_> = llama
        .deployments
        .iter()
        .map(|it| (upstream(it).1, it.weight, it.priority, it.timeouts.total_ms, it.model.clone().unwrap()))
        .collect();
    let model = "meta-llama/Llama-3.1-8B-Instruct".to_owned();
    assert_eq!(seen[0], ("http://vllm-1:8000/v1".to_owned(), 1_000_000, 1, 30_000, model.clone()));
    assert_eq!(seen[1], ("http://vllm-2:8000/v1".to_owned(), 428_571, 2, 30_000, model));
    assert_eq!(config.model("whatever").unwrap().deployments[0].model, None);
    let keys: Vec<&str> = unsupported.iter().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(keys, ["x-defaults", "router_settings.routing_strategy"]);
}

#[test]
fn variables_stay_references_in_what_is_written() {
    let translated = translate(TEAM).unwrap();
    assert!(translated.toml.contains("api_key = { env = \"OPENAI_API_KEY\" }"), "{}", translated.toml);
    assert!(translate(BALANCING).unwrap().toml.contains("base_url = \"${VLLM_2}\""));
    // A variable that is missing has the line of the file that the user has.
    let mistakes = translated.config(&|name| environment(name).filter(|_| name != "ANTHROPIC_API_KEY")).unwrap_err();
    assert_eq!((mistakes.len(), mistakes[0].line), (1, 28), "{mistakes:?}");
}

fn one(params: &str) -> String {
    let params: String = params.lines().map(|line| format!("      {line}\n")).collect();
    format!("model_list:\n  - model_name: m\n    litellm_params:\n{params}")
}

#[test]
fn what_is_wrong_has_line_key_found_and_expected() {
    let good = "model: openai/x\napi_base: http://a\n";
    let params = |rest: &str| one(&format!("{good}{rest}"));
    let and = |rest: &str| format!("{}{rest}", one(good));
    let cases = [
        (params("rpm: many"), "line 6: model_list[0].litellm_params.rpm: found \"many\", expected a number from 1"),
        (params("rpm: 1.5"), "line 6: model_list[0].litellm_params.rpm: found 1.5, expected a whole number"),
        (params("weight: 0"), "line 6: model_list[0].litellm_params.weight: found \"0\", expected a number"),
        (params("timeout: -1"), "line 6: model_list[0].litellm_params.timeout: found \"-1\""),
        (
            params("drop_params: perhaps"),
            "line 6: model_list[0].litellm_params.drop_params: found \"perhaps\", expected true or false",
        ),
        (
            params("extra_headers: hunter2"),
            "line 6: model_list[0].litellm_params.extra_headers: found a single value, expected a map",
        ),
        (params("api_key: [hunter2]"), "line 6: model_list[0].litellm_params.api_key: found a list, expected a string"),
        (
            params("api_key: os.environ/sk-hunter2"),
            "line 6: model_list[0].litellm_params.api_key: found another reference",
        ),
        (params("api_key: \"hunter2\\nhunter2\""), "line 6: model_list[0].litellm_params.api_key: found another text"),
        (
            one("model: openai/x\napi_base: http://u:hunter2@h"),
            "line 5: model_list[0].litellm_params.api_base: found \"http://…@h\"",
        ),
        (
            one("model: openai/x\napi_base: hunter2"),
            "line 5: model_list[0].litellm_params.api_base: found text that does not",
        ),
        (one("model: hosted_vllm/x"), "line 4: model_list[0].litellm_params.api_base: found nothing"),
        (one("model: 3\nmodel: 4"), "line 5: found \"model\" for the second time, expected each key once"),
        (one("api_base: http://a"), "line 4: model_list[0].litellm_params.model: found nothing"),
        (
            one("model: azure/x\napi_base: https://a/openai/deployments/x"),
            "line 5: model_list[0].litellm_params.api_base: ",
        ),
        (one("model: bedrock/x"), "line 1: model_list: found no model that can be served"),
        (
            "model_list:\n  - litellm_params: {model: openai/x}\n".to_owned(),
            "line 2: model_list[0].model_name: found nothing",
        ),
        ("model_list:\n  - model_name: m\n".to_owned(), "line 2: model_list[0].litellm_params: found nothing"),
        ("model_list: 3\n".to_owned(), "line 1: model_list: found a single value, expected a list"),
        ("- a\n".to_owned(), "line 1: found a list, expected a map"),
        ("a: [\n".to_owned(), "line 2: found text that is not YAML"),
        (String::new(), "line 1: found nothing, expected model_list"),
        ("a: 1\n---\nb: 2\n".to_owned(), "line 2: found a second document"),
        (
            and("router_settings:\n  routing_strategy: fastest\n"),
            "line 7: router_settings.routing_strategy: found \"fastest\"",
        ),
        (
            and("router_settings:\n  fallbacks: [{m: [nobody]}]\n"),
            "line 7: fallbacks: found \"nobody\", expected the name of a model",
        ),
        (
            and("router_settings:\n  fallbacks: [{nobody: [m]}]\n"),
            "line 7: fallbacks: found \"nobody\", expected the name of a model",
        ),
        (
            and("litellm_settings:\n  fallbacks: [{m: m}]\n"),
            "line 7: litellm_settings.fallbacks[0].m: found a single value",
        ),
        (
            and("litellm_settings:\n  num_retries: 99\n"),
            "line 7: litellm_settings.num_retries: found \"99\", expected a number from 0 to 20",
        ),
        (and("router_settings:\n  model_group_alias: {a: nobody}\n"), "line 7: model_group_alias: found \"nobody\""),
        (and("general_settings:\n  master_key: {a: hunter2}\n"), "line 7: general_settings.master_key: found a map"),
    ];
    for (text, expected) in cases {
        let mistakes = translate(&text).expect_err(&text);
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert!(lines[0].starts_with(expected), "{text}\n{expected}\n{}", lines.join("\n"));
        assert_eq!(lines.len(), 1, "{text}\n{}", lines.join("\n"));
        assert!(!lines[0].contains("hunter2"), "{}", lines[0]);
    }
}

#[test]
fn providers_have_their_addresses_and_keys() {
    let cases = [
        ("model: gpt-4o", "https://api.openai.com/v1", Some("secret-OPENAI_API_KEY"), "gpt-4o"),
        ("model: claude-3", "https://api.anthropic.com/v1", Some("secret-ANTHROPIC_API_KEY"), "claude-3"),
        ("model: anthropic/c\napi_base: https://proxy/anthropic", "https://proxy/anthropic/v1", None, "c"),
        ("model: anthropic/c\napi_base: https://proxy/v1/", "https://proxy/v1", None, "c"),
        ("model: groq/llama\napi_key: k", "https://api.groq.com/openai/v1", Some("k"), "llama"),
        ("model: ollama/llama3", "http://localhost:11434/v1", None, "llama3"),
        ("model: org/model\ncustom_llm_provider: openai\napi_base: http://a/v1", "http://a/v1", None, "org/model"),
        (
            "model: azure/d\napi_base: https://r.openai.azure.com/openai/v1/",
            "https://r.openai.azure.com/openai/v1",
            None,
            "d",
        ),
        (
            "model: azure/d\napi_base: https://r.openai.azure.com/openai",
            "https://r.openai.azure.com/openai/v1",
            None,
            "d",
        ),
        ("model: openai/x\nbase_url: http://a\napi_key: sk-\"\\", "http://a", Some("sk-\"\\"), "x"),
    ];
    for (params, url, key, model) in cases {
        let (config, unsupported) = read(&one(params));
        let deployment = &config.models[0].deployments[0];
        assert_eq!(upstream(deployment).1, url, "{params}");
        assert_eq!((deployment.api_key.as_deref(), deployment.model.as_deref()), (key, Some(model)), "{params}");
        assert!(unsupported.is_empty(), "{unsupported:?}");
    }
}

#[test]
fn a_hostile_file_is_refused_soon() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [before.as_str(); 10].join(", ")));
    }
    let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    let long = " ".repeat(5 << 20);
    for text in [bomb.as_str(), &deep, &long, "a: &a [*a]", "a: *b", "<<: 3", "? [a]\n: b", "\u{0}", "\t- x"] {
        assert!(translate(text).is_err(), "{}", text.chars().take(100).collect::<String>());
    }
}

#[test]
fn damaged_files_never_break_the_reader_and_what_is_read_is_a_configuration() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut read = 0;
    for round in 0..4_000 {
        let mut bytes = if round % 2 == 0 { TEAM } else { BALANCING }.as_bytes().to_vec();
        for _ in 0..=next(3) {
            let at = next(bytes.len().max(1)).min(bytes.len() - 1);
            match next(3) {
                0 => bytes[at] = b" \n:-{}[]&*\"'#|>0a"[next(17)],
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(100)),
            }
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if let Ok(translated) = translate(&text) {
            read += 1;
            if let Err(mistakes) = translated.config(&environment) {
                // What only the whole can show; never that the text is no TOML or has unknown keys.
                for mistake in &mistakes {
                    assert!(
                        !mistake.found.contains("TOML") && !mistake.found.contains("unknown key"),
                        "{mistake}\n{text}"
                    );
                }
            }
        }
    }
    assert!(read > 300, "{read}");
}
