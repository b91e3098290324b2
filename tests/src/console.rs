//! The commands of a document, the files it says to write, and the output that it shows.
//!
//! What counts, by the words behind the three backquotes:
//!
//! - `console`: a line with `$ ` is a command, lines with `> ` continue it, and the lines up to the next command are all
//!   that it prints. A command without lines below it may print what it likes.
//! - `sh`: the whole block is typed at once. If the next block is `text`, its lines are printed in this order, maybe with
//!   others between them.
//! - `sh no-run`: is not run.
//! - a language and a path, such as `rust src/lib.rs`: the content of that file.
//!
//! In what is shown, `…` stands for anything within a line, and alone on a line for any number of lines.

use std::path::Path;

use anyhow::{Context, Result};

/// Something that a reader of the document does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the document, from 1.
    pub line: usize,
    /// What is done.
    pub action: Action,
}

/// What a reader does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Types this and sees that.
    Run(String, Shown),
    /// Writes a file: path and content.
    Write(String, String),
}

/// What a document shows of a command's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing: it may print what it likes.
    Nothing,
    /// All lines.
    All(Vec<String>),
    /// Lines that come in this order, among others.
    Among(Vec<String>),
}

impl Shown {
    /// Whether these lines were to be expected.
    pub fn matches(&self, printed: &[&str]) -> bool {
        match self {
            Shown::Nothing => true,
            Shown::All(lines) => matches(lines, printed),
            Shown::Among(lines) => {
                let mut rest = printed.iter();
                lines.iter().all(|line| rest.any(|printed| line_matches(line, printed.trim_end())))
            }
        }
    }
}

/// A block between two lines of backquotes.
#[derive(Debug)]
pub struct Block<'a> {
    /// The line of the opening backquotes, from 1.
    pub line: usize,
    /// The words behind them.
    pub info: &'a str,
    /// The lines between.
    pub lines: Vec<&'a str>,
}

/// The steps of a document in their order.
pub fn read(path: &Path) -> Result<Vec<Step>> {
    Ok(steps(&std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?))
}

/// The blocks of a text.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(info), None) => open = Some(Block { line: index + 1, info: info.trim(), lines: Vec::new() }),
            (None, Some(mut block)) => {
                block.lines.push(line);
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The steps of a text in their order.
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    // The position of the step whose output a `text` block would show.
    let mut typed = None;
    for block in blocks(text) {
        let before = typed.take();
        match (block.info.split_once(' '), block.info) {
            (None, "console") => session(&block, &mut steps),
            (None, "sh") => {
                typed = Some(steps.len());
                steps.push(Step { line: block.line, action: Action::Run(block.lines.join("\n"), Shown::Nothing) });
            }
            (None, "text") => {
                let step: Option<&mut Step> = before.and_then(|index: usize| steps.get_mut(index));
                if let Some(Action::Run(_, shown)) = step.map(|step| &mut step.action) {
                    *shown = Shown::Among(block.lines.iter().map(|line| line.trim_end().to_owned()).collect());
                }
            }
            (Some(("sh", _)), _) | (None, _) => {}
            (Some((_, path)), _) => {
                let content = block.lines.join("\n") + "\n";
                steps.push(Step { line: block.line, action: Action::Write(path.to_owned(), content) });
            }
        }
    }
    steps
}

/// The commands of a `console` block.
fn session(block: &Block<'_>, steps: &mut Vec<Step>) {
    let mut commands: Vec<(usize, String, Vec<String>)> = Vec::new();
    for (index, line) in block.lines.iter().enumerate() {
        match (line.strip_prefix("$ "), line.strip_prefix("> "), commands.last_mut()) {
            (Some(command), ..) => commands.push((block.line + 1 + index, command.to_owned(), Vec::new())),
            (None, Some(more), Some((_, command, output))) if output.is_empty() => {
                command.push('\n');
                command.push_str(more);
            }
            (None, _, Some((_, _, output))) => output.push(line.trim_end().to_owned()),
            (None, _, None) => {}
        }
    }
    for (line, command, mut output) in commands {
        while output.last().is_some_and(String::is_empty) {
            output.pop();
        }
        let shown = if output.is_empty() { Shown::Nothing } else { Shown::All(output) };
        steps.push(Step { line, action: Action::Run(command, shown) });
    }
}

/// Whether what was printed is what is shown.
fn matches(shown: &[String], printed: &[&str]) -> bool {
    match (shown.split_first(), printed.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((first, others)), rest) if first == "…" => {
            matches(others, printed) || rest.is_some_and(|(_, rest)| matches(shown, rest))
        }
        (Some(_), None) => false,
        (Some((first, others)), Some((line, rest))) => line_matches(first, line.trim_end()) && matches(others, rest),
    }
}

/// Whether a line is the one shown, where `…` stands for anything.
fn line_matches(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Action, Shown, Step, line_matches, steps};

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn commands_stand_in_console_and_sh_blocks_with_their_output() {
        let text = "# Title\n```console\n$ echo a \\\n> b\na b\n\n$ true\n```\n```rust\n$ no\n```\n$ no\n\
                    ```sh\necho c\ncd d\n```\nprints\n```text\nc\n```\n```sh no-run\nno\n```\n```toml a/b.toml\nx = 1\n```\n";
        let run = |line, text: &str, shown| Step { line, action: Action::Run(text.to_owned(), shown) };
        let expected = [
            run(3, "echo a \\\nb", Shown::All(lines(&["a b"]))),
            run(7, "true", Shown::Nothing),
            run(13, "echo c\ncd d", Shown::Among(lines(&["c"]))),
            Step { line: 24, action: Action::Write("a/b.toml".to_owned(), "x = 1\n".to_owned()) },
        ];
        assert_eq!(steps(text), expected);
    }

    #[test]
    fn an_ellipsis_stands_for_anything() {
        assert!(line_matches("took … ms", "took 12 ms") && line_matches("a…b…c", "a1b2c") && line_matches("…", ""));
        assert!(!line_matches("took … ms", "took 12 s") && !line_matches("ab", "abc") && !line_matches("a…", "b"));
        let all = |shown: &[&str]| Shown::All(lines(shown));
        assert!(all(&["a", "…", "z"]).matches(&["a", "b", "c", "z"]) && all(&["…"]).matches(&[]));
        assert!(!all(&["a", "…", "z"]).matches(&["a", "b"]) && !all(&["a"]).matches(&["a", "b"]));
        assert!(!all(&["a"]).matches(&[]));
    }

    #[test]
    fn lines_among_others_keep_their_order() {
        let among = Shown::Among(lines(&["a", "c…"]));
        assert!(among.matches(&["a", "b", "cd"]) && among.matches(&["x", "a", "c"]));
        assert!(!among.matches(&["cd", "a"]) && !among.matches(&["a"]));
    }
}
