//! Values of the file for people, without what is secret in them.

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// Text in quotes, short, without the secrets of URLs.
pub(super) fn quoted(text: &str) -> String {
    // First the secrets, then the length: what shows where a secret ends may be beyond it.
    let shown: String = if text.contains("://") {
        url(text)
    } else if text.split_once('@').is_some_and(|(user, _)| user.contains(':')) {
        format!("…@{}", text.rsplit('@').next().unwrap_or_default())
    } else {
        text.to_owned()
    };
    format!("{:?}", shown.chars().take(SHOWN).collect::<String>())
}

/// What should be a URL: nothing of it where it has no scheme, since then it may be anything.
pub(super) fn address(text: &str) -> String {
    if text.contains("://") { quoted(text) } else { "text that does not begin with http:// or https://".to_owned() }
}

/// The name of an environment variable, if it looks like one: a key that stands in the place of a name is not shown.
pub(super) fn variable(name: &str) -> &str {
    let usual = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = !name.is_empty() && name.len() <= 64 && name.bytes().all(usual);
    if is_name { name } else { "…" }
}

/// A URL without its user info, query and fragment, and without a port that is none: it may be a password whose `@` was
/// forgotten. There may be several; then what lies between the first and the last is left out.
fn url(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let scheme =
        if scheme.len() <= 10 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) { scheme } else { "…" };
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(_, rest)| ("…@", rest));
    let (rest, query) = match rest.find(['?', '#']) {
        Some(at) => (rest.split_at(at).0, if rest.split_at(at).1.starts_with('?') { "?…" } else { "#…" }),
        None => (rest, ""),
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    // The colon of a port stands behind the bracket of an IPv6 address.
    let (host, port) = authority.split_at(authority.rfind(']').map_or(0, |at| at + 1));
    let port = match port.split_once(':') {
        Some((host, port)) if !port.bytes().all(|byte| byte.is_ascii_digit()) => format!("{host}:…"),
        _ => port.to_owned(),
    };
    format!("{scheme}://{user}{host}{port}{path}{query}")
}
