//! Three fields of a JSON object, without parsing the others: strings are skipped sixteen bytes at a time, and reading
//! stops as soon as the section is another one.

use memchr::memchr2;

/// The package's name and size, where the object is one of this section. None for anything else, and for what is no
/// JSON object.
pub(crate) fn name_and_size<'a>(json: &'a [u8], section: &[u8]) -> Option<(&'a [u8], u64)> {
    let mut reader = Reader { rest: json };
    let (mut name, mut size, mut in_section) = (None, None, false);
    reader.expect(b'{')?;
    loop {
        let field = reader.string()?;
        reader.expect(b':')?;
        match field {
            b"Package" => name = Some(reader.string()?),
            b"Section" if reader.string()? == section => in_section = true,
            b"Section" => return None,
            b"Size" => size = Some(reader.size()?),
            _ => reader.skip_value()?,
        }
        if let (Some(name), Some(size), true) = (name, size, in_section) {
            return Some((name, size));
        }
        reader.expect(b',')?;
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.peek().filter(|&next| next == byte)?;
        self.rest = self.rest.get(1..)?;
        Some(())
    }

    /// A string as it stands between its quotes. Names of packages and sections have nothing to unescape.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.rest;
        let mut end = 0;
        loop {
            end += memchr2(b'"', b'\\', start.get(end..)?)?;
            match start.get(end) {
                Some(b'"') => break,
                // The byte behind a backslash is part of the string, whatever it is.
                _ => end += 2,
            }
        }
        self.rest = start.get(end + 1..)?;
        start.get(..end)
    }

    /// A number, or a string of digits.
    fn size(&mut self) -> Option<u64> {
        let digits = match self.peek()? {
            b'"' => self.string()?,
            _ => {
                let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let (digits, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                digits
            }
        };
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.rest = self.rest.get(1..)?;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.rest = self.rest.get(1..)?;
                }
                _ => {
                    let is_end = |byte: &u8| matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"');
                    // A separator by itself, or a number or word up to the next one.
                    let length = self.rest.iter().skip(1).position(is_end)? + 1;
                    self.rest = self.rest.get(length..)?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_games(json: &str) -> Option<(String, u64)> {
        let (name, size) = name_and_size(json.as_bytes(), b"games")?;
        Some((String::from_utf8_lossy(name).into_owned(), size))
    }

    #[test]
    fn fields_come_in_any_order_among_any_others() {
        let expected = Some(("a".to_owned(), 7));
        assert_eq!(in_games(r#"{"Package":"a","Section":"games","Size":7}"#), expected);
        assert_eq!(in_games(r#" { "Size" : "7" , "Section" : "games" , "Package" : "a" } "#), expected);
        let others = r#"{"x":[1,{"Section":"y"},"]"],"n":-1.5e3,"t":true,"u":null,"o":{},"Package":"a",
            "Description":"says \"Section\": \\","Section":"games","e":[],"Size":7}"#;
        assert_eq!(in_games(others), expected);
    }

    #[test]
    fn other_sections_and_incomplete_objects_are_left_out() {
        for json in [
            r#"{"Package":"a","Section":"web","Size":7}"#,
            r#"{"Package":"a","Section":"games"}"#,
            r#"{"Package":"a","Size":7}"#,
            r#"{"Package":"a","Section":"games","Size":"big"}"#,
            r#"{"Package":"a","Section":"games","Size":-7}"#,
        ] {
            assert_eq!(in_games(json), None, "{json}");
        }
    }

    #[test]
    fn what_is_no_json_ends_without_a_panic() {
        let json = r#"{"x":[1,{"a":"b\"c"}],"Package":"a","Section":"games","Size":7}"#;
        for end in 0..json.len() {
            assert_eq!(in_games(json.get(..end).expect("the text is ASCII")).is_some(), end == json.len() - 1);
        }
        for json in ["", "[]", "null", "{", "{]", r#"{"a":]}"#, r#"{"a":"\"#, r#"{"a":}}}}"#, r#"{"a"::::"#] {
            assert_eq!(in_games(json), None, "{json}");
        }
    }
}
