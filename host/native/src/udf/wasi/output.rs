//! What a function writes to its standard streams: whole lines of it go to the log, and the last of it explains a trap.

use crate::udf::bindings::Level;
use crate::udf::failure::one_line;
use crate::udf::guest::Guest;
use crate::udf::limits::LOG_LINE_BYTES;

/// The numbers of the two streams.
pub(in crate::udf) const STDOUT: u32 = 1;
pub(in crate::udf) const STDERR: u32 = 2;

/// What one call wrote. Empty, it holds no memory.
#[derive(Debug, Default)]
pub(crate) struct Output {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The end of what went to stderr.
    last_words: Vec<u8>,
}

impl Output {
    /// The end of what went to stderr, if anything did, without the advice of Rust's own panic messages.
    pub(in crate::udf) fn last_words(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.last_words);
        let lines = text.lines().filter(|line| !line.starts_with("note: run with `RUST_BACKTRACE"));
        let text = lines.collect::<Vec<_>>().join("\n");
        Some(one_line(text.trim_start(), LOG_LINE_BYTES)).filter(|text| !text.is_empty())
    }
}

impl Guest {
    /// Takes what a function wrote to a stream. Beyond what a call may log nothing is kept, but for last words.
    pub(in crate::udf) fn write_output(&mut self, stream: u32, bytes: &[u8]) {
        let full = self.call.logged > self.call.most_logged;
        let output = self.call.output.get_or_insert_default();
        let pending = if stream == STDERR {
            output.last_words.extend(bytes.get(bytes.len().saturating_sub(LOG_LINE_BYTES)..).unwrap_or_default());
            let over = output.last_words.len().saturating_sub(LOG_LINE_BYTES);
            output.last_words.drain(..over);
            &mut output.stderr
        } else {
            &mut output.stdout
        };
        if full {
            return;
        }
        let mut text = std::mem::take(pending);
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let rest = lines.next_back().unwrap_or_default();
        for line in lines {
            text.extend(line);
            self.log_output(stream, &text);
            text.clear();
            if self.call.logged > self.call.most_logged {
                return;
            }
        }
        text.extend(rest);
        // A line without end is logged in pieces.
        if text.len() > LOG_LINE_BYTES {
            self.log_output(stream, &text);
            text.clear();
        }
        let output = self.call.output.get_or_insert_default();
        *(if stream == STDERR { &mut output.stderr } else { &mut output.stdout }) = text;
    }

    /// Logs what is left of lines that were not ended.
    pub(in crate::udf) fn flush_output(&mut self) {
        let Some(output) = &mut self.call.output else { return };
        let rest = [(STDOUT, std::mem::take(&mut output.stdout)), (STDERR, std::mem::take(&mut output.stderr))];
        for (stream, text) in rest {
            if !text.is_empty() {
                self.log_output(stream, &text);
            }
        }
    }

    fn log_output(&mut self, stream: u32, text: &[u8]) {
        let level = if stream == STDERR { Level::Warn } else { Level::Info };
        self.log(level, &String::from_utf8_lossy(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::udf::lines::Lines;

    fn guest() -> Guest {
        let mut guest = Guest::new("f".into(), Lines::default(), 0);
        guest.call.most_logged = 16_384;
        guest
    }

    #[test]
    fn output_is_logged_line_by_line_and_the_rest_at_the_end() {
        let mut guest = guest();
        guest.write_output(STDOUT, b"one\ntwo\nthr");
        let whole = guest.call.logged;
        assert!(whole > 6);
        guest.write_output(STDOUT, b"ee");
        assert_eq!(guest.call.logged, whole);
        guest.flush_output();
        assert!(guest.call.logged > whole);
    }

    #[test]
    fn endless_output_is_bounded_in_memory_and_keeps_its_last_words() {
        let mut guest = guest();
        for _ in 0..1000 {
            guest.write_output(STDERR, &[b'x'; 5000]);
        }
        guest.write_output(STDERR, b"\nthread panicked at src/lib.rs:\nboom\nnote: run with `RUST_BACKTRACE=1`\n");
        let output = guest.call.output.as_ref().expect("something was written");
        assert!(output.stderr.len() <= 5000 && output.last_words.len() <= LOG_LINE_BYTES);
        let words = output.last_words().expect("there are some");
        assert!(words.ends_with("thread panicked at src/lib.rs: boom"), "{words}");
    }
}
