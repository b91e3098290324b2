//! A reply as `redis-cli` prints it on a terminal.

use std::fmt::Write as _;

use ferrite_resp::Value;
use ferrite_resp::number::format_f64;

/// The reply's lines, without an end of line behind the last.
pub(super) fn show(reply: &Value) -> String {
    let mut text = String::new();
    write(reply, "", &mut text);
    text
}

fn write(reply: &Value, indent: &str, out: &mut String) {
    match reply {
        Value::Null | Value::NullArray => out.push_str("(nil)"),
        Value::Boolean(value) => out.push_str(if *value { "(true)" } else { "(false)" }),
        Value::Integer(number) => out.push_str(&format!("(integer) {number}")),
        Value::Double(number) => {
            out.push_str(&format!("(double) {}", String::from_utf8_lossy(format_f64(*number).as_bytes())));
        }
        Value::Bulk(bytes) => out.push_str(&quoted(bytes)),
        Value::Simple(text) | Value::BigNumber(text) => out.push_str(&String::from_utf8_lossy(text)),
        Value::Verbatim { text, .. } => out.push_str(&String::from_utf8_lossy(text)),
        Value::Error(text) => out.push_str(&format!("(error) {}", String::from_utf8_lossy(text))),
        Value::Array(items) => list(items, "array", ')', indent, out),
        Value::Push(items) => list(items, "push", ')', indent, out),
        Value::Set(items) => list(items, "set", '~', indent, out),
        Value::Map(pairs) => {
            let width = pairs.len().to_string().len();
            if pairs.is_empty() {
                out.push_str("(empty hash)");
            }
            for (index, (key, value)) in pairs.iter().enumerate() {
                let deeper = next_line(index, width, '#', indent, out);
                write(key, &deeper, out);
                out.push_str(" => ");
                write(value, &deeper, out);
            }
        }
    }
}

fn list(items: &[Value], kind: &str, mark: char, indent: &str, out: &mut String) {
    if items.is_empty() {
        out.push_str(&format!("(empty {kind})"));
    }
    let width = items.len().to_string().len();
    for (index, item) in items.iter().enumerate() {
        let deeper = next_line(index, width, mark, indent, out);
        write(item, &deeper, out);
    }
}

/// Begins an element's line, and returns the indentation of what is inside of it.
fn next_line(index: usize, width: usize, mark: char, indent: &str, out: &mut String) -> String {
    if index > 0 {
        out.push('\n');
        out.push_str(indent);
    }
    let number = format!("{:>width$}{mark} ", index + 1);
    out.push_str(&number);
    format!("{indent}{}", " ".repeat(number.len()))
}

/// Bytes between double quotes, with the escapes of `redis-cli`.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => drop(write!(text, "\\x{other:02x}")),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_look_as_redis_cli_shows_them() {
        let nested = Value::Array(vec![Value::Integer(1), Value::Array(vec![Value::bulk("a"), Value::Null])]);
        assert_eq!(show(&nested), "1) (integer) 1\n2) 1) \"a\"\n   2) (nil)");
        let ten = Value::Array((1..=10).map(Value::Integer).collect());
        assert!(show(&ten).starts_with(" 1) (integer) 1\n 2) "), "{}", show(&ten));
        assert_eq!(show(&Value::Array(vec![])), "(empty array)");
        assert_eq!(show(&Value::bulk([0, b'\n', b'"', 0xff])), r#""\x00\n\"\xff""#);
        assert_eq!(show(&Value::Map(vec![(Value::bulk("k"), Value::Boolean(true))])), "1# \"k\" => (true)");
    }
}
