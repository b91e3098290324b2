//! Commands that mean nothing without a connection of one's own, or that would break the order of replies.

/// In any request: they change what the bytes of a connection mean, or never answer.
const ANYWHERE: &[&str] = &[
    "HELLO",
    "MONITOR",
    "PSUBSCRIBE",
    "PSYNC",
    "PUNSUBSCRIBE",
    "QUIT",
    "RESET",
    "SSUBSCRIBE",
    "SUBSCRIBE",
    "SUNSUBSCRIBE",
    "SYNC",
    "UNSUBSCRIBE",
];

/// In a transaction: it is one already, and ends where the request does.
const IN_TRANSACTIONS: &[&str] = &["DISCARD", "EXEC", "MULTI", "WATCH"];

/// Why a command is not for HTTP, if it is not.
pub(crate) fn reason(words: &[Vec<u8>], in_transaction: bool) -> Option<String> {
    let name = words.first()?;
    let is = |list: &[&str]| list.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let shown = String::from_utf8_lossy(name).to_ascii_uppercase();
    if is(ANYWHERE) {
        let instead =
            if shown.contains("SUBSCRIBE") { ": /subscribe and /psubscribe send messages as events" } else { "" };
        return Some(format!("ERR {shown} belongs to a connection, which HTTP has not{instead}"));
    }
    if is(IN_TRANSACTIONS) && in_transaction {
        return Some(format!("ERR {shown} does not belong into a transaction of /multi-exec, which is one by itself"));
    }
    let second = words.get(1);
    if is(&["CLIENT"]) && second.is_some_and(|word| word.eq_ignore_ascii_case(b"REPLY")) {
        return Some("ERR CLIENT REPLY belongs to a connection, which HTTP has not".to_owned());
    }
    None
}
