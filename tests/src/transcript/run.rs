//! Puts a transcript before a judge.

use std::fmt::Write;

use anyhow::{Result, bail, ensure};

use super::escape::escape;
use super::expected::{Frame, render};
use super::{Case, Exchange, Step, Transcript};
use crate::judge::{Judge, Received};

/// Puts all transcripts before a judge; fails with all that it answered otherwise.
pub fn judge_all(judge: &mut dyn Judge) -> Result<()> {
    let transcripts = Transcript::all()?;
    ensure!(!transcripts.is_empty(), "there are no transcripts");
    judge_each(&transcripts, judge)
}

/// Puts these transcripts before a judge; fails with all that it answered otherwise.
pub fn judge_each(transcripts: &[Transcript], judge: &mut dyn Judge) -> Result<()> {
    let mut failures = String::new();
    for transcript in transcripts {
        failures.push_str(&run(transcript, judge)?);
    }
    ensure!(failures.is_empty(), "\n{failures}");
    Ok(())
}

/// Runs all cases and describes every failure, or nothing when there is none.
pub fn run(transcript: &Transcript, judge: &mut dyn Judge) -> Result<String> {
    let mut report = String::new();
    for case in &transcript.cases {
        if case.is_unknown_to(judge.version()) {
            continue;
        }
        judge.begin_case()?;
        let outcome = run_case(case, judge);
        let unread = judge.end_case()?;
        if let Err(error) = outcome.and_then(|()| check_unread(&unread)) {
            let file = transcript.path.display();
            let judge = judge.name();
            writeln!(report, "{file}: \"{}\" (line {}), judged by {judge}: {error:#}\n", case.name, case.line)?;
        }
    }
    Ok(report)
}

fn run_case(case: &Case, judge: &mut dyn Judge) -> Result<()> {
    for step in &case.steps {
        match step {
            Step::Advance { milliseconds } => judge.advance(*milliseconds)?,
            Step::Exchange(exchange) => run_exchange(exchange, judge)?,
        }
    }
    Ok(())
}

fn check_unread(unread: &[(String, Vec<u8>)]) -> Result<()> {
    match unread.first() {
        None => Ok(()),
        Some((session, bytes)) => bail!("session \"{session}\" got bytes that are not named: {}", escape(bytes)),
    }
}

fn run_exchange(exchange: &Exchange, judge: &mut dyn Judge) -> Result<()> {
    judge.send(&exchange.session, &exchange.send)?;
    let received = judge.receive(&exchange.session, exchange.expect.len(), exchange.closes)?;
    let frames = received.frames.iter().map(|frame| Frame::parse(frame)).collect::<Result<Vec<_>>>();
    let Ok(frames) = frames else {
        bail!("line {}: no RESP: {}", exchange.line, escape(&received.frames.concat()));
    };
    for (expected, frame) in exchange.expect.iter().zip(&frames) {
        if let Some(line) = expected.mismatch(frame) {
            bail!("line {line} differs; got\n{}", show(frame));
        }
    }
    check_end(exchange, &received)
}

fn check_end(exchange: &Exchange, received: &Received) -> Result<()> {
    if let Some(missing) = exchange.expect.get(received.frames.len()) {
        let end = if received.closed { ", and the connection was closed" } else { "" };
        bail!("line {}: no reply came{end}; unread: {}", missing.line, escape(&received.rest));
    }
    if !received.rest.is_empty() {
        bail!("line {}: bytes that are not named: {}", exchange.line, escape(&received.rest));
    }
    if exchange.closes && !received.closed {
        bail!("line {}: the connection was not closed behind the replies", exchange.line);
    }
    if !exchange.closes && received.closed {
        bail!("line {}: the connection was closed", exchange.line);
    }
    Ok(())
}

/// A reply as a transcript would write it.
fn show(frame: &Frame) -> String {
    render(frame).iter().map(|line| format!("< {line}\n")).collect()
}
