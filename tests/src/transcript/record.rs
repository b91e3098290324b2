//! Fills in and refreshes a transcript's replies from a server, and keeps its matchers where they still hold.

use std::time::Duration;

use anyhow::Result;

use super::expected::{Expected, Frame, Matcher, render};
use super::{Step, Transcript};
use crate::judge::{Judge, TcpJudge};

/// A server that is silent for so long has said all it has to say.
const QUIET: Duration = Duration::from_millis(15);

/// The transcript's new text.
pub fn record(transcript: &Transcript, judge: &mut TcpJudge) -> Result<String> {
    let mut text = transcript.lines.clone();
    let mut shift: isize = 0;
    for case in &transcript.cases {
        if case.is_unknown_to(judge.version()) {
            continue;
        }
        judge.begin_case()?;
        for step in &case.steps {
            let exchange = match step {
                Step::Advance { milliseconds } => {
                    judge.advance(*milliseconds)?;
                    continue;
                }
                Step::Exchange(exchange) => exchange,
            };
            if let Err(error) = judge.send(&exchange.session, &exchange.send) {
                // The rest of the case stays as it is.
                eprintln!("{}:{}: {error:#}", transcript.path.display(), exchange.line);
                break;
            }
            let received = judge.drain(&exchange.session, QUIET)?;
            let mut lines = Vec::new();
            for (index, frame) in received.frames.iter().enumerate() {
                let frame = Frame::parse(frame)?;
                merge(exchange.expect.get(index), &frame, &transcript.lines, &mut lines);
            }
            if received.closed {
                lines.push("<(closed)".to_owned());
            }
            let lines = lines.iter().map(|line| format!("{}{line}", exchange.session));
            let start = exchange.after.saturating_add_signed(shift);
            let added = text.splice(start..start + exchange.reply_lines, lines.collect::<Vec<_>>()).count();
            debug_assert_eq!(added, exchange.reply_lines);
            shift = isize::try_from(text.len())? - isize::try_from(transcript.lines.len())?;
        }
        judge.end_case()?;
    }
    Ok(text.join("\n") + "\n")
}

/// The lines of a reply: a matcher that still fits stays as it stands.
fn merge(old: Option<&Expected>, frame: &Frame, source: &[String], lines: &mut Vec<String>) {
    let exact = || render(frame).into_iter().map(|line| mark("<", &line));
    let Some(old) = old else {
        lines.extend(exact());
        return;
    };
    match old.matcher {
        Matcher::Any if old.mismatch(frame).is_none() => lines.push(mark("<(any)", &super::escape(&old.header))),
        Matcher::Near(_) if old.header.first() == frame.header.first() => {
            let mut fresh = if old.mismatch(frame).is_none() { old_lines(old) } else { render(frame) }.into_iter();
            lines.extend(fresh.next().map(|line| mark(&prefix(old, source), &line)));
            lines.extend(fresh.map(|line| mark("<", &line)));
        }
        Matcher::Unordered(_) if old.mismatch(frame).is_none() => {
            lines.push(mark(&prefix(old, source), &super::escape(&old.header)));
            for child in &old.children {
                keep(child, source, lines);
            }
        }
        Matcher::Unordered(_) if old.header.first() == frame.header.first() => {
            let mut fresh = exact();
            lines.extend(fresh.next().map(|line| line.replacen('<', &prefix(old, source), 1)));
            lines.extend(fresh);
        }
        Matcher::Exact if old.header == frame.header && !frame.children.is_empty() => {
            lines.push(mark("<", &super::escape(&frame.header)));
            for (index, child) in frame.children.iter().enumerate() {
                merge(old.children.get(index), child, source, lines);
            }
        }
        _ => lines.extend(exact()),
    }
}

/// An element as it stood.
fn keep(old: &Expected, source: &[String], lines: &mut Vec<String>) {
    let mut own = old_lines(old).into_iter();
    lines.extend(own.next().map(|line| mark(&prefix(old, source), &line)));
    lines.extend(own.map(|line| mark("<", &line)));
    for child in &old.children {
        keep(child, source, lines);
    }
}

fn old_lines(old: &Expected) -> Vec<String> {
    let mut lines = vec![super::escape(&old.header)];
    lines.extend(old.payload.as_deref().map(super::escape));
    lines
}

/// `<` with the matcher, as the file has it, without the session.
fn prefix(old: &Expected, source: &[String]) -> String {
    let line = source.get(old.line - 1).map_or("<", String::as_str);
    let line = line.find('<').and_then(|start| line.get(start..)).unwrap_or("<");
    match (line.starts_with("<("), line.find(')')) {
        (true, Some(end)) => line.get(..=end).unwrap_or("<").to_owned(),
        _ => "<".to_owned(),
    }
}

fn mark(prefix: &str, line: &str) -> String {
    if line.is_empty() { prefix.to_owned() } else { format!("{prefix} {line}") }
}
