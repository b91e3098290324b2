//! The commands of the README and of the guides: each runs, in order, and prints what the document shows.
//!
//! What counts as a command is told in [`ferrite_tests::console`] and in CONTRIBUTING.md. A document has one shell and a
//! server, which its `redis-cli` talks to. The README's shell starts in the root of the repository, that of a guide in
//! an empty folder beside a clone named `ferrite`.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use ferrite_tests::console::{self, Action, Step};
use ferrite_tests::program::run_within;
use ferrite_tests::require::skip;
use ferrite_tests::server::free_address;
use ferrite_tests::{FerriteServer, binary, require, workspace};
use tempfile::TempDir;

/// The README's first commands: they start the server and run the tests, so a test cannot run them.
const SET_UP: [&str; 2] = ["cargo run --release", "cargo test"];

/// Printed behind each step, before its number and exit code.
const END: &str = "--- end of step";

/// Tools that a guide needs, by what it types, with where they are and how they come there.
const TOOLS: [(&str, &str, &str); 4] = [
    ("host/edge", "host/edge/dist/node.js", "npm ci --prefix host/edge && npm run --prefix host/edge build"),
    ("--lang js", "tests/languages/node_modules/.bin/componentize-qjs", "npm ci --prefix tests/languages"),
    (
        "--lang python",
        "target/python/bin/componentize-py",
        "python3 -m venv target/python && target/python/bin/pip install -r guest-sdk/templates/python/requirements.txt",
    ),
    (
        "--lang c",
        "target/python/bin/python-zig",
        "python3 -m venv target/python && target/python/bin/pip install -r guest-sdk/templates/c/requirements.txt",
    ),
];

/// A guard against hanging: a guide may compile a crate or two.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(900);

#[test]
fn the_readme_begins_with_the_commands_that_start_and_test() -> Result<()> {
    let mut steps = console::read(&workspace().join("README.md"))?;
    for expected in SET_UP {
        let command = take_line(&mut steps)?;
        assert_eq!(command.split(" #").next().map(str::trim), Some(expected), "in README.md");
    }
    ensure!(!steps.is_empty(), "the README shows no session");
    Ok(())
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() -> Result<()> {
    let path = workspace().join("README.md");
    let mut steps = console::read(&path)?;
    for _ in SET_UP {
        take_line(&mut steps)?;
    }
    check(&path, &steps, &workspace())
}

#[test]
fn the_commands_of_the_guides_print_what_they_show() -> Result<()> {
    let guides = documents(&workspace().join("docs/guides"))?;
    ensure!(!guides.is_empty(), "there are no guides");
    for guide in guides {
        let text = fs::read_to_string(&guide)?;
        let missing = TOOLS.iter().find(|(typed, tool, _)| text.contains(typed) && !workspace().join(tool).exists());
        if let Some((_, tool, how)) = missing {
            skip(&format!("{} needs {tool}: {how}", guide.display()));
            continue;
        }
        let folder = tempfile::tempdir()?;
        symlink(workspace(), folder.path().join("ferrite"))?;
        check(&guide, &console::read(&guide)?, folder.path())?;
    }
    Ok(())
}

#[test]
fn no_block_of_commands_escapes_the_tests() -> Result<()> {
    let mut all = documents(&workspace().join("docs/guides"))?;
    all.push(workspace().join("README.md"));
    for path in all {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for block in console::blocks(&text) {
            let place = format!("{}:{}", path.display(), block.line);
            let language = block.info.split(' ').next().unwrap_or_default();
            ensure!(
                !["bash", "shell", "zsh", "shell-session"].contains(&language),
                "{place}: a block of commands is `console` or `sh`, so that the tests run it"
            );
            ensure!(
                block.info != "sh no-run" || !path.ends_with("README.md"),
                "{place}: everything in the README runs"
            );
        }
    }
    Ok(())
}

fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Takes the first line that is typed away from the steps.
fn take_line(steps: &mut Vec<Step>) -> Result<String> {
    let Some(Step { action: Action::Run(text, _), .. }) = steps.first_mut() else { bail!("there is no command") };
    let typed = text.clone();
    match typed.split_once('\n') {
        Some((line, rest)) => {
            *text = rest.to_owned();
            Ok(line.to_owned())
        }
        None => {
            steps.remove(0);
            Ok(typed)
        }
    }
}

/// Takes the steps of one document in one shell, beside a new server.
fn check(path: &Path, steps: &[Step], folder: &Path) -> Result<()> {
    let Some(redis_cli) = require("redis-cli") else { return Ok(()) };
    if steps.is_empty() {
        return Ok(());
    }
    let server = FerriteServer::start(&[])?;
    let port = server.address().port().to_string();
    // A document that starts a server of its own takes 6399 for it.
    let second = free_address()?.port().to_string();
    // And 4000 for a gateway.
    let third = free_address()?.port().to_string();
    let tools = tools(&redis_cli, &port)?;
    let binary = binary::ferrite()?;
    let binaries = binary.parent().context("the binary is in a folder")?;
    let mut search = vec![tools.path().to_owned(), binaries.to_owned()];
    search.extend(TOOLS.iter().filter_map(|(_, tool, _)| Some(workspace().join(tool).parent()?.to_owned())));
    search.extend(std::env::split_paths(&std::env::var_os("PATH").context("there is a PATH")?));
    let search = std::env::join_paths(search)?;
    let mut shell = Command::new("bash");
    shell.args(["-c", &script(steps, &[("6379", &port), ("6399", &second), ("4000", &third)])?]).current_dir(folder);
    shell.env("PATH", search).env("CARGO_TERM_COLOR", "never");
    // What the tool and the compilers keep is kept for the next run, and not in the user's own folders.
    let kept = workspace().join("target/languages");
    shell.env("XDG_CACHE_HOME", kept.join("cache")).env("ZIG_GLOBAL_CACHE_DIR", kept.join("zig"));
    if folder != workspace() {
        // A document shows no colours, and its shell may have a terminal.
        shell.env("NO_COLOR", "1");
        // What a guide compiles is not compiled again when the tests run again.
        shell.env("CARGO_TARGET_DIR", workspace().join("target/guides"));
    }
    // What cargo tells the tests it runs is not for the cargo that a document calls.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
        shell.env_remove(name);
    }
    compare(path, steps, &run_within(&mut shell, b"", PATIENCE)?.text())
}

/// A folder with a `redis-cli` that prints as on a terminal and talks to the server unless another port is named.
fn tools(redis_cli: &Path, port: &str) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("redis-cli");
    fs::write(&path, format!("#!/bin/sh\nexec '{}' -p {port} --no-raw \"$@\"\n", redis_cli.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

fn script(steps: &[Step], replacements: &[(&str, &str)]) -> Result<String> {
    let mut script = String::from("exec 2>&1\n");
    let replaced = |text: &String| replacements.iter().fold(text.clone(), |text, (from, to)| text.replace(from, to));
    for (index, step) in steps.iter().enumerate() {
        match &step.action {
            Action::Run(text, _) => {
                let text = replaced(text);
                writeln!(script, "set -e\n{text}\nset +e")?;
            }
            Action::Write(path, content) => {
                let content = replaced(content);
                write!(
                    script,
                    "mkdir -p \"$(dirname '{path}')\"\ncat > '{path}' <<'END OF FILE'\n{content}END OF FILE\n"
                )?;
            }
        }
        writeln!(script, "printf '\\n{END} {index}\\n'")?;
    }
    Ok(script)
}

fn compare(path: &Path, steps: &[Step], printed: &str) -> Result<()> {
    let mut rest = printed;
    for (index, step) in steps.iter().enumerate() {
        let Action::Run(text, shown) = &step.action else { continue };
        let place = format!("{}:{}: {text}", path.display(), step.line);
        // What stands before is the output of earlier steps that wrote files: nothing.
        let end = format!("\n{END} {index}\n");
        let (output, after) = rest.split_once(&end).with_context(|| format!("{place}\nfailed:\n{rest}"))?;
        rest = after;
        let mut lines: Vec<&str> = output.lines().filter(|line| !line.starts_with(END)).collect();
        // A step that wrote a file ended with an empty line.
        lines.drain(..lines.iter().take_while(|line| line.is_empty()).count());
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        ensure!(shown.matches(&lines), "{place}\nprinted\n{}\nbut the document shows\n{shown:#?}", lines.join("\n"));
    }
    Ok(())
}
