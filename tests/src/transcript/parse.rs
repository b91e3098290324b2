//! From the lines of a file to cases and steps.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::escape::{unescape, words};
use super::expected::{Expected, Follows, Matcher, follows};
use super::{Case, Exchange, Step, Transcript, Version};
use crate::client::encode;

pub(super) fn parse(path: &Path, text: &str) -> Result<Transcript> {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut parser = Parser { lines: &lines, at: 0, cases: Vec::new() };
    while parser.at < lines.len() {
        let line = parser.at + 1;
        parser.step().with_context(|| format!("line {line}"))?;
    }
    let cases = parser.cases;
    if let Some(case) = cases.iter().find(|case| case.steps.is_empty()) {
        bail!("line {}: the case \"{}\" does nothing", case.line, case.name);
    }
    Ok(Transcript { path: path.to_path_buf(), lines, cases })
}

struct Parser<'a> {
    lines: &'a [String],
    at: usize,
    cases: Vec<Case>,
}

/// A line that sends or expects: who, what, and the text behind the mark.
struct Mark<'a> {
    session: &'a str,
    kind: Kind,
    text: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Command,
    Joined,
    Raw,
    Reply,
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let end = line.find(['<', '>'])?;
    let (session, rest) = line.split_at_checked(end)?;
    if !session.chars().all(|character| character.is_ascii_alphanumeric()) {
        return None;
    }
    let kinds = [(">>", Kind::Raw), (">+", Kind::Joined), (">", Kind::Command), ("<", Kind::Reply)];
    let (kind, text) = kinds.iter().find_map(|(mark, kind)| Some((*kind, rest.strip_prefix(mark)?)))?;
    Some(Mark { session, kind, text })
}

impl Parser<'_> {
    fn line(&self) -> Option<&str> {
        self.lines.get(self.at).map(String::as_str)
    }

    fn step(&mut self) -> Result<()> {
        let lines = self.lines;
        let Some(line) = lines.get(self.at) else { return Ok(()) };
        if line.is_empty() || line.starts_with('#') {
            self.at += 1;
            return Ok(());
        }
        if let Some(name) = line.strip_prefix("==") {
            let name = name.trim().to_owned();
            self.cases.push(Case { name, line: self.at + 1, since: None, steps: Vec::new() });
            self.at += 1;
            return Ok(());
        }
        if let Some(directive) = line.strip_prefix('!') {
            self.directive(directive.trim())?;
            self.at += 1;
            return Ok(());
        }
        let Some(mark) = mark(line) else { bail!("a line begins with one of # == ! > >+ >> <, not `{line}`") };
        let step = self.exchange(&mark)?;
        self.case()?.steps.push(Step::Exchange(step));
        Ok(())
    }

    fn case(&mut self) -> Result<&mut Case> {
        self.cases.last_mut().context("the first case has no `== name`")
    }

    fn directive(&mut self, text: &str) -> Result<()> {
        match text.split_once(' ') {
            Some(("advance", milliseconds)) => {
                let milliseconds = milliseconds.trim().parse().context("`! advance` takes milliseconds")?;
                self.case()?.steps.push(Step::Advance { milliseconds });
            }
            Some(("since", since)) => self.case()?.since = Some(version(since)?),
            _ => bail!("`! {text}` is neither `! advance <ms>` nor `! since <version>`"),
        }
        Ok(())
    }

    fn exchange(&mut self, first: &Mark<'_>) -> Result<Exchange> {
        let lines = self.lines;
        let line = self.at + 1;
        let mut send = Vec::new();
        while let Some(mark) = lines.get(self.at).and_then(|line| mark(line)) {
            let continues = mark.kind == Kind::Joined || self.at + 1 == line;
            if mark.kind == Kind::Reply || !continues || mark.session != first.session {
                break;
            }
            match mark.kind {
                Kind::Raw => send.extend(unescape(mark.text.strip_prefix(' ').unwrap_or(mark.text))?),
                _ => send.extend(encode(&words(mark.text)?)),
            }
            self.at += 1;
        }
        let after = self.at;
        let mut expect = Vec::new();
        let mut closes = false;
        while let Some(mark) = self.reply_of(first.session) {
            if mark.text.trim() == "(closed)" {
                closes = true;
                self.at += 1;
                break;
            }
            expect.push(self.expected(first.session)?);
        }
        let reply_lines = self.at - after;
        Ok(Exchange { session: first.session.to_owned(), send, line, after, reply_lines, expect, closes })
    }

    /// The reply line at hand, if it is one of this session.
    fn reply_of(&self, session: &str) -> Option<Mark<'_>> {
        mark(self.line()?).filter(|mark| mark.kind == Kind::Reply && mark.session == session)
    }

    /// Takes the lines of one element.
    fn expected(&mut self, session: &str) -> Result<Expected> {
        let line = self.at + 1;
        let here = || format!("line {line}");
        let mark = self.reply_of(session).with_context(|| format!("line {line}: the reply above is not complete"))?;
        let (matcher, text) = matcher(mark.text).with_context(here)?;
        let header = unescape(text).with_context(here)?;
        self.at += 1;
        let mut expected = Expected { line, matcher, header, payload: None, children: Vec::new() };
        if matcher == Matcher::Any {
            return Ok(expected);
        }
        match follows(&expected.header) {
            Follows::Nothing => {}
            Follows::Bytes(length) => {
                let mark = self.reply_of(session).with_context(|| format!("line {line}: its bytes are missing"))?;
                let payload = unescape(mark.text.strip_prefix(' ').unwrap_or(mark.text)).with_context(here)?;
                if payload.len() != length {
                    bail!("line {line}: announces {length} bytes, and {} stand below", payload.len());
                }
                expected.payload = Some(payload);
                self.at += 1;
            }
            Follows::Elements(count) => {
                for _ in 0..count {
                    expected.children.push(self.expected(session)?);
                }
            }
        }
        if let (Matcher::Unordered(1), Some(b'%')) = (matcher, expected.header.first()) {
            expected.matcher = Matcher::Unordered(2);
        }
        Ok(expected)
    }
}

/// The matcher of a reply line, and the line's text behind it.
fn matcher(text: &str) -> Result<(Matcher, &str)> {
    let Some(inside) = text.strip_prefix('(') else {
        return Ok((Matcher::Exact, text.strip_prefix(' ').unwrap_or(text)));
    };
    let (name, rest) = inside.split_once(')').context("a matcher is written <(name) text")?;
    let matcher = match name.split_once(' ') {
        None if name == "any" => Matcher::Any,
        None if name == "unordered" => Matcher::Unordered(1),
        None if name == "pairs" => Matcher::Unordered(2),
        Some(("near", tolerance)) => Matcher::Near(tolerance.parse().context("`near` takes a number")?),
        _ => bail!("`({name})` is none of (any) (near N) (unordered) (pairs) (closed)"),
    };
    Ok((matcher, rest.strip_prefix(' ').unwrap_or(rest)))
}

fn version(text: &str) -> Result<Version> {
    let (major, minor) = text.trim().split_once('.').context("a version is written 7.4")?;
    Ok((major.parse()?, minor.parse()?))
}
