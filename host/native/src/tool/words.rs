//! A line of words, as `redis-cli` splits one: quotes keep spaces together, and `"` knows escapes.

/// Splits a line; the error says what is open.
pub(super) fn split(line: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut words = Vec::new();
    let mut rest = line.bytes().peekable();
    loop {
        while rest.next_if(u8::is_ascii_whitespace).is_some() {}
        let mut word = Vec::new();
        match rest.next() {
            None => return Ok(words),
            Some(b'"') => loop {
                match rest.next() {
                    Some(b'"') => break,
                    Some(b'\\') => word.push(escaped(&mut rest).ok_or_else(|| open(line))?),
                    Some(byte) => word.push(byte),
                    None => return Err(open(line)),
                }
            },
            Some(b'\'') => loop {
                match rest.next() {
                    Some(b'\'') => break,
                    Some(b'\\') if rest.peek() == Some(&b'\'') => word.extend(rest.next()),
                    Some(byte) => word.push(byte),
                    None => return Err(open(line)),
                }
            },
            Some(byte) => {
                word.push(byte);
                while let Some(byte) = rest.next_if(|byte| !byte.is_ascii_whitespace()) {
                    word.push(byte);
                }
            }
        }
        words.push(word);
    }
}

fn open(line: &str) -> String {
    format!("a quote or an escape is not closed in `{line}`")
}

/// What stands behind a backslash between double quotes.
fn escaped(rest: &mut std::iter::Peekable<std::str::Bytes<'_>>) -> Option<u8> {
    Some(match rest.next()? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'x' => {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        }
        byte => byte,
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn quotes_keep_words_together() {
        let words = split(r#"SET  'user 1' "a \"b\"\x00\n" 'it\'s' plain"#).expect("all quotes are closed");
        let expected = [&b"SET"[..], b"user 1", b"a \"b\"\0\n", b"it's", b"plain"];
        assert_eq!(words, expected);
        assert_eq!(split("  ").expect("nothing is open"), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn an_open_quote_is_an_error() {
        for line in ["'a", "\"a", "\"\\x0"] {
            assert!(split(line).is_err(), "{line}");
        }
    }
}
