//! Messages of channels as server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use ferrite_resp::Value;

/// The type of the body.
pub const CONTENT_TYPE: &str = "text/event-stream";
/// What is sent now and then so that nobody in between takes the silence for an end.
pub const STILL_HERE: &[u8] = b": still here\n\n";

/// What the store said on a subscribed connection, as an event: `message,channel,text`. A text of several lines becomes
/// several `data` lines, as the standard has it.
#[must_use]
pub fn event(value: &Value) -> Vec<u8> {
    let words: &[Value] = match value {
        Value::Array(words) | Value::Push(words) => words,
        other => std::slice::from_ref(other),
    };
    let words: Vec<String> = words.iter().map(word).collect();
    let text = words.join(",").replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<String> = text.split('\n').map(|line| format!("data: {line}\n")).collect();
    (lines.concat() + "\n").into_bytes()
}

fn word(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Bulk(text) | Value::Simple(text) => String::from_utf8_lossy(text).into_owned(),
        Value::Error(text) => format!("error,{}", String::from_utf8_lossy(text)),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_event() {
        let words = |words: &[&str]| Value::Array(words.iter().map(|word| Value::bulk(*word)).collect());
        assert_eq!(event(&words(&["message", "news", "a,b"])), b"data: message,news,a,b\n\n");
        assert_eq!(
            event(&words(&["message", "news", "1\r\n2\r3\n"])),
            b"data: message,news,1\ndata: 2\ndata: 3\ndata: \n\n"
        );
        let subscribed = Value::Array(vec![Value::bulk("subscribe"), Value::bulk("news"), Value::Integer(1)]);
        assert_eq!(event(&subscribed), b"data: subscribe,news,1\n\n");
    }
}
