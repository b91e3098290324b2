//! `ferrite:store/streams`.

use ferrite_resp::Args;

use super::collection::{Absent, Answer, Event, Room, Then, change, check_elements, check_given, read, reduce};
use super::{CollectionError as Error, Field, FieldGiven, Order};
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::Stream;
use crate::types::stream::{self, AppendError, NewId, Pending, StreamId, Trim, TrimTo};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: StreamId,
    /// Its fields in their order; a name may come twice.
    pub fields: Vec<Field>,
}

/// What a consumer has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingOf {
    /// Its name.
    pub consumer: Vec<u8>,
    /// How many entries, at least 1.
    pub entries: u64,
}

/// Entries that a call returns.
struct Found {
    entries: Vec<Entry>,
    room: Room,
}

impl Found {
    fn new() -> Found {
        Found { entries: Vec::new(), room: Room::new() }
    }

    fn push(&mut self, entry: &stream::Entry<'_>) -> bool {
        let mut fields = Vec::new();
        for (name, value) in entry.pairs.clone() {
            if !self.room.take(name.len().saturating_add(value.len())) {
                return false;
            }
            fields.push(Field { name: name.text().to_vec(), value: value.text().to_vec() });
        }
        self.entries.push(Entry { id: entry.id, fields });
        true
    }

    fn end(self) -> Result<Vec<Entry>, Error> {
        self.room.end()?;
        Ok(self.entries)
    }
}

/// Adds an entry of at least one field, and lets old ones go, whole nodes of them; its id, none when there are no fields or
/// the one asked for is not behind the last.
pub fn append(
    store: &mut Store,
    key: &[u8],
    id: NewId,
    fields: &[FieldGiven<'_>],
    retention: Option<TrimTo>,
) -> Result<Option<StreamId>, Error> {
    /// How many entries go at once, so that nobody pays for all that gathered before.
    const TRIMMED_MAX: u64 = 10_000;
    check_given(store, fields.len(), &mut fields.iter().flat_map(|(name, value)| [name.len(), value.len()]))?;
    // No entry has the first of all ids, and a stream is not made for one that fails.
    if fields.is_empty() || id == NewId::Exactly(StreamId::MIN) {
        return Ok(None);
    }
    let words: Vec<&[u8]> = fields.iter().flat_map(|&(name, value)| [name, value]).collect();
    let mut appended = None;
    change::<Stream>(store, key, Absent::Create, (Class::STREAM, "xadd"), &mut |stream, log| {
        match stream.append(id, Args::from(words.as_slice()), log) {
            Ok(id) => appended = Some(id),
            Err(AppendError::TooLarge) => return Err(Error::OutOfMemory),
            Err(AppendError::Exhausted) if id == NewId::Any => return Err(Error::Overflow),
            Err(_) => {}
        }
        if let (Some(to), Some(_)) = (retention, appended) {
            stream.trim(&Trim { to, is_approximate: true, limit: TRIMMED_MAX }, log);
        }
        Ok(Then::Keep)
    })?;
    Ok(appended)
}

/// Up to `count` entries from one id to another, both included.
pub fn range(
    store: &mut Store,
    key: &[u8],
    (first, last): (StreamId, StreamId),
    order: Order,
    count: u32,
) -> Result<Vec<Entry>, Error> {
    let mut found = Found::new();
    if let Some(stream) = read::<Stream>(store, key)?.0 {
        stream.range(first, last, order == Order::Descending).take(count as usize).all(|entry| found.push(&entry));
    }
    found.end()
}

/// How many entries there are.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    Ok(read::<Stream>(store, key)?.0.map_or(0, |stream| stream.figures().length))
}

/// The greatest id there has been, or none when the key does not exist.
pub fn last_id(store: &mut Store, key: &[u8]) -> Result<Option<StreamId>, Error> {
    Ok(read::<Stream>(store, key)?.0.map(|stream| stream.figures().last_id))
}

/// Deletes entries, returns how many there were.
pub fn delete(store: &mut Store, key: &[u8], ids: &[StreamId]) -> Result<u64, Error> {
    check_elements(ids.len())?;
    let mut deleted = 0;
    reduce::<Stream>(store, key, (Class::STREAM, "xdel"), &mut |stream, log| {
        deleted = ids.iter().filter(|&&id| stream.delete(id, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(deleted as u64)
}

/// Deletes exactly the entries that are not to stay, returns how many.
pub fn trim(store: &mut Store, key: &[u8], retention: Option<TrimTo>) -> Result<u64, Error> {
    let mut deleted = 0;
    reduce::<Stream>(store, key, (Class::STREAM, "xtrim"), &mut |stream, log| {
        if let Some(to) = retention {
            deleted = stream.trim(&Trim { to, is_approximate: false, limit: 0 }, log);
        }
        if deleted > 0 {
            log.note(deleted);
        }
        Ok(Then::Keep)
    })?;
    Ok(deleted)
}

/// Makes a group that reads what is behind an id, or behind the last entry, and the stream if there is none; false when
/// there is a group of this name.
pub fn create_group(store: &mut Store, key: &[u8], group: &[u8], after: Option<StreamId>) -> Result<bool, Error> {
    check_given(store, 1, &mut [group.len()].into_iter())?;
    let is_new = read::<Stream>(store, key)?.0.is_none();
    let mut is_made = false;
    change::<Stream>(store, key, Absent::Create, NO_EVENT, &mut |stream, log| {
        if is_new {
            log.note(0);
        }
        let after = after.unwrap_or(stream.figures().last_id);
        is_made = stream.create_group(group, after, None, log);
        Ok(Then::Keep)
    })?;
    store.keyspace.stats.changes += u64::from(is_made);
    if is_made {
        store.keyspace.notify(Class::STREAM, "xgroup-create", store.selected, key);
    }
    Ok(is_made)
}

/// Groups change without the stream being written; what is told of them is told by itself.
const NO_EVENT: Event = (Class::GENERIC, "");

/// What is done to a group, whose place in the stream is given; it returns how many changes that were.
type GroupChange<'a> = &'a mut dyn FnMut(&mut Stream, usize, &mut stream::Log<'_>) -> Answer<u64>;

/// Changes a group; false when it does not exist, or the stream does not.
fn in_group(store: &mut Store, key: &[u8], group: &[u8], in_group: GroupChange<'_>) -> Result<bool, Error> {
    let (mut changes, mut is_there) = (0, false);
    reduce::<Stream>(store, key, NO_EVENT, &mut |stream, log| {
        if let Some(at) = stream.find_group(group) {
            changes = in_group(stream, at, log)?;
            is_there = true;
        }
        Ok(Then::Keep)
    })?;
    store.keyspace.stats.changes += changes;
    Ok(is_there)
}

/// Removes a group and what is pending in it; false when there is none.
pub fn destroy_group(store: &mut Store, key: &[u8], group: &[u8]) -> Result<bool, Error> {
    let is_destroyed = in_group(store, key, group, &mut |stream, at, log| {
        stream.destroy_group(at, log);
        Ok(1)
    })?;
    if is_destroyed {
        store.keyspace.notify(Class::STREAM, "xgroup-destroy", store.selected, key);
    }
    Ok(is_destroyed)
}

/// Delivers up to `count` entries that the group has not read to a consumer of it, who is made if need be; they are pending
/// until acknowledged. None when there is no such group.
pub fn read_group(
    store: &mut Store,
    key: &[u8],
    group: &[u8],
    consumer: &[u8],
    count: u32,
) -> Result<Option<Vec<Entry>>, Error> {
    check_given(store, 1, &mut [consumer.len()].into_iter())?;
    let mut entries = Vec::new();
    let is_there = in_group(store, key, group, &mut |stream, at, log| {
        let mut found = Found::new();
        if let Some(first) = stream.group(at).last_id.next() {
            stream.range(first, StreamId::MAX, false).take(count as usize).all(|entry| found.push(&entry));
        }
        entries = found.end()?;
        if entries.is_empty() {
            return Ok(0);
        }
        let ids: Vec<StreamId> = entries.iter().map(|entry| entry.id).collect();
        let consumer = stream.see_consumer(at, consumer, log);
        stream.advance(at, &ids, log);
        let pending = Pending { delivered_ms: log.now_ms, deliveries: 1, consumer };
        ids.into_iter().for_each(|id| stream.set_pending(at, id, Some(pending), log));
        Ok(1)
    })?;
    Ok(is_there.then_some(entries))
}

/// Makes up to `count` entries the consumer's that are pending for at least so long, and returns them, oldest first; those
/// that were deleted are pending no longer. None when there is no such group.
pub fn claim(
    store: &mut Store,
    key: &[u8],
    (group, consumer): (&[u8], &[u8]),
    min_idle_ms: u64,
    count: u32,
) -> Result<Option<Vec<Entry>>, Error> {
    check_given(store, 1, &mut [consumer.len()].into_iter())?;
    let mut entries = Vec::new();
    let is_there = in_group(store, key, group, &mut |stream, at, log| {
        let (mut found, mut claimed, mut deleted) = (Found::new(), Vec::new(), Vec::new());
        for (id, pending) in stream.group(at).pending().iter_from(StreamId::MIN) {
            if claimed.len() == count as usize {
                break;
            }
            // A time in the future, as XCLAIM can set it, is no time ago.
            let idle_ms = u64::try_from(log.now_ms.saturating_sub(pending.delivered_ms)).unwrap_or(0);
            match stream.get(id) {
                _ if idle_ms < min_idle_ms => {}
                None => deleted.push(id),
                Some(entry) if found.push(&entry) => claimed.push((id, pending.deliveries)),
                Some(_) => break,
            }
        }
        entries = found.end()?;
        let changes = (claimed.len() + deleted.len()) as u64;
        deleted.into_iter().for_each(|id| stream.set_pending(at, id, None, log));
        if !claimed.is_empty() {
            let consumer = stream.see_consumer(at, consumer, log);
            for (id, deliveries) in claimed {
                let pending = Pending { delivered_ms: log.now_ms, deliveries: deliveries.wrapping_add(1), consumer };
                stream.set_pending(at, id, Some(pending), log);
            }
        }
        Ok(changes)
    })?;
    Ok(is_there.then_some(entries))
}

/// Entries are pending no longer; returns how many of them were.
pub fn acknowledge(store: &mut Store, key: &[u8], group: &[u8], ids: &[StreamId]) -> Result<u64, Error> {
    check_elements(ids.len())?;
    let mut acknowledged = 0;
    in_group(store, key, group, &mut |stream, at, log| {
        for &id in ids {
            if stream.group(at).pending().get(id).is_some() {
                stream.set_pending(at, id, None, log);
                acknowledged += 1;
            }
        }
        Ok(acknowledged)
    })?;
    Ok(acknowledged)
}

/// The consumers of a group that have something pending, none when there is no such group.
pub fn pending(store: &mut Store, key: &[u8], group: &[u8]) -> Result<Option<Vec<PendingOf>>, Error> {
    let Some(stream) = read::<Stream>(store, key)?.0 else { return Ok(None) };
    let Some(at) = stream.find_group(group) else { return Ok(None) };
    let (mut found, mut room) = (Vec::new(), Room::new());
    for consumer in stream.group(at).consumers().filter(|consumer| !consumer.pending().is_empty()) {
        if !room.take(consumer.name.len()) {
            break;
        }
        found.push(PendingOf { consumer: consumer.name.to_vec(), entries: consumer.pending().len() as u64 });
    }
    room.end()?;
    Ok(Some(found))
}
