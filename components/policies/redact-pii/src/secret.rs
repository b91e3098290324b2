//! API keys, by the prefixes that their issuers give them, and JSON web tokens (RFC 7519).

use crate::cursor::Cursor;
use crate::limits;
use crate::scan::{Before, Found};

const LABEL: &str = "[SECRET]";

/// Stands for one whose end is farther than this policy looks: what goes on behind it is left out too.
pub(crate) const CUT: &str = "[SECRET…]";

/// A kind of key: how it begins, and what follows.
struct Key {
    prefix: &'static str,
    least: usize,
    /// Words have such prefixes too: keys have a digit.
    digit: bool,
}

const fn key(prefix: &'static str, least: usize) -> Key {
    Key { prefix, least, digit: false }
}

const fn key_with_digit(prefix: &'static str, least: usize) -> Key {
    Key { prefix, least, digit: true }
}

const KEYS: [Key; 20] = [
    // OpenAI, Anthropic and those who followed them.
    key_with_digit("sk-", 16),
    // Stripe
    key("sk_live_", 16),
    key("sk_test_", 16),
    key("rk_live_", 16),
    key("rk_test_", 16),
    // GitHub
    key("ghp_", 20),
    key("gho_", 20),
    key("ghu_", 20),
    key("ghs_", 20),
    key("ghr_", 20),
    key("github_pat_", 20),
    // GitLab
    key("glpat-", 20),
    // Slack
    key_with_digit("xoxa-", 10),
    key_with_digit("xoxb-", 10),
    key_with_digit("xoxp-", 10),
    key_with_digit("xoxr-", 10),
    key_with_digit("xoxs-", 10),
    // Google
    key("AIza", 30),
    // Hugging Face
    key_with_digit("hf_", 20),
    // npm
    key("npm_", 30),
];

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if before[1] == Some('-') {
        return None;
    }
    let from = cursor.at();
    let found = KEYS.iter().find_map(|kind| {
        cursor.go_to(from);
        key_of(cursor, kind)
    });
    found
        .or_else(|| {
            cursor.go_to(from);
            access_key(cursor)
        })
        .or_else(|| {
            cursor.go_to(from);
            web_token(cursor)
        })
}

/// What is left out behind [`CUT`].
pub(crate) fn goes_on(character: char) -> bool {
    is_body(character) || character == '.'
}

/// Letters of keys and of base64url.
fn is_body(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn key_of(cursor: &mut Cursor<'_>, kind: &Key) -> Option<Found> {
    if !cursor.take_text(kind.prefix) {
        return None;
    }
    let from = cursor.at();
    let length = cursor.take_while(limits::SECRET, is_body);
    let is_key = length >= kind.least && (!kind.digit || cursor.since(from).bytes().any(|byte| byte.is_ascii_digit()));
    is_key.then(|| found(cursor.at(), length))
}

/// AWS's: four letters and sixteen of base32.
fn access_key(cursor: &mut Cursor<'_>) -> Option<Found> {
    if !cursor.take_text("AKIA") && !cursor.take_text("ASIA") {
        return None;
    }
    let length = cursor.take_while(17, |next| next.is_ascii_uppercase() || next.is_ascii_digit());
    let is_key = length == 16 && !cursor.peek().is_some_and(is_body);
    is_key.then(|| found(cursor.at(), length))
}

/// Three parts, or five of one that is encrypted, the first of which is a JSON object: `{"` in base64url is `eyJ`.
fn web_token(cursor: &mut Cursor<'_>) -> Option<Found> {
    let from = cursor.at();
    if !cursor.take_text("eyJ") || cursor.take_while(limits::TOKEN_HEADER, is_body) < 8 {
        return None;
    }
    cursor.take(|next| next == '.')?;
    let left = limits::SECRET - (cursor.at() - from);
    if cursor.take_while(left, is_body) < 8 {
        return None;
    }
    let mut end = cursor.at();
    for _ in 0..3 {
        let left = limits::SECRET.saturating_sub(end - from);
        if left == 0 || cursor.take(|next| next == '.').is_none() || cursor.take_while(left, is_body) == 0 {
            break;
        }
        end = cursor.at();
    }
    Some(found(end, end - from))
}

fn found(end: usize, length: usize) -> Found {
    Found { end, label: if length >= limits::SECRET { CUT } else { LABEL } }
}
