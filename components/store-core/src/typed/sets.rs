//! `ferrite:store/sets`.

use super::collection::{Absent, Gathered, Then, change, check_elements, check_given, lengths, read, reduce};
use super::keys::check_scan;
use super::{CollectionError as Error, MAX_RETURNED_ELEMENTS, check_growth, check_keys};
use crate::glob;
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::set::{build, visit};
use crate::types::{Kind, Set};

pub use crate::types::set::Operation;

/// A page of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// For the next call; 0 at the end.
    pub cursor: u64,
    /// Members in no order; one may come twice.
    pub members: Vec<Vec<u8>>,
}

/// Adds members, returns how many are new.
pub fn add(store: &mut Store, key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
    check_given(store, members.len(), &mut lengths(members))?;
    let mut added = 0;
    change::<Set>(store, key, Absent::Create, (Class::SET, "sadd"), &mut |set, log| {
        added = members.iter().filter(|member| set.add(member, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(added as u64)
}

/// Removes members, returns how many there were.
pub fn remove(store: &mut Store, key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
    check_elements(members.len())?;
    let mut removed = 0;
    reduce::<Set>(store, key, (Class::SET, "srem"), &mut |set, log| {
        removed = members.iter().filter(|member| set.remove(member, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(removed as u64)
}

/// Moves a member to another set; false when it is not there.
pub fn move_member(store: &mut Store, key: &[u8], to_key: &[u8], member: &[u8]) -> Result<bool, Error> {
    check_given(store, 1, &mut [member.len()].into_iter())?;
    let (set, _) = read::<Set>(store, key)?;
    let is_there = set.is_some_and(|set| set.contains(member));
    // A wrong type where it goes changes nothing, and is said even if there is nothing to move.
    read::<Set>(store, to_key)?;
    if is_there && key != to_key {
        add(store, to_key, &[member])?;
        remove(store, key, &[member])?;
    }
    Ok(is_there)
}

/// Whether each of these is a member.
pub fn contains(store: &mut Store, key: &[u8], members: &[&[u8]]) -> Result<Vec<bool>, Error> {
    check_elements(members.len())?;
    let (set, _) = read::<Set>(store, key)?;
    Ok(members.iter().map(|member| set.is_some_and(|set| set.contains(member))).collect())
}

/// How many members there are.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    Ok(read(store, key)?.0.map_or(0, Set::len) as u64)
}

/// All members.
pub fn members(store: &mut Store, key: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let mut found = Gathered::new();
    if let Some(set) = read::<Set>(store, key)?.0 {
        set.each(&mut |member| found.push(&member.text()));
    }
    found.end()
}

/// Up to `count` different members chosen by chance.
pub fn random(store: &mut Store, key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
    let mut random = store.keyspace.random.fork();
    let mut found = Gathered::new();
    if let Some(set) = read::<Set>(store, key)?.0 {
        set.sample(set.len().min(count as usize), &mut random, &mut |member| {
            found.push(&member.text());
        });
    }
    found.end()
}

/// Removes up to `count` members chosen by chance and returns them.
pub fn pop(store: &mut Store, key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
    let mut random = store.keyspace.random.fork();
    let mut found = Gathered::new();
    reduce::<Set>(store, key, (Class::SET, "spop"), &mut |set, log| {
        let (len, count) = (set.len(), set.len().min(count as usize));
        if count > MAX_RETURNED_ELEMENTS {
            return Err(Error::ResultTooLarge);
        }
        if count == len {
            set.each(&mut |member| found.push(&member.text()));
            found.check()?;
            log.note(len as u64 - 1);
            return Ok(Then::Remove);
        }
        let (mut popped, mut has_room) = (0, true);
        while popped < count && has_room {
            popped += 1;
            set.pop(&mut random, log, &mut |member| {
                has_room = found.push(&member.text());
                has_room
            });
        }
        if !has_room {
            for member in found.taken() {
                set.add(member, log);
            }
        }
        Ok(Then::Keep)
    })?;
    found.end()
}

/// Checks the keys of an operation: none may hold anything else than a set.
fn check_sets(store: &mut Store, keys: &[&[u8]]) -> Result<(), Error> {
    check_keys(keys.len())?;
    store.read_clock();
    Ok(keys.iter().try_for_each(|key| store.keyspace.read::<Set>(store.selected, key).map(drop))?)
}

/// The sets of these keys, none for those that do not exist.
fn sets<'a>(store: &'a Store, keys: &[&[u8]]) -> Vec<Option<&'a Set>> {
    keys.iter().map(|key| store.keyspace.view(store.selected, key).and_then(Set::of)).collect()
}

/// The members that several sets make together.
pub fn combine(store: &mut Store, operation: Operation, keys: &[&[u8]]) -> Result<Vec<Vec<u8>>, Error> {
    check_sets(store, keys)?;
    let sets = sets(store, keys);
    let mut found = Gathered::new();
    match operation {
        // A union is built, so that no member comes twice.
        Operation::Union => {
            build(&sets, operation, &store.keyspace.limits)?.each(&mut |member| found.push(&member.text()));
        }
        _ => visit(&sets, operation, &mut |member| found.push(&member.text())),
    }
    found.end()
}

/// Stores what several sets make together under a key, whatever it held; returns how many members that are.
pub fn combine_into(store: &mut Store, key: &[u8], operation: Operation, keys: &[&[u8]]) -> Result<u64, Error> {
    store.read_clock();
    check_growth(store)?;
    check_sets(store, keys)?;
    let result = build(&sets(store, keys), operation, &store.keyspace.limits)?;
    let len = result.len();
    let event = match operation {
        Operation::Intersection => "sinterstore",
        Operation::Union => "sunionstore",
        Operation::Difference => "sdiffstore",
    };
    store.keyspace.store(store.selected, key, result.into_collection(), None);
    if len > 0 {
        store.keyspace.notify(Class::SET, event, store.selected, key);
    }
    Ok(len as u64)
}

/// A page of the members that match a glob pattern; begins with cursor 0, and looks at about `count` members.
pub fn scan(store: &mut Store, key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
    let count = check_scan(count)?;
    let mut found = Gathered::new();
    let cursor = read(store, key)?.0.map_or(0, |set: &Set| {
        set.scan(cursor, count, &mut |member| {
            let text = member.text();
            if glob::matches(pattern, &text) {
                found.push(&text);
            }
        })
    });
    Ok(Page { cursor, members: found.end()? })
}
