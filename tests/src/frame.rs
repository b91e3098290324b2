//! Where one RESP2 or RESP3 reply ends, found without knowing what was asked.

/// The length of the complete reply at the front of `bytes`, or `None` while some of it is missing. Bytes that are no
/// RESP count as one reply up to their line end, so that a mismatch is shown and not waited for.
pub fn frame_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut pending: u64 = 1;
    while pending > 0 {
        let rest = bytes.get(at..)?;
        let line = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let header = rest.get(..line)?;
        at += line + 2;
        pending -= 1;
        let (kind, number) = header.split_first().map_or((b'+', None), |(kind, text)| (*kind, parse(text)));
        match (kind, number) {
            (b'$' | b'=' | b'!', Some(length)) if length >= 0 => {
                at += usize::try_from(length).ok()? + 2;
                if bytes.len() < at {
                    return None;
                }
            }
            (b'*' | b'~' | b'>', Some(count)) if count > 0 => pending += count.unsigned_abs(),
            (b'%', Some(count)) if count > 0 => pending += 2 * count.unsigned_abs(),
            (b'|', Some(count)) if count > 0 => pending += 2 * count.unsigned_abs() + 1,
            _ => {}
        }
    }
    Some(at)
}

fn parse(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::frame_length;

    #[test]
    fn a_frame_ends_where_its_last_nested_element_ends() {
        assert_eq!(frame_length(b"+OK\r\n+OK\r\n"), Some(5));
        assert_eq!(frame_length(b"$3\r\na\r\n\r\n:1\r\n"), Some(9));
        assert_eq!(frame_length(b"$-1\r\n:1\r\n"), Some(5));
        assert_eq!(frame_length(b"*2\r\n*1\r\n:1\r\n%1\r\n+a\r\n_\r\n+x\r\n"), Some(23));
        assert_eq!(frame_length(b"*2\r\n:1\r\n"), None);
        assert_eq!(frame_length(b"$3\r\nab"), None);
    }
}
