//! What `udf test` and `udf run` say, and with which exit code.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::tool::ferrite;

/// A folder with the example `filter` and these golden cases.
fn folder_with(cases: &str) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("filter.wasm"), ferrite_build::guest("filter")?.bytes)?;
    fs::write(folder.path().join("golden.toml"), cases)?;
    Ok(folder)
}

fn failing(folder: &Path, arguments: &[&str]) -> Result<(String, String)> {
    let output = ferrite(folder, arguments)?;
    let printed = (output.text(), output.stderr.clone());
    assert_eq!(output.status.code(), Some(1), "{printed:?}");
    Ok(printed)
}

#[test]
fn a_case_that_fails_shows_what_was_expected_and_what_came() -> Result<()> {
    let folder = folder_with(
        r#"
        load = "PERMISSIONS WRITE"
        [[case]]
        name = "right"
        setup = [["SET", "k", '{"n":1}']]
        keys = ["k"]
        args = ["n", "==", 1, "n"]
        reply = '{"n":2}'
        [[case]]
        name = "wrong in three ways"
        setup = [["SET", "k", '{"n":1}'], "RPUSH l a b"]
        keys = ["k"]
        args = ["n", "==", 1, "n"]
        reply = '{"n":3}'
        fuel = 10
        after = { l = ["a"], gone = "x" }
        [[case]]
        name = "an error that is none"
        keys = ["k"]
        args = ["n", "==", 1, "n"]
        error = "ERR no"
        "#,
    )?;
    let (printed, _) = failing(folder.path(), &["udf", "test", "filter.wasm"])?;
    for part in [
        "ok  right (fuel ",
        "FAILED  wrong in three ways\n    reply\n    expected: \"{\\\"n\\\":3}\"\n    got:      \"{\\\"n\\\":2}\"\n",
        "    key `gone` afterwards\n    expected: \"x\"\n    got:      no such key\n",
        "    key `l` afterwards\n    expected: [\"a\"]\n    got:      1) \"a\"\n              2) \"b\"\n",
        "    fuel\n    expected: at most 10\n    got:      ",
        "FAILED  an error that is none\n    reply\n    expected: (error) \"ERR no\"\n    got:      (nil)\n",
        "filter: 1 passed, 2 failed",
    ] {
        assert!(printed.contains(part), "no `{part}` in\n{printed}");
    }
    let printed = ferrite(folder.path(), &["udf", "test", "filter.wasm", "--filter", "right"])?.succeeded()?.text();
    assert!(printed.ends_with("filter: 1 passed, 0 failed\n"), "{printed}");
    Ok(())
}

#[test]
fn a_file_of_cases_with_a_mistake_is_refused_with_the_place() -> Result<()> {
    let folder = folder_with("[[case]]\nname = 'x'\nreplies = 1\n")?;
    let (_, error) = failing(folder.path(), &["udf", "test", "filter.wasm"])?;
    assert!(error.starts_with("ferrite: ./golden.toml: ") || error.contains("golden.toml"), "{error}");
    assert!(error.contains("line 3") && error.contains("replies"), "{error}");
    let (_, error) = failing(folder.path(), &["udf", "test", "filter.wasm", "--cases", "absent.toml"])?;
    assert!(error.contains("absent.toml: No such file"), "{error}");
    Ok(())
}

#[test]
fn a_call_prints_its_reply_as_redis_cli_does() -> Result<()> {
    let folder = folder_with("")?;
    let call = ["udf", "run", "filter.wasm", "--permissions", "WRITE", "--set", "k={\"n\":1}", "--key", "k"];
    let more = ["--stats", "--then", "GET k", "--", "n", "==", "1", "n"];
    let output = ferrite(folder.path(), &[&call[..], &more].concat())?.succeeded()?;
    assert_eq!(output.text(), "\"{\\\"n\\\":2}\"\n\"{\\\"n\\\":2}\"\n");
    assert!(output.stderr.contains("fuel: "), "{}", output.stderr);

    let (printed, _) = failing(folder.path(), &["udf", "run", "filter.wasm", "--", "n", "==", "1", "n"])?;
    assert_eq!(printed, "(error) ERR key 1 is missing: the caller passed 0\n");
    let limited = ["udf", "run", "filter.wasm", "-p", "WRITE", "-s", "k={\"n\":1}", "-k", "k", "--fuel", "500"];
    let (printed, _) = failing(folder.path(), &[&limited[..], &["--", "n", "==", "1", "n"]].concat())?;
    assert!(printed.starts_with("(error) ERR wasm: fuel exhausted after 500"), "{printed}");
    Ok(())
}
