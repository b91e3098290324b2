//! The file: what it says, and what is said about its mistakes.

use ferrite_gateway::Config;
use serde_json::json;

use crate::driver::{Driver, Script, post};
use ferrite_gateway::config::{Backend, CacheMode, Deployment, Embedder, Key, Price, ProviderKind, Share, Strategy};

fn environment(name: &str) -> Option<String> {
    match name {
        "UPSTREAM_KEY" => Some("sk-upstream".to_owned()),
        "TEAM_KEY" => Some("sk-team".to_owned()),
        "ADMIN_KEY" => Some("sk-admin".to_owned()),
        _ => None,
    }
}

const FULL: &str = r#"
# Comments are welcome.
[server]
max_body_bytes = 1_048_576

[routing]
cooldown_ms = 5000

[cache]
mode = "exact"
ttl_seconds = 60

[[prices]]
model = "gpt-4o-mini"
input_per_million = 0.15
output_per_million = 0.6

[[models]]
name = "small"
aliases = ["default"]
strategy = "priority"
fallbacks = ["large"]
retries = 1
hedge_after_ms = 800

[[models.deployments]]
base_url = "https://api.openai.com/v1/"
model = "gpt-4o-mini"
api_key = { env = "UPSTREAM_KEY" }
weight = 3
rpm = 600
first_byte_timeout_ms = 2000

[[models.deployments]]
id = "spare"
base_url = "http://[::1]:8000/v1"
api_key = "${UPSTREAM_KEY}"
stream_usage = false

[[models]]
name = "large"
cache = "semantic"
cache_share = "all"
cache_threshold = 0.95
deployments = [{ provider = "anthropic", base_url = "https://api.anthropic.com/v1", output_per_million = 15 }]

[[teams]]
name = "research"
budget_per_month = 100.5

[[keys]]
name = "alice"
key = { env = "TEAM_KEY" }
team = "research"
models = ["small"]
tpm = 1000
budget_per_day = 2

[[policies]]
name = "pii"
hooks = ["on-request", "on-chunk"]
on_failure = "open"

[embedder]

[admin]
key = { env = "ADMIN_KEY" }
"#;

fn upstream(deployment: &Deployment) -> (ProviderKind, String) {
    let Backend::Upstream { provider, base_url } = &deployment.backend else { panic!("{deployment:?}") };
    (*provider, base_url.to_string())
}

#[test]
fn a_file_says_it_all() {
    let config = Config::parse(FULL, &environment).unwrap();
    assert_eq!((config.server.max_body_bytes, config.routing.cooldown_ms), (1 << 20, 5000));
    let small = config.model("default").unwrap();
    assert_eq!((small.name.as_str(), small.strategy, small.retries), ("small", Strategy::Priority, 1));
    assert_eq!((small.cache.mode, small.cache.ttl_ms, small.cache.share), (CacheMode::Exact, 60_000, Share::Team));
    assert_eq!((small.hedge_after_ms, small.fallbacks.as_slice()), (Some(800), &["large".to_owned()][..]));
    let [first, spare] = &small.deployments[..] else { panic!("two deployments: {:?}", small.deployments) };
    assert_eq!(first.id, "small/0");
    assert_eq!(upstream(first), (ProviderKind::OpenAi, "https://api.openai.com/v1".to_owned()));
    assert_eq!(first.api_key.as_deref(), Some("sk-upstream"));
    assert_eq!((first.weight, first.rpm, first.timeouts.first_byte_ms), (3, Some(600), 2000));
    assert_eq!(first.price, Some(Price { input: 150_000, output: 600_000 }));
    assert_eq!(
        (spare.id.as_str(), spare.api_key.as_deref(), spare.stream_usage),
        ("spare", Some("sk-upstream"), false)
    );
    assert_eq!(upstream(spare).1, "http://[::1]:8000/v1");
    let large = config.model("large").unwrap();
    assert_eq!((large.cache.mode, large.cache.share, large.cache.ttl_ms), (CacheMode::Semantic, Share::All, 60_000));
    assert_eq!(upstream(&large.deployments[0]).0, ProviderKind::Anthropic);
    assert_eq!(large.deployments[0].price, Some(Price { input: 0, output: 15_000_000 }));
    let key = &config.keys[0];
    assert_eq!((key.hash.as_str(), key.team.as_deref()), (Key::hash_of("sk-team").as_str(), Some("research")));
    assert_eq!((key.allowance.day_micros, key.allowance.tpm), (Some(2_000_000), Some(1000)));
    assert_eq!(config.teams[0].allowance.month_micros, Some(100_500_000));
    assert!(config.policies[0].open && config.policies[0].hooks.len() == 2);
    assert_eq!(config.embedder, Some(Embedder::Local));
    assert_eq!(config.admin.as_ref().unwrap().hash, Key::hash_of("sk-admin"));
    assert!(config.requires_key());
}

#[test]
fn every_mistake_is_named_with_line_key_and_expectation() {
    let text = r#"
[[models]]
name = "m"
strategie = "weighted"
fallbacks = ["nobody"]
[[models.deployments]]
base_url = "ftp://up.test"
api_key = { env = "NOT_SET" }
weight = 0
[[keys]]
name = "k"
sha256 = "abc"
team = "nobody"
[[models]]
name = "m"
strategy = "fastest"
"#;
    let mistakes = Config::parse(text, &environment).unwrap_err();
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let expected = [
        "line 4: models[0].strategie: found an unknown key, expected strategy, perhaps",
        "line 5: models[0].fallbacks: found \"nobody\", expected the name of one of [[models]]",
        "line 7: models[0].deployments[0].base_url: found \"ftp://up.test\", expected http:// or https://, a host, \
         perhaps a port and a path: https://api.openai.com/v1",
        "line 8: models[0].deployments[0].api_key: found a reference to the environment variable NOT_SET, which is not \
         set, expected one that is set",
        "line 9: models[0].deployments[0].weight: found 0, expected a whole number from 1 to 1000000",
        "line 12: keys[0].sha256: found something else, expected 64 hexadecimal digits",
        "line 14: models[1].deployments: found nothing, expected at least one [[models.deployments]]",
        "line 15: models[1].name: found \"m\" for the second time, expected a name that no other model has",
        "line 16: models[1].strategy: found \"fastest\", expected weighted, least-busy, lowest-latency or priority",
    ];
    for line in expected {
        assert!(lines.contains(&line.to_owned()), "{line} is not in\n{}", lines.join("\n"));
    }
    assert_eq!(lines.len(), expected.len(), "{}", lines.join("\n"));
}

#[test]
fn what_is_not_toml_has_a_line_too() {
    let mistakes = Config::parse("[server]\nmax_body_bytes = \n", &environment).unwrap_err();
    assert_eq!(mistakes[0].line, 2);
    assert!(Config::parse("", &environment).unwrap_err()[0].to_string().contains("[[models]]"));
}

#[test]
fn a_secret_is_never_shown() {
    let text = "[[models]]\nname = \"m\"\ndeployments = [{ base_url = \"http://u\", api_key = \"very secret\" }]\n";
    let mistakes = Config::parse(text, &environment).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(!mistakes[0].to_string().contains("very"));
}

#[test]
fn no_mistake_shows_what_is_secret() {
    let deployment = |rest: &str| format!("[[models]]\nname = \"m\"\n[[models.deployments]]\n{rest}\n");
    let url = |url: &str| deployment(&format!("base_url = '{url}'"));
    let good = "base_url = \"http://a\"\n";
    let texts = [
        url("http://u:hunter2@h/v1"),
        url("http://hunter2@h/v1"),
        url("http://u:hunt/er2?hunter2@h/v1"),
        url("http://h/v1?key=hunter2"),
        url("http://h/v1#hunter2"),
        url("http://u:hunter2"),
        url("http://u:hunter2/v1"),
        url("u:hunter2@h/v1"),
        url("hunter2"),
        url("ftp://u:hunter2@h http://h?hunter2"),
        url(&format!("http://u:hunter2{}@h", "x".repeat(100))),
        url("${PASSWORD}"),
        url("${hunter2}"),
        deployment(&format!("{good}api_key = \"hunter2 hunter2\"")),
        deployment(&format!("{good}api_key = {{ env = \"sk-hunter2\" }}")),
        deployment(&format!("{good}api_key = \"${{sk-hunter2}}\"")),
        deployment(&format!("{good}api_key = [\"hunter2\"]")),
        deployment(&format!("{good}api_key = hunter2")),
        deployment(&format!("{good}api_key = \"hunter2")),
        deployment(&format!("{good}api_key = \"a\\hunter2\"")),
        deployment(&format!("{good}headers = \"authorization: hunter2\"")),
        deployment(&format!("{good}headers = {{ \"Bearer hunter2\" = \"x\" }}")),
        deployment(&format!("{good}headers = {{ x = \"hunter2\\u0000\" }}")),
        deployment(&format!("{good}weight = \"http://u:{}hunter2@h\"", "x".repeat(100))),
        deployment(&format!("{good}weight = \"u:hunter2@h\"")),
        deployment(&format!("{good}provider = \"https://h?hunter2\"")),
        deployment(&format!("{good}\"http://u:hunter2@h\" = 1")),
        format!("admin = \"hunter2\"\n{}", deployment(good)),
        format!("keys = [\"hunter2\"]\n{}", deployment(good)),
        format!("keys = \"hunter2\"\n{}", deployment(good)),
        format!("{}[[models]]\nname = \"x\"\ndeployments = \"hunter2\"", deployment(good)),
        format!(
            "{}[[models]]\nname = \"x\"\naliases = [\"m\"]\nfallbacks = [\"http://u:hunter2@h\"]",
            deployment(good)
        ),
        format!("{}[[keys]]\nname = \"x\"\nsha256 = \"hunter2\"", deployment(good)),
        format!("{}[[keys]]\nname = \"x\"\nkey = \"k\"\nteam = \"${{PASSWORD}}\"", deployment(good)),
        format!("{0}{0}", deployment(good).replace("\"m\"", "\"${PASSWORD}\"")),
        format!("{}[[policies]]\nname = \"p\"\nhooks = [\"https://hunter2@h\"]", deployment(good)),
    ];
    let environment = |name: &str| (name == "PASSWORD").then(|| "a-hunter2-z".to_owned());
    for text in texts {
        let mistakes = Config::parse(&text, &environment).expect_err(&text);
        for mistake in mistakes {
            let shown = format!("{mistake} {mistake:?}");
            assert!(!shown.contains("hunter2"), "{text}\n{shown}");
        }
    }
    for url in ["http://u:hunter2@h", "http://h?hunter2"] {
        assert!(!Config::single(url, None).unwrap_err().to_string().contains("hunter2"), "{url}");
    }
    let found = |text: &str| Config::single(text, None).unwrap_err().found;
    assert_eq!(found("http://u:hunter2@h:80/v1"), "\"http://…@h:80/v1\"");
    assert_eq!(found("https://h/v1?a=b"), "\"https://h/v1?…\"");
}

#[test]
fn a_base_url_is_checked() {
    let good = ["http://a", "https://a.test/v1/", "http://127.0.0.1:8000/x/y", "http://[::1]:9"];
    let bad =
        ["", "a.test", "http://", "http://u:p@a", "http://a?b", "http://a:99999", "http://a b", "http://a\r\nx: y"];
    for url in good {
        assert!(Config::single(url, None).is_ok(), "{url}");
    }
    for url in bad {
        assert!(Config::single(url, None).is_err(), "{url}");
    }
}

#[test]
fn the_example_in_the_documentation_is_right_and_has_every_key() {
    let page = include_str!("../../../../docs/gateway.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let environment = |name: &str| Some(format!("secret-{name}"));
    let config = Config::parse(example, &environment).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!((config.models.len(), config.keys.len(), config.policies.len()), (2, 1, 1));
    // Whatever key is asked for in the code stands in the example.
    let source = concat!(include_str!("../../src/config/read.rs"), include_str!("../../src/config/names.rs"));
    let calls = [
        ".text(\"",
        ".flag(\"",
        ".number(\"",
        ".decimal(\"",
        ".choice(\"",
        ".choices(\"",
        ".texts(\"",
        ".secret(\"",
        "ms(\"",
    ];
    let mut keys = 0;
    for call in calls {
        for rest in source.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(page.contains(key), "{key} is not documented");
            keys += 1;
        }
    }
    assert!(keys > 30, "{keys}");
}

#[test]
fn deployments_have_headers_of_their_own() {
    let text = |headers: &str| {
        format!(
            "[[models]]\nname = \"m\"\n[[models.deployments]]\nbase_url = \"http://u\"\n\
             api_key = \"k\"\nheaders = {headers}\n"
        )
    };
    let config = Config::parse(
        &text("{ API-Key = { env = \"TEAM_KEY\" }, Authorization = \"\", x = \"${ADMIN_KEY}\" }"),
        &environment,
    );
    let mut driver = Driver::new(config.unwrap(), |_| Script::stalls());
    driver.ask(post("/v1/embeddings", &json!({"model": "m", "input": "x"})).leaving_at(1));
    let sent = &driver.sent[0].headers;
    let values =
        |name: &str| sent.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    assert_eq!(
        (values("api-key"), values("authorization"), values("x")),
        (vec!["sk-team"], Vec::new(), vec!["sk-admin"])
    );
    for wrong in [
        "3",
        "{ host = \"a\" }",
        "{ a = 1 }",
        "{ a = \"x\\r\\ny\" }",
        "{ a = { env = \"NOT_SET\" } }",
        "{ \"a b\" = \"x\" }",
    ] {
        let mistakes = Config::parse(&text(wrong), &environment).unwrap_err();
        assert_eq!((mistakes.len(), mistakes[0].line), (1, 6), "{wrong}: {mistakes:?}");
    }
}
