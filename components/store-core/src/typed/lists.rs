//! `ferrite:store/lists`.

use super::CollectionError as Error;
use super::collection::{Absent, Gathered, Then, change, check_given, lengths, read, reduce};
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::List;
use crate::types::list::{Log, Wanted};
use crate::types::positions::between;

/// One of the two ends of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where position 0 is.
    Front,
    /// Where position -1 is.
    Back,
}

impl End {
    fn is_front(self) -> bool {
        self == End::Front
    }

    /// What subscribers are told when elements were added there.
    fn pushed(self) -> &'static str {
        if self.is_front() { "lpush" } else { "rpush" }
    }

    /// What subscribers are told when elements were removed there.
    fn popped(self) -> &'static str {
        if self.is_front() { "lpop" } else { "rpop" }
    }
}

/// On which side of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Towards the front.
    Before,
    /// Towards the back.
    After,
}

/// `count` elements from an index on, in a direction. There are so many.
fn gather(list: &List, start: usize, count: usize, backwards: bool) -> Result<Vec<Vec<u8>>, Error> {
    let mut found = Gathered::new();
    if count > 0 {
        list.iter(start, backwards).take(count).all(|element| found.push(&element.text()));
    }
    found.end()
}

/// Adds elements one after the other at an end, returns the new length.
pub fn push(store: &mut Store, key: &[u8], end: End, elements: &[&[u8]]) -> Result<u64, Error> {
    check_given(store, elements.len(), &mut lengths(elements))?;
    let mut length = 0;
    change::<List>(store, key, Absent::Create, (Class::LIST, end.pushed()), &mut |list, log| {
        elements.iter().for_each(|element| list.push(end.is_front(), element, log));
        length = list.len();
        Ok(Then::Keep)
    })?;
    Ok(length as u64)
}

/// Removes up to `count` elements from an end and returns them, the outermost first.
pub fn pop(store: &mut Store, key: &[u8], end: End, count: u32) -> Result<Vec<Vec<u8>>, Error> {
    let mut popped = Vec::new();
    reduce::<List>(store, key, (Class::LIST, end.popped()), &mut |list, log| {
        let count = list.len().min(count as usize);
        let start = if end.is_front() { 0 } else { list.len().saturating_sub(1) };
        popped = gather(list, start, count, !end.is_front())?;
        if count > 0 {
            list.pop(end.is_front(), count, log);
        }
        Ok(Then::Keep)
    })?;
    Ok(popped)
}

/// Removes the element at an end and adds it at an end of another list or the same; none when there is nothing to move.
pub fn move_element(
    store: &mut Store,
    (key, end): (&[u8], End),
    (to_key, to_end): (&[u8], End),
) -> Result<Option<Vec<u8>>, Error> {
    check_given(store, 1, &mut std::iter::empty())?;
    let position = if end.is_front() { 0 } else { -1 };
    let Some(element) = get(store, key, position)? else { return Ok(None) };
    let mut add = |list: &mut List, log: &mut Log<'_>| {
        list.push(to_end.is_front(), &element, log);
        Ok(Then::Keep)
    };
    // Where it goes comes first, so that a wrong type changes nothing.
    if key != to_key {
        change::<List>(store, to_key, Absent::Create, (Class::LIST, to_end.pushed()), &mut add)?;
    }
    change::<List>(store, key, Absent::Leave, (Class::LIST, end.popped()), &mut |list, log| {
        list.pop(end.is_front(), 1, log);
        if key == to_key { add(list, log) } else { Ok(Then::Keep) }
    })?;
    Ok(Some(element))
}

/// How many elements there are.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    Ok(read(store, key)?.0.map_or(0, List::len) as u64)
}

/// The element at a position, or none.
pub fn get(store: &mut Store, key: &[u8], position: i64) -> Result<Option<Vec<u8>>, Error> {
    let element = read(store, key)?.0.and_then(|list: &List| list.get(position));
    Ok(element.map(|element| element.text().to_vec()))
}

/// The elements from one position to another, both included.
pub fn range(store: &mut Store, key: &[u8], first: i64, last: i64) -> Result<Vec<Vec<u8>>, Error> {
    let Some(list) = read::<List>(store, key)?.0 else { return Ok(Vec::new()) };
    let (start, count) = between(list.len(), first, last).unwrap_or_default();
    gather(list, start, count, false)
}

/// The position of the first element with these bytes, or none.
pub fn find(store: &mut Store, key: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
    Ok(read(store, key)?.0.and_then(|list| index_of(list, element)).map(|index| index as u64))
}

fn index_of(list: &List, element: &[u8]) -> Option<usize> {
    let wanted = Wanted::new(element);
    list.iter(0, false).position(|other| wanted.is(other))
}

/// Replaces the element at a position; false when there is none.
pub fn set(store: &mut Store, key: &[u8], position: i64, element: &[u8]) -> Result<bool, Error> {
    check_given(store, 1, &mut [element.len()].into_iter())?;
    let mut index = None;
    change::<List>(store, key, Absent::Leave, (Class::LIST, "lset"), &mut |list, log| {
        index = list.index(position);
        if let Some(index) = index {
            list.set(index, element, log);
        }
        Ok(Then::Keep)
    })?;
    Ok(index.is_some())
}

/// Adds an element next to the first one that has the bytes of `pivot`; the new length, or none when there is no such one.
pub fn insert(store: &mut Store, key: &[u8], side: Side, pivot: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
    check_given(store, 1, &mut [element.len()].into_iter())?;
    let mut length = None;
    change::<List>(store, key, Absent::Leave, (Class::LIST, "linsert"), &mut |list, log| {
        if let Some(index) = index_of(list, pivot) {
            list.insert(index + usize::from(side == Side::After), element, log);
            length = Some(list.len() as u64);
        }
        Ok(Then::Keep)
    })?;
    Ok(length)
}

/// Removes up to `count` elements with these bytes, those nearest to an end first; returns how many there were.
pub fn remove(store: &mut Store, key: &[u8], end: End, count: u32, element: &[u8]) -> Result<u64, Error> {
    let mut removed = 0;
    reduce::<List>(store, key, (Class::LIST, "lrem"), &mut |list, log| {
        removed = list.remove(element, count as usize, !end.is_front(), log);
        Ok(Then::Keep)
    })?;
    Ok(removed as u64)
}

/// Keeps the elements from one position to another, both included; returns how many are left.
pub fn trim(store: &mut Store, key: &[u8], first: i64, last: i64) -> Result<u64, Error> {
    let mut left = 0;
    reduce::<List>(store, key, (Class::LIST, "ltrim"), &mut |list, log| {
        let len = list.len();
        let (start, count) = between(len, first, last).unwrap_or((len, 0));
        list.pop(false, len - start - count, log);
        list.pop(true, start, log);
        left = count;
        Ok(Then::Keep)
    })?;
    Ok(left as u64)
}
