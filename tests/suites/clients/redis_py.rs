//! PyPI's `redis`, by `tests/clients/python/check_redis_py.py`, in both protocols.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use ferrite_tests::program::run;
use ferrite_tests::require::skip;
use ferrite_tests::subject::Subject;
use ferrite_tests::workspace;

ferrite_tests::on_both!(the_checks_hold_in_resp2, the_checks_hold_in_resp3, the_checks_hold_behind_a_password);

fn the_checks_hold_in_resp2(subject: Subject) -> Result<()> {
    check(subject, &[], &[("SERVER_PROTOCOL", "2")])
}

fn the_checks_hold_in_resp3(subject: Subject) -> Result<()> {
    check(subject, &[], &[("SERVER_PROTOCOL", "3")])
}

fn the_checks_hold_behind_a_password(subject: Subject) -> Result<()> {
    for protocol in ["2", "3"] {
        let environment = [("SERVER_PROTOCOL", protocol), ("SERVER_PASSWORD", "pass word")];
        check(subject, &["--requirepass", "pass word"], &environment)?;
    }
    Ok(())
}

fn check(subject: Subject, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let Some(python) = python() else { return Ok(()) };
    let Some(server) = subject.start(arguments)? else { return Ok(()) };
    let mut command = Command::new(python);
    command.arg("check_redis_py.py").current_dir(workspace().join("tests/clients/python"));
    command.env("SERVER_PORT", server.port()).envs(environment.iter().copied());
    command.env("PYTHONDONTWRITEBYTECODE", "1").env_remove("FUNCTION_COMPONENT");
    if subject == Subject::Ferrite {
        command.env("FUNCTION_COMPONENT", ferrite_build::guest("top-by-size")?.path);
        command.env("STOCK_COMPONENT", ferrite_build::guest("stock")?.path);
        command.env("PRICING_COMPONENT", ferrite_build::guest("pricing")?.path);
    }
    let output = run(&mut command, b"")?.succeeded()?;
    assert!(output.stderr.trim_end().ends_with("\nOK"), "{}", output.stderr);
    Ok(())
}

/// The interpreter of the environment that has the client, or `None` after a printed skip.
pub(crate) fn python() -> Option<PathBuf> {
    let environment = workspace().join("target/python");
    let python = environment.join("bin/python");
    let found = Command::new(&python).args(["-c", "import redis"]).output().is_ok_and(|output| output.status.success());
    if !found {
        skip(
            "PyPI's redis is not there: python3 -m venv target/python && \
             target/python/bin/pip install -r tests/clients/python/requirements.txt",
        );
    }
    found.then_some(python)
}
