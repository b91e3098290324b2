//! Server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::borrow::Cow;

use crate::limits;

/// One thing of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Event(Event),
    /// What stands behind the colon; clients skip it.
    Comment(String),
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: Option<String>,
    pub(crate) id: Option<String>,
    /// Lines joined by line feeds.
    pub(crate) data: String,
}

impl Event {
    pub(crate) fn data(data: impl Into<String>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    pub(crate) fn named(name: &str, data: impl Into<String>) -> Self {
        Self { name: Some(name.to_owned()), ..Self::data(data) }
    }
}

impl Item {
    /// Appends it as it goes over the wire.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut line = |field: &str, value: &str| {
            out.extend_from_slice(field.as_bytes());
            out.extend_from_slice(value.as_bytes());
            out.push(b'\n');
        };
        match self {
            Self::Comment(text) => line(":", text),
            Self::Event(event) => {
                event.name.iter().for_each(|name| line("event: ", name));
                event.id.iter().for_each(|id| line("id: ", id));
                event.data.split('\n').for_each(|data| line("data: ", data));
            }
        }
        out.push(b'\n');
    }
}

/// An event that is longer than [`limits::SSE_EVENT_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Takes bytes as they come and gives whole events. What stands behind the last blank line is no event.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    name: Option<String>,
    id: Option<String>,
    data: Option<String>,
    /// The last byte was a CR: an LF behind it belongs to it.
    after_cr: bool,
    begun: bool,
}

impl Parser {
    /// Appends what `bytes` complete.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<Item>) -> Result<(), TooLong> {
        let mut rest = bytes;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r') {
            let (line, end) = rest.split_at(at);
            self.grow(line)?;
            rest = end.get(1..).unwrap_or_default();
            if end.first() == Some(&b'\r') {
                match rest.first() {
                    Some(b'\n') => rest = rest.get(1..).unwrap_or_default(),
                    Some(_) => {}
                    None => self.after_cr = true,
                }
            }
            self.end_line(out)?;
        }
        self.grow(rest)
    }

    fn grow(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + bytes.len() > limits::SSE_EVENT_BYTES {
            return Err(TooLong);
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, out: &mut Vec<Item>) -> Result<(), TooLong> {
        let line = std::mem::take(&mut self.line);
        // The usual case first: to look for what is wrong takes longer.
        let mut text = match std::str::from_utf8(&line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(&line),
        };
        if !std::mem::replace(&mut self.begun, true)
            && let Some(rest) = text.strip_prefix('\u{feff}')
        {
            text = rest.to_owned().into();
        }
        if text.is_empty() {
            let (name, id) = (self.name.take(), self.id.take());
            if let Some(data) = self.data.take() {
                out.push(Item::Event(Event { name, id, data }));
            }
        } else if let Some(comment) = text.strip_prefix(':') {
            out.push(Item::Comment(comment.to_owned()));
        } else {
            let (field, value) = text.split_once(':').unwrap_or((&text, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "data" => match &mut self.data {
                    None => self.data = Some(value.to_owned()),
                    Some(data) if data.len() + value.len() >= limits::SSE_EVENT_BYTES => return Err(TooLong),
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                },
                "event" => self.name = Some(value.to_owned()),
                "id" => self.id = Some(value.to_owned()),
                _ => {}
            }
        }
        // The buffer serves the next line too.
        let mut line = line;
        line.clear();
        self.line = line;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<Item> {
        let (mut parser, mut out) = (Parser::default(), Vec::new());
        for piece in pieces {
            parser.push(piece, &mut out).expect("it is short");
        }
        out
    }

    #[test]
    fn lines_may_end_in_every_way_and_be_cut_anywhere() {
        let text = "\u{feff}: hello\r\nevent: a\rdata: 1\ndata:2\r\n\r\nid: 7\ndata\n\nnonsense: x\n\n\
            data: {\"é\": 1}\n\ndata: half";
        let expected = vec![
            Item::Comment(" hello".to_owned()),
            Item::Event(Event { name: Some("a".to_owned()), id: None, data: "1\n2".to_owned() }),
            Item::Event(Event { name: None, id: Some("7".to_owned()), data: String::new() }),
            Item::Event(Event::data("{\"é\": 1}")),
        ];
        assert_eq!(parse(&[text.as_bytes()]), expected);
        for at in 0..text.len() {
            let (a, b) = text.as_bytes().split_at(at);
            assert_eq!(parse(&[a, b]), expected, "cut at {at}");
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(parse(&bytes), expected);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut parser = Parser::default();
        let mut out = Vec::new();
        let piece = vec![b'x'; 64 << 10];
        let refused = (0..17).map(|_| parser.push(&piece, &mut out)).find(Result::is_err);
        assert_eq!(refused, Some(Err(TooLong)));
        let mut parser = Parser::default();
        let line = [b"data: ", &piece[..], b"\n"].concat();
        let refused = (0..17).map(|_| parser.push(&line, &mut out)).find(Result::is_err);
        assert_eq!(refused, Some(Err(TooLong)));
    }

    #[test]
    fn what_was_written_is_read() {
        let items = [
            Item::Event(Event { name: Some("n".to_owned()), id: Some("i".to_owned()), data: "a\nb".to_owned() }),
            Item::Comment("c".to_owned()),
        ];
        let mut wire = Vec::new();
        items.iter().for_each(|item| item.write(&mut wire));
        assert_eq!(parse(&[&wire]), items);
    }
}
