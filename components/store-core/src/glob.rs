//! Glob patterns as Redis matches them: `*`, `?`, `[a-c]`, `[^a]` and `\`, byte by byte, odd cases included.

/// Whether the whole text matches the pattern.
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, false)
}

/// As [`matches`], with letters of either case.
pub fn matches_ignoring_case(pattern: &[u8], text: &[u8]) -> bool {
    run(pattern, text, true)
}

/// Goes back to the last `*` only, so that the time is bounded by the product of both lengths.
fn run(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    if text.is_empty() {
        // In Redis `**` does not match the empty text.
        return matches!(pattern, [] | [b'*']);
    }
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            star = Some((p, t));
            continue;
        }
        let Some(&byte) = text.get(t) else { return pattern.get(p).is_none() };
        match one(pattern.get(p..).unwrap_or_default(), byte, ignore_case) {
            Some(used) => (p, t) = (p + used, t + 1),
            None => {
                let Some((after, from)) = star else { return false };
                if after == pattern.len() {
                    return true;
                }
                star = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
}

/// How much of the pattern's front matches this byte; none when it does not.
#[inline]
fn one(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<usize> {
    let fold = |byte: u8| if ignore_case { byte.to_ascii_lowercase() } else { byte };
    match pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (fold(*escaped) == fold(byte)).then_some(2),
        [b'[', class @ ..] => {
            let (matched, used) = in_class(class, byte, fold);
            matched.then_some(1 + used)
        }
        [other, ..] => (fold(*other) == fold(byte)).then_some(1),
    }
}

/// Whether a byte is in the class that begins behind a `[`, and how long that is with its `]`, if it has one.
fn in_class(class: &[u8], byte: u8, fold: impl Fn(u8) -> u8) -> (bool, usize) {
    let negated = class.first() == Some(&b'^');
    let mut at = usize::from(negated);
    let mut found = false;
    loop {
        match class.get(at..).unwrap_or_default() {
            [] => break,
            [b']', ..] => {
                at += 1;
                break;
            }
            [b'\\', escaped, ..] => {
                // No case is ignored behind a backslash in a class.
                found |= *escaped == byte;
                at += 2;
            }
            [one, b'-', other, ..] => {
                // Bytes from 0x80 on are below the others, as C's char is where Redis usually runs.
                let (low, high) = if (*one as i8) > (*other as i8) { (*other, *one) } else { (*one, *other) };
                let (low, high, byte) = (fold(low) as i8, fold(high) as i8, fold(byte) as i8);
                found |= low <= byte && byte <= high;
                at += 3;
            }
            [other, ..] => {
                found |= fold(*other) == fold(byte);
                at += 1;
            }
        }
    }
    (found != negated, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_redis_matches_them() {
        // Each line was asked of redis-server 7.0.15 by SCAN … MATCH.
        let cases: &[(&[u8], &[u8], bool)] = &[
            (b"", b"", true),
            (b"", b"a", false),
            (b"*", b"", true),
            (b"**", b"", false),
            (b"?", b"", false),
            (b"a*", b"a", true),
            (b"a***", b"a", true),
            (b"*a", b"ba", true),
            (b"*a", b"ab", false),
            (b"a**b", b"ab", true),
            (b"*ab*ab", b"abab", true),
            (b"*ab*ab", b"ab", false),
            (b"*a*b*", b"xxaxxb", true),
            (b"h?llo", b"hllo", false),
            (b"h*llo", b"heeeello", true),
            (b"*[a-c]?", b"zzbz", true),
            (b"\0*", b"\0a", true),
            // Classes.
            (b"[^a-c]", b"d", true),
            (b"[^a-c]", b"b", false),
            (b"[!a]", b"b", false),
            (b"[!a]", b"!", true),
            (b"[^^]", b"^", false),
            (b"[a^]", b"^", true),
            (b"[z-a]", b"m", true),
            (b"[--a]", b".", true),
            (b"[a-c-e]", b"d", false),
            (b"[a-c-e]", b"-", true),
            (b"[a-c-e]", b"e", true),
            (b"[\0]", b"\0", true),
            // The first `]` ends a class, also an empty one.
            (b"[]", b"]", false),
            (b"[]a]", b"a]", false),
            (b"[^]", b"x", true),
            (b"[^]a", b"xa", true),
            // A class may have no end, and a range may swallow it.
            (b"[", b"", false),
            (b"[", b"[", false),
            (b"[^", b"x", true),
            (b"[a", b"a", true),
            (b"[a", b"b", false),
            (b"[a-", b"-", true),
            (b"[a-]", b"-", false),
            (b"[a-]", b"^", true),
            (b"[a-]", b"]", true),
            // Backslashes.
            (b"\\*", b"*", true),
            (b"\\*", b"a", false),
            (b"\\", b"\\", true),
            (b"a\\", b"a\\", true),
            (b"[\\]]", b"]", true),
            (b"[\\", b"\\", true),
            (b"[a\\-z]", b"-", true),
            (b"[a\\-z]", b"b", false),
            (b"[\\a-z]", b"-", true),
            (b"[\\a-z]", b"c", false),
            // Bytes that are not ASCII.
            (b"[a-\xff]", b"b", false),
            (b"[a-\xff]", b"\x05", true),
            (b"[a-\xff]", b"\xff", true),
            (b"[a-\xff]", b"\xf0", false),
            (b"[\x80-\xff]", b"\x90", true),
        ];
        for (pattern, text, expected) in cases {
            let (shown, of) = (pattern.escape_ascii(), text.escape_ascii());
            assert_eq!(matches(pattern, text), *expected, "{shown} and {of}");
        }
    }

    #[test]
    fn case_is_ignored_only_when_asked() {
        assert!(!matches(b"MaxMemory*", b"maxmemory-policy"));
        assert!(matches_ignoring_case(b"MaxMemory*", b"maxmemory-policy"));
        assert!(matches_ignoring_case(b"[A-C]x", b"bX"));
        assert!(!matches_ignoring_case(b"[A-C]x", b"dX"));
    }

    #[test]
    fn many_stars_cost_no_more_than_the_product_of_the_lengths() {
        // 2^60 steps if every star were tried against every other.
        let text = b"a".repeat(10_000);
        let pattern = [b"*a".repeat(60), b"b".to_vec()].concat();
        assert!(!matches(&pattern, &text));
        assert!(matches(&[b"*a".repeat(60), b"*".to_vec()].concat(), &text));
    }
}
