//! Patterns for keys as Redis' `KEYS` and ACLs match them: `*`, `?`, `[a-c]`, `[^a]` and `\`, byte by byte.

/// Whether the whole key matches the pattern. Goes back to the last `*` only, so that the time is bounded by the product
/// of both lengths.
pub(crate) fn matches(pattern: &[u8], key: &[u8]) -> bool {
    let (mut pattern, mut key) = (pattern, key);
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        if let [b'*', rest @ ..] = pattern {
            pattern = rest;
            star = Some((rest, key));
            continue;
        }
        let Some((byte, after)) = key.split_first() else { return pattern.is_empty() };
        match (one(pattern, *byte), star) {
            (Some(rest), _) => (pattern, key) = (rest, after),
            (None, Some((rest, from))) => {
                let from = from.get(1..).unwrap_or_default();
                star = Some((rest, from));
                (pattern, key) = (rest, from);
            }
            (None, None) => return false,
        }
    }
}

/// What is left of a pattern whose front matches this byte.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    match pattern {
        [] => None,
        [b'?', rest @ ..] => Some(rest),
        [b'\\', escaped, rest @ ..] => (*escaped == byte).then_some(rest),
        [b'[', class @ ..] => {
            let (found, rest) = in_class(class, byte);
            found.then_some(rest)
        }
        [other, rest @ ..] => (*other == byte).then_some(rest),
    }
}

/// Whether a byte is in the class that begins here, and what follows its `]`. A class without an end goes to the end of
/// the pattern, as in Redis.
fn in_class(class: &[u8], byte: u8) -> (bool, &[u8]) {
    let (negated, mut class) = match class {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, class),
    };
    let mut found = false;
    let rest = loop {
        class = match class {
            [] => break class,
            [b']', rest @ ..] => break rest,
            [b'\\', escaped, rest @ ..] => {
                found |= *escaped == byte;
                rest
            }
            [one, b'-', other, rest @ ..] => {
                found |= (*one.min(other)..=*one.max(other)).contains(&byte);
                rest
            }
            [one, rest @ ..] => {
                found |= *one == byte;
                rest
            }
        };
    };
    (found != negated, rest)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_redis() {
        for (pattern, key) in [
            ("*", ""),
            ("*", "anything"),
            ("user:*", "user:"),
            ("user:*:name", "user:1:2:name"),
            ("u?er", "user"),
            ("u[a-s]er", "user"),
            ("u[^a-r]er", "user"),
            ("u[s-a]er", "user"),
            ("a\\*b", "a*b"),
            ("[\\]]", "]"),
            ("[abc", "b"),
            ("", ""),
        ] {
            assert!(matches(pattern.as_bytes(), key.as_bytes()), "{pattern} {key}");
        }
        for (pattern, key) in [
            ("user:*", "user"),
            ("user:*", "a user:1"),
            ("u?er", "uer"),
            ("u[^s]er", "user"),
            ("a\\*b", "acb"),
            ("", "a"),
            ("a", ""),
            ("*:name", "name"),
            ("[abc", "d"),
        ] {
            assert!(!matches(pattern.as_bytes(), key.as_bytes()), "{pattern} {key}");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "a*".repeat(60) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(5000).as_bytes()));
    }
}
