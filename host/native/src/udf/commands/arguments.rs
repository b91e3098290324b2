//! Where keys and arguments stand in a call: between keywords, or behind their number.

use std::fmt;
use std::ops::Range;

use ferrite_resp::Args;

/// Keys and arguments as ranges of `argv`, so that nothing is copied on the way to the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spans {
    keys: Range<usize>,
    args: Range<usize>,
}

impl Spans {
    /// The keys that the caller declared.
    #[inline]
    pub(crate) fn keys<'a>(&self, argv: Args<'a>) -> Args<'a> {
        argv.slice(self.keys.start, self.keys.len())
    }

    /// The rest.
    #[inline]
    pub(crate) fn args<'a>(&self, argv: Args<'a>) -> Args<'a> {
        argv.slice(self.args.start, self.args.len())
    }
}

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallSyntax {
    /// The word after the name is neither KEYS nor ARGS.
    Word(String),
    /// FCALL's errors, as Redis words them.
    BadNumber,
    Negative,
    TooMany,
}

impl fmt::Display for CallSyntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallSyntax::Word(word) => {
                write!(f, "ERR syntax error: expected KEYS or ARGS after the function's name, not '{word}'")
            }
            CallSyntax::BadNumber => f.write_str("ERR Bad number of keys provided"),
            CallSyntax::Negative => f.write_str("ERR Number of keys can't be negative"),
            CallSyntax::TooMany => f.write_str("ERR Number of keys can't be greater than number of args"),
        }
    }
}

/// `<command> <name> [KEYS key ...] [ARGS arg ...]`: the first ARGS ends KEYS, and all behind it are arguments.
pub(crate) fn keyword(argv: Args<'_>) -> Result<Spans, CallSyntax> {
    let end = argv.len();
    let Some(word) = argv.get(2) else { return Ok(Spans { keys: end..end, args: end..end }) };
    if word.eq_ignore_ascii_case(b"ARGS") {
        return Ok(Spans { keys: end..end, args: 3..end });
    }
    if !word.eq_ignore_ascii_case(b"KEYS") {
        return Err(CallSyntax::Word(String::from_utf8_lossy(word).into_owned()));
    }
    Ok(match argv.iter().skip(3).position(|word| word.eq_ignore_ascii_case(b"ARGS")) {
        Some(keys) => Spans { keys: 3..3 + keys, args: 3 + keys + 1..end },
        None => Spans { keys: 3..end, args: end..end },
    })
}

/// `<command> <name> numkeys key ... arg ...`.
pub(crate) fn counted(argv: Args<'_>) -> Result<Spans, CallSyntax> {
    let count = ferrite_resp::number::parse_i64(argv.at(2)).ok_or(CallSyntax::BadNumber)?;
    let end = argv.len().max(3);
    let most = i64::try_from(end - 3).unwrap_or(i64::MAX);
    if count > most {
        return Err(CallSyntax::TooMany);
    }
    let count = usize::try_from(count).map_err(|_| CallSyntax::Negative)?;
    Ok(Spans { keys: 3..3 + count, args: 3 + count..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, parse: fn(Args<'_>) -> Result<Spans, CallSyntax>) -> Result<String, String> {
        let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let argv = Args::from(&words[..]);
        let show = |list: Args<'_>| list.iter().map(|one| String::from_utf8_lossy(one)).collect::<Vec<_>>().join(",");
        parse(argv)
            .map(|spans| format!("{}|{}", show(spans.keys(argv)), show(spans.args(argv))))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn keywords_part_keys_from_arguments() {
        assert_eq!(split("WASM.CALL f", keyword), Ok("|".to_owned()));
        assert_eq!(split("WASM.CALL f KEYS a b ARGS c d", keyword), Ok("a,b|c,d".to_owned()));
        assert_eq!(split("WASM.CALL f args a KEYS b", keyword), Ok("|a,KEYS,b".to_owned()));
        assert_eq!(split("WASM.CALL f KEYS", keyword), Ok("|".to_owned()));
        assert_eq!(split("WASM.CALL f KEYS ARGS ARGS", keyword), Ok("|ARGS".to_owned()), "the first ARGS ends KEYS");
        assert_eq!(split("WASM.CALL f KEYS a KEYS b", keyword), Ok("a,KEYS,b|".to_owned()));
        let error = split("WASM.CALL f a", keyword).expect_err("no keyword");
        assert_eq!(error, "ERR syntax error: expected KEYS or ARGS after the function's name, not 'a'");
    }

    #[test]
    fn numbers_part_keys_from_arguments_as_in_redis() {
        assert_eq!(split("FCALL f 0", counted), Ok("|".to_owned()));
        assert_eq!(split("FCALL f 1 a b c", counted), Ok("a|b,c".to_owned()));
        assert_eq!(split("FCALL f 2 a b", counted), Ok("a,b|".to_owned()));
        for (line, error) in [
            ("FCALL f x a", "ERR Bad number of keys provided"),
            ("FCALL f 2 a", "ERR Number of keys can't be greater than number of args"),
            ("FCALL f -1 a", "ERR Number of keys can't be negative"),
        ] {
            assert_eq!(split(line, counted), Err(error.to_owned()));
        }
    }
}
