//! Transcripts against a judge that answers what it is told: every kind of difference must be found.

use std::collections::VecDeque;
use std::path::Path;

use anyhow::Result;

use super::{Transcript, Version, run};
use crate::judge::{Judge, Received};

/// Answers each exchange with the next of these replies.
struct Parrot {
    replies: VecDeque<&'static [u8]>,
    version: Option<Version>,
}

impl Judge for Parrot {
    fn name(&self) -> &str {
        "a parrot"
    }
    fn version(&self) -> Option<Version> {
        self.version
    }
    fn begin_case(&mut self) -> Result<()> {
        Ok(())
    }
    fn end_case(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        Ok(self.replies.drain(..).map(|reply| (String::new(), reply.to_vec())).collect())
    }
    fn send(&mut self, _session: &str, _bytes: &[u8]) -> Result<()> {
        Ok(())
    }
    fn receive(&mut self, _session: &str, replies: usize, _closes: bool) -> Result<Received> {
        let frames = (0..replies).filter_map(|_| self.replies.pop_front()).map(<[u8]>::to_vec).collect();
        Ok(Received { frames, ..Received::default() })
    }
    fn advance(&mut self, _milliseconds: u64) -> Result<()> {
        Ok(())
    }
}

/// What is reported when these replies come; nothing when they are as expected.
fn report(expected: &str, replies: &[&'static [u8]]) -> String {
    let text = format!("== a case\n> GET k\n{expected}\n");
    let transcript = Transcript::parse(Path::new("t.resp"), &text).expect("it is a transcript");
    let mut parrot = Parrot { replies: replies.iter().copied().collect(), version: None };
    run(&transcript, &mut parrot).expect("the parrot does not fail")
}

fn error(text: &str) -> String {
    format!("{:#}", Transcript::parse(Path::new("t.resp"), text).expect_err("it is no transcript"))
}

#[test]
fn the_same_bytes_are_as_expected_and_others_are_not() {
    assert_eq!(report("< $1\n< v", &[b"$1\r\nv\r\n"]), "");
    let different = report("< $1\n< v", &[b"$1\r\nw\r\n"]);
    assert!(different.contains("t.resp") && different.contains("line 3 differs") && different.contains("< w"));
    assert!(report("< :1", &[b"$1\r\n1\r\n"]).contains("line 3 differs"));
    assert!(report("< *2\n< :1\n< :2", &[b"*2\r\n:1\r\n:3\r\n"]).contains("line 5 differs"));
}

#[test]
fn a_reply_too_few_and_one_too_many_are_found() {
    assert!(report("< :1", &[]).contains("no reply came"));
    assert!(report("< :1", &[b":1\r\n", b":2\r\n"]).contains("are not named: :2"));
    assert!(report("<(closed)", &[]).contains("was not closed"));
}

#[test]
fn matchers_leave_free_what_they_name_and_nothing_else() {
    assert_eq!(report("<(any) $", &[b"$1\r\nv\r\n"]), "");
    assert!(report("<(any) $", &[b":1\r\n"]).contains("differs"));
    assert_eq!(report("<(near 5) :100", &[b":96\r\n"]), "");
    assert!(report("<(near 5) :100", &[b":94\r\n"]).contains("differs"));
    assert!(report("<(near 5) :100", &[b"$2\r\n96\r\n"]).contains("differs"));
    assert_eq!(report("<(near 0.5) $3\n< 1.5", &[b"$4\r\n1.25\r\n"]), "");
    assert_eq!(report("<(unordered) *2\n< :1\n< :2", &[b"*2\r\n:2\r\n:1\r\n"]), "");
    assert!(report("<(unordered) *2\n< :1\n< :2", &[b"*2\r\n:2\r\n:2\r\n"]).contains("line 4 differs"));
    assert_eq!(report("<(pairs) *4\n< +a\n< :1\n< +b\n< :2", &[b"*4\r\n+b\r\n:2\r\n+a\r\n:1\r\n"]), "");
    assert!(report("<(pairs) *4\n< +a\n< :1\n< +b\n< :2", &[b"*4\r\n+b\r\n:1\r\n+a\r\n:2\r\n"]).contains("differs"));
}

#[test]
fn a_case_of_a_later_version_is_skipped_by_an_older_judge_only() {
    let text = "== a case\n! since 7.4\n> GET k\n< :1\n";
    let transcript = Transcript::parse(Path::new("t.resp"), text).expect("it is a transcript");
    let judged = |version| {
        let mut parrot = Parrot { replies: VecDeque::from([b":2\r\n".as_slice()]), version };
        run(&transcript, &mut parrot).expect("the parrot does not fail")
    };
    assert_eq!(judged(Some((7, 0))), "");
    assert!(judged(Some((7, 4))).contains("differs"));
    assert!(judged(None).contains("differs"));
}

#[test]
fn what_is_no_transcript_is_refused_by_its_line() {
    assert!(error("> GET k\n").contains("line 1"));
    assert!(error("== a\n> GET k\n< $3\n< ab\n").contains("line 3: announces 3 bytes, and 2 stand below"));
    assert!(error("== a\n> GET k\n< *2\n< :1\n").contains("line 5: the reply above is not complete"));
    assert!(error("== a\n> GET \\q\n").contains("`\\q` is no escape"));
    assert!(error("== a\n! wait 5\n").contains("line 2"));
    assert!(error("== a\n> GET k\n<(sometimes) :1\n").contains("(sometimes)"));
    assert!(error("== a\n== b\n> GET k\n").contains("does nothing"));
}
