//! What a function said last: its own log lines and why its calls failed, for WASM.LOG.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::limits::{LOG_KEPT_BYTES, LOG_KEPT_LINES};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Milliseconds since the Unix epoch.
    pub(crate) at_ms: u64,
    /// `debug`, `info`, `warn`, `error`; `failed` for a call that came to nothing.
    pub(crate) level: &'static str,
    pub(crate) text: String,
}

/// The last lines of a function; those of an older version that it replaced stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: VecDeque<Line>,
    bytes: usize,
}

impl Lines {
    /// Adds a line; the oldest make room for it.
    pub(crate) fn push(&self, level: &'static str, text: String) {
        let at_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let line = Line { at_ms: u64::try_from(at_ms).unwrap_or(u64::MAX), level, text };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += line.text.len();
        kept.lines.push_back(line);
        while kept.lines.len() > LOG_KEPT_LINES || kept.bytes > LOG_KEPT_BYTES {
            let Some(oldest) = kept.lines.pop_front() else { break };
            kept.bytes -= oldest.text.len();
        }
    }

    /// The last `count` lines, oldest first.
    pub(crate) fn last(&self, count: usize) -> Vec<Line> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.lines.iter().skip(kept.lines.len().saturating_sub(count)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more_bytes_than_allowed() {
        let lines = Lines::default();
        for number in 0..LOG_KEPT_LINES + 10 {
            lines.push("info", number.to_string());
        }
        let all = lines.last(usize::MAX);
        assert_eq!((all.len(), all.first().map(|line| line.text.as_str())), (LOG_KEPT_LINES, Some("10")));
        assert_eq!(lines.last(1).first().map(|line| line.text.clone()), Some((LOG_KEPT_LINES + 9).to_string()));
        for _ in 0..100 {
            lines.push("error", "x".repeat(LOG_KEPT_BYTES / 10));
        }
        assert_eq!(lines.last(usize::MAX).len(), 10);
    }
}
