//! Replies as JSON, in the shapes of RESP2, or as RESP2 itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ferrite_resp::{Protocol, Value};

use crate::answer::Answer;
use crate::head::Head;

/// How a client wants replies to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// `Upstash-Encoding: base64`: strings are, so that any bytes come through; a status that is the whole result is not.
    base64: bool,
    /// `Upstash-Response-Format: resp2`: no JSON at all.
    resp2: bool,
}

impl Form {
    /// What the headers of a request say.
    #[must_use]
    pub fn of(head: &Head<'_>) -> Form {
        let says = |name, value: &str| head.text(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        Form { base64: says("upstash-encoding", "base64"), resp2: says("upstash-response-format", "resp2") }
    }

    /// The answer to one command. An error has the status 400.
    pub(crate) fn single(self, value: Value) -> Answer {
        let status = if matches!(value, Value::Error(_)) { 400 } else { 200 };
        if self.resp2 {
            return raw(status, &value);
        }
        let mut out = Vec::new();
        self.result(&value, &mut out);
        Answer::json(status, out)
    }

    /// The answer to several, errors among them.
    pub(crate) fn many(self, values: Vec<Value>) -> Answer {
        if self.resp2 {
            return raw(200, &Value::Array(values));
        }
        let mut out = vec![b'['];
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.result(value, &mut out);
        }
        out.push(b']');
        Answer::json(200, out)
    }

    fn result(self, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Error(text) => {
                out.extend_from_slice(b"{\"error\":");
                string(text, out);
            }
            Value::Simple(text) if text == b"OK" => out.extend_from_slice(b"{\"result\":\"OK\""),
            _ => {
                out.extend_from_slice(b"{\"result\":");
                self.write(value, out);
            }
        }
        out.push(b'}');
    }

    fn write(self, value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Null | Value::NullArray => out.extend_from_slice(b"null"),
            Value::Boolean(value) => out.push(if *value { b'1' } else { b'0' }),
            Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Double(number) => self.text(ferrite_resp::number::format_f64(*number).as_bytes(), out),
            Value::Bulk(text)
            | Value::Simple(text)
            | Value::Error(text)
            | Value::BigNumber(text)
            | Value::Verbatim { text, .. } => self.text(text, out),
            Value::Array(items) | Value::Set(items) | Value::Push(items) => self.list(items.iter(), out),
            Value::Map(pairs) => self.list(pairs.iter().flat_map(|(key, value)| [key, value]), out),
        }
    }

    fn list<'a>(self, items: impl Iterator<Item = &'a Value>, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in items.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.write(item, out);
        }
        out.push(b']');
    }

    fn text(self, text: &[u8], out: &mut Vec<u8>) {
        if self.base64 {
            out.push(b'"');
            out.extend_from_slice(STANDARD.encode(text).as_bytes());
            out.push(b'"');
        } else {
            string(text, out);
        }
    }
}

/// A string of JSON; bytes that are no UTF-8 become U+FFFD.
fn string(text: &[u8], out: &mut Vec<u8>) {
    serde_json::to_writer(out, &String::from_utf8_lossy(text)).expect("a string is JSON, and a vector takes it");
}

fn raw(status: u16, value: &Value) -> Answer {
    let body = value.to_bytes(Protocol::Resp2);
    Answer { body, ..Answer::empty(status).with("Content-Type", "application/octet-stream") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(headers: &[(&str, &str)], value: Value) -> String {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let answer = Form::of(&Head::new("POST", "/", headers)).single(value);
        String::from_utf8(answer.body).expect("the tests use text")
    }

    #[test]
    fn values_have_the_shapes_of_resp2() {
        let map = Value::Map(vec![(Value::bulk("a"), Value::Double(0.5)), (Value::bulk("b"), Value::NullArray)]);
        let all =
            Value::Array(vec![Value::Null, Value::Integer(-9_007_199_254_740_993), Value::bulk("\"\n\u{e9}"), map]);
        let expected = r#"{"result":[null,-9007199254740993,"\"\né",["a","0.5","b",null]]}"#;
        assert_eq!(body(&[], all), expected);
        assert_eq!(body(&[], Value::bulk(&b"\xff"[..])), "{\"result\":\"\u{fffd}\"}");
        assert_eq!(body(&[], Value::Error(b"ERR \"x\"".to_vec())), r#"{"error":"ERR \"x\""}"#);
    }

    #[test]
    fn in_base64_every_string_is_encoded_but_ok() {
        let base64 = &[("Upstash-Encoding", "base64")];
        assert_eq!(body(base64, Value::Simple(b"OK".to_vec())), r#"{"result":"OK"}"#);
        assert_eq!(body(base64, Value::Simple(b"PONG".to_vec())), r#"{"result":"UE9ORw=="}"#);
        assert_eq!(body(base64, Value::bulk("OK")), r#"{"result":"T0s="}"#);
        let nested = Value::Array(vec![Value::Integer(1), Value::Array(vec![Value::bulk(&b"\xff\0"[..])])]);
        assert_eq!(body(base64, nested), r#"{"result":[1,["/wA="]]}"#);
        assert_eq!(body(base64, Value::Error(b"ERR x".to_vec())), r#"{"error":"ERR x"}"#);
    }

    #[test]
    fn resp2_is_sent_as_it_is() {
        let resp2 = &[("upstash-response-format", "resp2")];
        assert_eq!(body(resp2, Value::Array(vec![Value::Integer(1), Value::Null])), "*2\r\n:1\r\n$-1\r\n");
    }
}
