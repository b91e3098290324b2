//! How bytes are written in a transcript: ASCII as it is, the rest by escapes.

use anyhow::{Context, Result, bail};

/// Runs of one byte at least this long are written as `\{x*1000}`.
const RUN: usize = 48;

/// Bytes as a transcript shows them, on one line.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let run = bytes.iter().skip(at).take_while(|other| **other == byte).count();
        if run >= RUN && byte.is_ascii_alphanumeric() {
            text.push_str(&format!("\\{{{}*{run}}}", char::from(byte)));
            at += run;
            continue;
        }
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            // An editor would strip it at the end of a line.
            b' ' if at + 1 == bytes.len() => text.push_str("\\x20"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
        at += 1;
    }
    text
}

/// The bytes that a line of a transcript stands for.
pub fn unescape(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character == '\\' {
            escaped(&mut rest, &mut bytes)?;
        } else {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Ok(bytes)
}

/// The words of a command line: separated by blanks, in double quotes where they contain blanks or are empty.
pub(super) fn words(text: &str) -> Result<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = text.trim().chars();
    let mut word: Option<Vec<u8>> = None;
    let mut quoted = false;
    while let Some(character) = rest.next() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' => escaped(&mut rest, word.get_or_insert_default())?,
            ' ' if !quoted => words.extend(word.take()),
            _ => {
                let bytes = word.get_or_insert_default();
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    if quoted {
        bail!("a quote is not closed");
    }
    words.extend(word);
    Ok(words)
}

/// What stands behind a backslash.
fn escaped(rest: &mut std::str::Chars<'_>, bytes: &mut Vec<u8>) -> Result<()> {
    match rest.next() {
        Some('r') => bytes.push(b'\r'),
        Some('n') => bytes.push(b'\n'),
        Some('t') => bytes.push(b'\t'),
        Some('\\') => bytes.push(b'\\'),
        Some('"') => bytes.push(b'"'),
        Some('x') => {
            let digits: String = rest.by_ref().take(2).collect();
            bytes.push(u8::from_str_radix(&digits, 16).with_context(|| format!("`\\x{digits}` is no byte"))?);
        }
        Some('{') => {
            let inside: String = rest.by_ref().take_while(|character| *character != '}').collect();
            let (unit, times) = inside.rsplit_once('*').context("a repetition is written \\{text*count}")?;
            let times: usize = times.parse().with_context(|| format!("`{times}` is no count"))?;
            bytes.extend_from_slice(&unit.as_bytes().repeat(times));
        }
        Some(other) => bail!("`\\{other}` is no escape"),
        None => bail!("a backslash at the end of the line"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{escape, unescape, words};

    #[test]
    fn what_is_escaped_comes_back() {
        let mut bytes: Vec<u8> = (0..=255).collect();
        bytes.extend_from_slice(&[b'x'; 100]);
        bytes.push(b' ');
        assert_eq!(unescape(&escape(&bytes)).expect("an escaped text is valid"), bytes);
    }

    #[test]
    fn words_are_separated_by_blanks_outside_of_quotes() {
        let expected: Vec<&[u8]> = vec![b"SET", b"a b", b"", b"\x00\r", b"xyxy"];
        assert_eq!(words(r#"SET "a b" "" \x00\r \{xy*2}"#).expect("valid"), expected);
        assert!(words("\"open").is_err());
        assert!(words(r"\q").is_err());
    }
}
