//! `ferrite:store/hashes`.

use ferrite_resp::Extended;
use ferrite_resp::number;

use super::CollectionError as Error;
use super::collection::{
    Absent, Field, FieldGiven, Room, Then, change, check_elements, check_given, lengths, read, reduce,
};
use super::keys::{Ttl, check_scan};
use crate::glob;
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::Hash;
use crate::types::hash::{Expiry, LATEST_MS};

/// A page of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// For the next call; 0 at the end.
    pub cursor: u64,
    /// Fields in no order; one may come twice.
    pub fields: Vec<Field>,
}

/// The value of a field, or none when there is no such field.
pub fn get(store: &mut Store, key: &[u8], name: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let (hash, now_ms) = read::<Hash>(store, key)?;
    let value = hash.and_then(|hash| hash.get(name, now_ms));
    Ok(value.map(|value| value.text().to_vec()))
}

/// The values of many fields.
pub fn get_many(store: &mut Store, key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    check_elements(names.len())?;
    let (hash, now_ms) = read::<Hash>(store, key)?;
    let (mut values, mut room) = (Vec::with_capacity(names.len()), Room::new());
    for name in names {
        let value = hash.and_then(|hash| hash.get(name, now_ms));
        if !room.take(value.map_or(0, |value| value.len())) {
            break;
        }
        values.push(value.map(|value| value.text().to_vec()));
    }
    room.end()?;
    Ok(values)
}

/// All fields in no order.
pub fn get_all(store: &mut Store, key: &[u8]) -> Result<Vec<Field>, Error> {
    let (hash, now_ms) = read::<Hash>(store, key)?;
    let mut found = Found::new();
    if let Some(hash) = hash {
        hash.each(now_ms, &mut |field| found.push(&field));
    }
    found.end()
}

/// Fields that a call returns.
struct Found {
    fields: Vec<Field>,
    room: Room,
}

impl Found {
    fn new() -> Found {
        Found { fields: Vec::new(), room: Room::new() }
    }

    fn push(&mut self, field: &crate::types::hash::Field<'_>) {
        if self.room.take(field.name.len().saturating_add(field.value.len())) {
            self.fields.push(Field { name: field.name.text().to_vec(), value: field.value.text().to_vec() });
        }
    }

    fn end(self) -> Result<Vec<Field>, Error> {
        self.room.end()?;
        Ok(self.fields)
    }
}

/// Sets fields, which live for good then; returns how many are new.
pub fn set(store: &mut Store, key: &[u8], fields: &[FieldGiven<'_>]) -> Result<u64, Error> {
    check_given(store, fields.len(), &mut fields.iter().flat_map(|(name, value)| [name.len(), value.len()]))?;
    let mut new = 0;
    change::<Hash>(store, key, Absent::Create, (Class::HASH, "hset"), &mut |hash, log| {
        new = fields.iter().filter(|(name, value)| hash.set(name, value, Expiry::Clear, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(new as u64)
}

/// Sets a field unless there is one of this name; false when there is.
pub fn set_if_absent(store: &mut Store, key: &[u8], (name, value): FieldGiven<'_>) -> Result<bool, Error> {
    check_given(store, 1, &mut [name.len(), value.len()].into_iter())?;
    let mut is_set = false;
    change::<Hash>(store, key, Absent::Create, (Class::HASH, "hset"), &mut |hash, log| {
        is_set = hash.get(name, log.now_ms).is_none() && hash.set(name, value, Expiry::Clear, log);
        Ok(Then::Keep)
    })?;
    Ok(is_set)
}

/// Removes fields, returns how many there were.
pub fn delete(store: &mut Store, key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
    check_elements(names.len())?;
    let mut removed = 0;
    reduce::<Hash>(store, key, (Class::HASH, "hdel"), &mut |hash, log| {
        removed = names.iter().filter(|name| hash.remove(name, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(removed as u64)
}

/// Whether there is a field of this name.
pub fn contains(store: &mut Store, key: &[u8], name: &[u8]) -> Result<bool, Error> {
    let (hash, now_ms) = read::<Hash>(store, key)?;
    Ok(hash.is_some_and(|hash| hash.get(name, now_ms).is_some()))
}

/// How many fields there are.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    Ok(read::<Hash>(store, key)?.0.map_or(0, Hash::len) as u64)
}

/// Adds to the integer in a field, 0 when there is none; returns the sum.
pub fn increment(store: &mut Store, key: &[u8], name: &[u8], by: i64) -> Result<i64, Error> {
    check_given(store, 1, &mut [name.len()].into_iter())?;
    let mut sum = 0;
    change::<Hash>(store, key, Absent::Create, (Class::HASH, "hincrby"), &mut |hash, log| {
        sum = hash.increment(name, by, log)?;
        Ok(Then::Keep)
    })?;
    Ok(sum)
}

/// Adds to the decimal number in a field, 0 when there is none; returns the sum.
pub fn increment_float(store: &mut Store, key: &[u8], name: &[u8], by: f64) -> Result<f64, Error> {
    check_given(store, 1, &mut [name.len()].into_iter())?;
    let by = Extended::parse(number::format_f64(by).as_bytes()).filter(|by| !by.is_infinite());
    let by = by.ok_or(Error::NotANumber)?;
    let mut sum = Vec::new();
    change::<Hash>(store, key, Absent::Create, (Class::HASH, "hincrbyfloat"), &mut |hash, log| {
        sum = hash.increment_by_float(name, by, log)?;
        Ok(Then::Keep)
    })?;
    Ok(number::parse_f64(&sum).unwrap_or_default())
}

/// Sets the time to live of fields in milliseconds, 0 removes them; returns how many of them there were.
pub fn expire(store: &mut Store, key: &[u8], names: &[&[u8]], ttl_ms: u64) -> Result<u64, Error> {
    check_given(store, names.len(), &mut lengths(names))?;
    // Times that no field can have are later than anybody waits.
    let at_ms = store.keyspace.now_ms().saturating_add_unsigned(ttl_ms).min(LATEST_MS);
    let mut there = 0;
    change::<Hash>(
        store,
        key,
        Absent::Leave,
        (Class::HASH, if ttl_ms == 0 { "hdel" } else { "hexpire" }),
        &mut |hash, log| {
            let changed = names.iter().filter(|name| match ttl_ms {
                0 => hash.remove(name, log),
                _ => hash.set_expire(name, Some(at_ms), log),
            });
            there = changed.count();
            Ok(Then::Keep)
        },
    )?;
    Ok(there as u64)
}

/// The time that a field has left to live.
pub fn time_to_live(store: &mut Store, key: &[u8], name: &[u8]) -> Result<Ttl, Error> {
    let (hash, now_ms) = read::<Hash>(store, key)?;
    Ok(match hash.and_then(|hash| hash.field(name, now_ms)).map(|field| field.expire_ms) {
        None => Ttl::Absent,
        Some(expire_ms) => Ttl::until(expire_ms, now_ms),
    })
}

/// A page of the fields whose names match a glob pattern; begins with cursor 0, and looks at about `count` fields.
pub fn scan(store: &mut Store, key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
    let count = check_scan(count)?;
    let (hash, now_ms) = read::<Hash>(store, key)?;
    let mut found = Found::new();
    let cursor = hash.map_or(0, |hash| {
        hash.scan(cursor, count, now_ms, &mut |field| {
            if glob::matches(pattern, &field.name.text()) {
                found.push(&field);
            }
        })
    });
    Ok(Page { cursor, fields: found.end()? })
}
