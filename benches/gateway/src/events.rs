//! Content within a stream of server-sent events, as `/v1/chat/completions` has it.

use serde_json::Value;

/// Bytes of an event that has not ended; what is longer is nobody's event.
const EVENT_BYTES: usize = 1 << 20;

/// Reads a stream piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Events {
    line: Vec<u8>,
    /// Whether `[DONE]` came.
    pub(crate) is_done: bool,
}

impl Events {
    /// How many events with content a piece completes.
    pub(crate) fn content(&mut self, piece: &[u8]) -> usize {
        let mut found = 0;
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                found += usize::from(self.line_has_content());
                self.line.clear();
            } else if self.line.len() > EVENT_BYTES {
                self.line.clear();
            }
        }
        found
    }

    fn line_has_content(&mut self) -> bool {
        let Some(data) = self.line.trim_ascii().strip_prefix(b"data:") else { return false };
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.is_done = true;
            return false;
        }
        let event: Value = serde_json::from_slice(data).unwrap_or_default();
        event.pointer("/choices/0/delta/content").and_then(Value::as_str).is_some_and(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n\
        data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\r\n\r\n: a comment\n\
        data:{\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\ndata: {\"choices\":[]}\n\ndata: [DONE]\n\n";

    #[test]
    fn only_events_with_text_are_content() {
        let mut events = Events::default();
        assert_eq!(events.content(STREAM.as_bytes()), 2);
        assert!(events.is_done);
    }

    #[test]
    fn pieces_may_end_anywhere() {
        for length in 1..40 {
            let mut events = Events::default();
            let found: usize = STREAM.as_bytes().chunks(length).map(|piece| events.content(piece)).sum();
            assert_eq!((found, events.is_done), (2, true), "pieces of {length} bytes");
        }
    }
}
