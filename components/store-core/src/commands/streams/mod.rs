//! Streams. <https://redis.io/docs/latest/commands/?group=stream>

mod arguments;
mod change;
mod claim;
mod consume;
mod groups;
mod info;
mod pending;
mod range;
mod read;
mod rows;

pub(crate) use rows::TABLE;

use ferrite_resp::Writer;

use crate::commands::reply::Elements;
use crate::error::{Error, c_string};
use crate::types::stream::{Entry, StreamId};

/// Writes an entry: its id and an array of fields and values in turn; false when there is no room for it.
fn write_entry(elements: &mut Elements<'_>, entry: Entry<'_>) -> bool {
    elements.out.array(2);
    entry.id.write(elements.out);
    elements.out.array(2 * entry.len);
    entry.pairs.into_iter().all(|(field, value)| elements.push(field) && elements.push(value))
}

/// Writes an array of entries, whose number is known only at the end; their ids.
fn write_entries<'a>(out: &mut Writer, entries: impl Iterator<Item = Entry<'a>>) -> Result<Vec<StreamId>, Error> {
    let start = out.len();
    let mut ids = Vec::new();
    let mut elements = Elements::new(out);
    for entry in entries {
        ids.push(entry.id);
        if !write_entry(&mut elements, entry) {
            break;
        }
    }
    elements.end()?;
    out.array_at(start, ids.len());
    Ok(ids)
}

/// The error that there is no such key or no such group in it.
#[cold]
fn no_group(key: &[u8], group: &[u8], behind: &str) -> Error {
    let (key, group) = (c_string(key), c_string(group));
    Error::Quoting([b"NOGROUP No such key '", key, b"' or consumer group '", group, b"'", behind.as_bytes()].concat())
}

/// The error that there is no such group in a key.
#[cold]
fn no_group_in(key: &[u8], group: &[u8]) -> Error {
    let (key, group) = (c_string(key), c_string(group));
    Error::Quoting([b"NOGROUP No such consumer group '", group, b"' for key name '", key, b"'"].concat())
}
