//! Request transcripts of the AI gateway, the same for every place where it runs: `tests/gateway/*.http`.
//!
//! ```text
//! # A remark.
//! @ [[rule]]                       the mock's script from here on, line by line; `@` alone is none
//! again                            asked up to ten times, until the answer is as expected
//! > POST /v1/chat/completions      a request: its line,
//! > authorization: Bearer sk-ada   its headers,
//! > {"model": "small"}             its body, if there is one
//! < 200                            the status, where `?` stands for any digit,
//! < x-ferrite-cache: hit           headers; `*` at the end stands for any rest,
//! ~ You said                       what the body has,
//! ! sk-ada                         and has not
//! ```

use std::fs;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use ferrite_mock_openai::Mock;

use crate::http::{Answer, ask};
use crate::workspace;

/// How often a request marked `again` is asked.
const ATTEMPTS: usize = 10;

/// The configuration that the transcripts are about.
#[must_use]
pub fn configuration(mock: &Mock) -> String {
    let url = mock.url();
    let timeouts = "first_byte_timeout_ms = 1000\nbetween_bytes_timeout_ms = 1000\n";
    let deployment = |provider: &str, model: &str| {
        format!(
            "[[models.deployments]]\nprovider = \"{provider}\"\nbase_url = \"{url}/v1\"\nmodel = \"{model}\"\n{timeouts}"
        )
    };
    format!(
        "[routing]\ncooldown_failures = 1000\n[cache]\nmode = \"exact\"\n[admin]\nkey = \"sk-admin\"\n\
         [[models]]\nname = \"small\"\naliases = [\"default\"]\nretries = 0\n{}\
         [[models]]\nname = \"claude-sonnet\"\nretries = 0\n{}\
         [[models]]\nname = \"two\"\nstrategy = \"priority\"\ncache = \"off\"\n{}priority = 0\n{}priority = 1\n\
         [[keys]]\nname = \"ada\"\nkey = \"sk-ada\"\n[[keys]]\nname = \"bob\"\nkey = \"sk-bob\"\nmodels = [\"small\"]\n",
        deployment("openai", "gpt-4o-mini"),
        deployment("anthropic", "claude-sonnet-4"),
        deployment("openai", "down"),
        deployment("openai", "up"),
    )
}

/// Asks a gateway of this configuration everything there is, and returns how many requests that were.
pub fn judge(address: SocketAddr, mock: &Mock) -> Result<usize> {
    let mut files: Vec<_> = fs::read_dir(workspace().join("tests/gateway"))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    let mut asked = 0;
    for file in files {
        let text = fs::read_to_string(file.path())?;
        let name = file.file_name().to_string_lossy().into_owned();
        mock.set_script("".parse()?);
        for step in steps(&text) {
            step.check(address, mock).with_context(|| format!("{name}, line {}", step.line))?;
            asked += 1;
        }
    }
    ensure!(asked > 0, "there are no transcripts");
    Ok(asked)
}

/// One request, and what is expected of its answer.
#[derive(Default)]
struct Step<'a> {
    line: usize,
    script: Option<Vec<&'a str>>,
    again: bool,
    request: Vec<&'a str>,
    answer: Vec<&'a str>,
    has: Vec<&'a str>,
    has_not: Vec<&'a str>,
}

fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps = vec![Step::default()];
    for (index, line) in text.lines().enumerate() {
        let (mark, rest) = line.split_at_checked(2).unwrap_or((line, ""));
        let is_new = matches!(mark, "@" | "@ " | "ag" | "> ");
        if is_new && steps.last().is_some_and(|step| !step.answer.is_empty()) {
            steps.push(Step::default());
        }
        let Some(step) = steps.last_mut() else { continue };
        match mark {
            "@" | "@ " => step.script.get_or_insert_default().push(rest),
            "ag" => step.again = true,
            "> " => {
                step.line = if step.request.is_empty() { index + 1 } else { step.line };
                step.request.push(rest);
            }
            "< " => step.answer.push(rest),
            "~ " => step.has.push(rest),
            "! " => step.has_not.push(rest),
            _ => {}
        }
    }
    steps
}

impl Step<'_> {
    fn check(&self, address: SocketAddr, mock: &Mock) -> Result<()> {
        if let Some(script) = &self.script {
            mock.set_script(script.join("\n").parse()?);
        }
        let mut attempts = if self.again { ATTEMPTS } else { 1 };
        loop {
            attempts -= 1;
            match self.compare(&self.ask(address)?) {
                Err(_) if attempts > 0 => {}
                result => return result,
            }
        }
    }

    fn ask(&self, address: SocketAddr) -> Result<Answer> {
        let mut lines = self.request.iter();
        let (method, path) =
            lines.next().and_then(|line| line.split_once(' ')).context("a request begins `> GET /path`")?;
        let mut headers = vec![("Content-Type", "application/json")];
        let mut body = "";
        for line in lines {
            match line
                .split_once(": ")
                .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
            {
                Some(header) => headers.push(header),
                None => body = line,
            }
        }
        ask(address, method, path, &headers, body.as_bytes())
    }

    fn compare(&self, answer: &Answer) -> Result<()> {
        let text = answer.text();
        let shown = || format!("{}\n{text}", answer.head);
        let mut lines = self.answer.iter();
        let status = lines.next().context("an answer begins `< 200`")?;
        let is_same = |(expected, found): (char, char)| expected == '?' || expected == found;
        ensure!(
            status.chars().zip(answer.status.to_string().chars()).all(is_same),
            "expected {status}, got {}",
            shown()
        );
        for line in lines {
            let (name, expected) = line.split_once(": ").context("a header is `< name: value`")?;
            let found = answer.header(name).unwrap_or_default();
            match expected.strip_suffix('*') {
                Some(start) => ensure!(found.starts_with(start), "expected {line}, got {}", shown()),
                None => ensure!(found == expected, "expected {line}, got {}", shown()),
            }
        }
        // Blanks behind colons and commas of JSON are anybody's choice.
        let tight = text.replace("\": ", "\":").replace(", \"", ",\"");
        let has = |part: &str| text.contains(part) || tight.contains(part);
        if let Some(missing) = self.has.iter().find(|part| !has(part)) {
            bail!("expected `{missing}` in {}", shown());
        }
        if let Some(found) = self.has_not.iter().find(|part| has(part)) {
            bail!("expected no `{found}` in {}", shown());
        }
        Ok(())
    }
}
