//! PyPI's `openai` and `anthropic`, by `tests/python/check_clients.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use ferrite_mock_openai::{Mock, Script};

#[test]
fn the_clients_of_both_apis_understand_the_mock() {
    let Some(python) = python() else { return };
    let mock = Mock::start(Script::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let mut command = Command::new(python);
    command.arg("check_clients.py").current_dir(folder).env("MOCK_URL", mock.url());
    command.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("BASE_URL").env("NO_PROXY", "127.0.0.1");
    let output = command.output().expect("python runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.trim_end().ends_with("\nOK"), "{text}");
}

/// The interpreter of the environment that has the clients, or `None` after a printed skip.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python/bin/python");
    let found = Command::new(&python).args(["-c", "import openai, anthropic"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let reason = "PyPI's openai and anthropic are not there: python3 -m venv target/python && \
                  target/python/bin/pip install -r host/mock-openai/tests/python/requirements.txt";
    assert!(std::env::var_os("FERRITE_REQUIRE_ALL").is_none_or(|value| value != "1"), "{reason}");
    eprintln!("SKIPPED: {reason}");
    None
}
