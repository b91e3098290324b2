//! An answer as the store has it: a line with its form, and its bytes.

use crate::port::Port;
use crate::world::{Level, Reply};

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Whether `body` is a stream, with all its events.
    pub(crate) stream: bool,
    pub(crate) body: Vec<u8>,
}

const STREAM: &[u8] = b"1 stream\n";
const WHOLE: &[u8] = b"1 whole\n";

fn name_of(key: &str) -> String {
    format!("gateway:cache:{key}")
}

/// What is kept under a key; nothing when the store does not answer.
pub(crate) fn read(port: &Port, key: &str) -> Option<Entry> {
    let Reply::Bulk(mut bytes) = port.world.store(&[b"GET", name_of(key).as_bytes()]).ok()? else { return None };
    let (stream, length) = match (bytes.starts_with(STREAM), bytes.starts_with(WHOLE)) {
        (true, _) => (true, STREAM.len()),
        (_, true) => (false, WHOLE.len()),
        _ => return None,
    };
    bytes.drain(..length);
    Some(Entry { stream, body: bytes })
}

pub(crate) fn write(port: &Port, key: &str, stream: bool, body: &[u8], ttl_ms: u64) {
    let value = [if stream { STREAM } else { WHOLE }, body].concat();
    let ttl = ttl_ms.to_string();
    if let Err(error) = port.world.store(&[b"SET", name_of(key).as_bytes(), &value, b"PX", ttl.as_bytes()]) {
        port.world.log(Level::Warning, &format!("an answer is not kept: {error}"));
    }
}
