//! Streams against a map, also while transactions are undone.

use std::collections::BTreeMap;

use ferrite_resp::Args;

use super::*;
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::random::Random;
use crate::types::Typed;

const KEY: &[u8] = b"s";

type Model = BTreeMap<StreamId, Vec<Vec<u8>>>;
type Consumers = Vec<(Vec<u8>, Vec<StreamId>)>;
type GroupPicture = (Vec<u8>, Option<u64>, StreamId, Vec<(StreamId, Pending)>, Consumers);
type Picture = (Figures, Vec<(StreamId, Vec<Vec<u8>>)>, Vec<GroupPicture>);

fn id(ms: u64, seq: u64) -> StreamId {
    StreamId { ms, seq }
}

fn keyspace() -> Keyspace {
    let mut keys = Keyspace::new(Random::new(1));
    (keys.limits.stream_entries, keys.limits.stream_bytes) = (10, 400);
    keys
}

fn edit<R>(keys: &mut Keyspace, change: impl FnOnce(&mut Stream, &mut Log<'_>) -> R) -> R {
    let mut writing = keys.create::<Stream>(0, KEY).expect("it is a stream");
    let (stream, mut log) = writing.edit();
    change(stream, &mut log)
}

fn with<R>(keys: &mut Keyspace, look: impl FnOnce(&Stream) -> R) -> R {
    look(keys.read::<Stream>(0, KEY).expect("it is a stream").expect("it is there"))
}

fn append(keys: &mut Keyspace, new: NewId, pairs: &[Vec<u8>]) -> Result<StreamId, AppendError> {
    let pairs: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
    edit(keys, |stream, log| stream.append(new, Args::from(&pairs[..]), log))
}

fn owned(entry: Entry<'_>) -> (StreamId, Vec<Vec<u8>>) {
    assert_eq!(entry.pairs.clone().count(), entry.len);
    let pairs = entry.pairs.flat_map(|(field, value)| [field.text().to_vec(), value.text().to_vec()]);
    (entry.id, pairs.collect())
}

fn any_pairs(random: &mut Random) -> Vec<Vec<u8>> {
    let number = random.next();
    let fields: &[&str] = match number % 4 {
        0 => &["temperature", "12"],
        1 => &["other"],
        _ => &["sensor", "value", "unit"],
    };
    let value = |at: usize| match (number >> (8 * at + 8)) & 3 {
        0 => format!("{}", number >> (at + 20)).into_bytes(),
        _ => vec![b'v'; (number >> 30) as usize % 90],
    };
    fields.iter().enumerate().flat_map(|(at, field)| [field.as_bytes().to_vec(), value(at)]).collect()
}

/// One random change to the entries and their model.
fn change(keys: &mut Keyspace, model: &mut Model, random: &mut Random) {
    let number = random.next();
    let last = with(keys, |stream| stream.figures().last_id);
    let near = id(last.ms.saturating_sub(number >> 20 & 63), number >> 8 & 3);
    match number & 15 {
        0..8 => {
            let pairs = any_pairs(random);
            let new = match number >> 8 & 3 {
                0 => NewId::At(last.ms),
                1 => NewId::Exactly(id(last.ms + 1, 3)),
                2 => NewId::Exactly(near),
                _ => NewId::Any,
            };
            if let Ok(id) = append(keys, new, &pairs) {
                assert!(id > last);
                model.insert(id, pairs);
            } else {
                assert!(matches!(new, NewId::Exactly(id) if id <= last));
            }
        }
        8..12 => {
            let id = model.range(near..).next().map_or(near, |(id, _)| *id);
            assert_eq!(edit(keys, |stream, log| stream.delete(id, log)), model.remove(&id).is_some());
        }
        12 => {
            let to = match number >> 10 & 1 {
                0 => TrimTo::Length(model.len().saturating_sub((number >> 20) as usize % 20) as u64),
                _ => TrimTo::From(id(near.ms.saturating_sub(300), 0)),
            };
            let is_approximate = number >> 9 & 1 == 0;
            let trim = Trim { to, is_approximate, limit: 0 };
            let deleted = edit(keys, |stream, log| stream.trim(&trim, log));
            let keeps = |model: &Model| match to {
                TrimTo::Length(length) => model.len() as u64 <= length,
                TrimTo::From(first) => model.first_key_value().is_none_or(|(id, _)| *id >= first),
            };
            if is_approximate {
                (0..deleted).for_each(|_| drop(model.pop_first()));
            } else {
                let before = model.len() as u64;
                while !keeps(model) {
                    model.pop_first();
                }
                assert_eq!(deleted, before - model.len() as u64);
            }
        }
        _ => {
            let end = id(near.ms + 5, u64::MAX);
            let expected: Vec<_> = model.range(near..=end).map(|(id, pairs)| (*id, pairs.clone())).collect();
            let forwards: Vec<_> = with(keys, |stream| stream.range(near, end, false).map(owned).collect());
            assert_eq!(forwards, expected);
            let mut backwards: Vec<_> = with(keys, |stream| stream.range(near, end, true).map(owned).collect());
            backwards.reverse();
            assert_eq!(backwards, expected);
            assert_eq!(
                with(keys, |stream| stream.get(near).map(owned)),
                model.get_key_value(&near).map(|(id, pairs)| (*id, pairs.clone()))
            );
        }
    }
}

fn check(keys: &mut Keyspace, model: &Model) {
    with(keys, |stream| {
        assert!(stream.range(StreamId::MIN, StreamId::MAX, false).map(owned).eq(model.clone()));
        let figures = stream.figures();
        assert_eq!(figures.length, model.len() as u64);
        assert_eq!(figures.first_id, model.first_key_value().map_or(StreamId::MIN, |(id, _)| *id));
        assert_eq!(stream.last_entry_id(), model.last_key_value().map(|(id, _)| *id));
        assert!(stream.packs().all(|(id, pack)| (node::Node { id, pack }).count_sound(&mut None).is_some()));
    });
}

#[test]
fn a_stream_agrees_with_a_map_under_random_changes() {
    for seed in 0..4 {
        let (mut keys, mut random) = (keyspace(), Random::new(seed));
        edit(&mut keys, |_, log| log.note(1));
        let mut model = Model::new();
        for step in 0..4000 {
            change(&mut keys, &mut model, &mut random);
            if step % 100 == 0 {
                check(&mut keys, &model);
            }
        }
    }
}

/// Everything that can be seen of a stream.
fn picture(stream: &Stream) -> Picture {
    let entries = stream.range(StreamId::MIN, StreamId::MAX, false).map(owned).collect();
    let ids = |pending: &Ordered<()>| pending.iter_from(StreamId::MIN).map(|(id, ())| id).collect();
    let group = |group: &Group| {
        let pending: Vec<_> = group.pending().iter_from(StreamId::MIN).map(|(id, pending)| (id, *pending)).collect();
        let consumers: Consumers =
            group.consumers().map(|consumer| (consumer.name.to_vec(), ids(consumer.pending()))).collect();
        for (id, pending) in &pending {
            let name = &group.consumer(pending.consumer).name;
            assert!(consumers.iter().any(|(other, ids)| **other == **name && ids.contains(id)));
        }
        assert_eq!(pending.len(), consumers.iter().map(|(_, ids)| ids.len()).sum::<usize>());
        (group.name.to_vec(), group.entries_read, group.last_id, pending, consumers)
    };
    (*stream.figures(), entries, stream.groups().map(group).collect())
}

/// One random change to the groups.
fn consume(keys: &mut Keyspace, random: &mut Random) {
    let number = random.next();
    let name = [b'g', b'0' + (number >> 8) as u8 % 3];
    let consumer = [b'c', b'0' + (number >> 12) as u8 % 4];
    edit(keys, |stream, log| {
        let Some(at) = stream.find_group(&name) else {
            let last_id = id(number >> 60, 0);
            assert!(stream.create_group(&name, last_id, Some(0), log));
            return;
        };
        match number & 15 {
            0 => stream.destroy_group(at, log),
            1 => {
                if let Some(consumer) = stream.group(at).find(&consumer) {
                    stream.delete_consumer(at, consumer, log);
                }
            }
            2 => stream.set_position(at, id(number >> 50, 0), None, log),
            3..9 => {
                let consumer = stream.see_consumer(at, &consumer, log);
                let next = stream.group(at).last_id.next().unwrap_or_default();
                let ids: Vec<_> = stream.range(next, StreamId::MAX, false).take(3).map(|entry| entry.id).collect();
                stream.advance(at, &ids, log);
                let pending = Pending { delivered_ms: number as i64 >> 20, deliveries: 1, consumer };
                ids.iter().for_each(|&id| stream.set_pending(at, id, Some(pending), log));
            }
            _ => {
                let first = stream.group(at).pending().first().map(|(id, _)| id);
                let known = first.filter(|_| number >> 20 & 1 == 0);
                stream.set_pending(at, known.unwrap_or(id(number >> 50, 1)), None, log);
            }
        }
    });
}

#[test]
fn a_transaction_that_is_undone_leaves_the_stream_as_it_was() {
    let (mut keys, mut random) = (keyspace(), Random::new(5));
    edit(&mut keys, |_, log| log.note(1));
    let (mut model, mut longest) = (Model::new(), 0);
    for round in 0..400 {
        let (before, model_before) = (with(&mut keys, picture), model.clone());
        keys.begin(TransactionAccess::ReadWrite);
        for _ in 0..random.next() % 40 {
            if random.next().is_multiple_of(2) {
                change(&mut keys, &mut model, &mut random);
            } else {
                consume(&mut keys, &mut random);
            }
        }
        if round % 2 == 0 {
            keys.commit().expect("one is open");
        } else {
            keys.roll_back().expect("one is open");
            assert!(with(&mut keys, picture) == before);
            model = model_before;
        }
        check(&mut keys, &model);
        longest = longest.max(model.len());
    }
    assert!(longest > 50, "{longest}");
}

#[test]
fn ids_go_on_behind_the_last_one() {
    let mut keys = keyspace();
    keys.set_now_us(5_000);
    let pairs = [b"f".to_vec(), b"v".to_vec()];
    assert_eq!(append(&mut keys, NewId::Any, &pairs), Ok(id(5, 0)));
    assert_eq!(append(&mut keys, NewId::Any, &pairs), Ok(id(5, 1)));
    assert_eq!(append(&mut keys, NewId::At(5), &pairs), Ok(id(5, 2)));
    assert_eq!(append(&mut keys, NewId::At(4), &pairs), Err(AppendError::NotBehind));
    assert_eq!(append(&mut keys, NewId::Exactly(id(5, u64::MAX)), &pairs), Ok(id(5, u64::MAX)));
    assert_eq!(append(&mut keys, NewId::At(5), &pairs), Err(AppendError::NoNumber));
    assert_eq!(append(&mut keys, NewId::Any, &pairs), Ok(id(6, 0)));
    assert_eq!(append(&mut keys, NewId::Exactly(StreamId::MAX), &pairs), Ok(StreamId::MAX));
    assert_eq!(append(&mut keys, NewId::Any, &pairs), Err(AppendError::Exhausted));
}

#[test]
fn an_entry_is_packed_as_redis_packs_it() {
    let mut keys = keyspace();
    let pairs = [b"f".to_vec(), b"v".to_vec()];
    append(&mut keys, NewId::Exactly(id(1, 1)), &pairs).expect("it is behind the last one");
    append(&mut keys, NewId::Exactly(id(3, 0)), &[b"g".to_vec(), b"7".to_vec()]).expect("it is behind the last one");
    let pack = with(&mut keys, |stream| stream.packs().next().map(|(_, pack)| pack.as_bytes().to_vec()));
    let expected: &[&[u8]] = &[
        &[0x35, 0, 0, 0, 17, 0],
        b"\x02\x01\x00\x01\x01\x01\x81f\x02\x00\x01",
        b"\x02\x01\x00\x01\x00\x01\x81v\x02\x04\x01",
        b"\x00\x01\x02\x01\xdf\xff\x02\x01\x01\x81g\x02\x07\x01\x06\x01\xff",
    ];
    assert_eq!(pack.map(|pack| pack[6..].to_vec()), Some(expected[1..].concat()));
}

#[test]
fn nodes_of_a_radix_tree_are_counted() {
    let count = |ids: &[(u64, u64)]| {
        let mut stream = Stream::default();
        ids.iter().for_each(|&(ms, seq)| drop(stream.nodes.insert(id(ms, seq), Listpack::new())));
        stream.radix_nodes()
    };
    assert_eq!(count(&[]), 1);
    assert_eq!(count(&[(1, 1)]), 2);
    // A run, the byte at which they part, and the two ends.
    assert_eq!(count(&[(1, 1), (1, 2)]), 4);
    assert_eq!(count(&[(1, 1), (1, 2), (1, 3)]), 5);
    assert_eq!(count(&[(1, 1), (2, 1)]), 6);
    assert_eq!(count(&[(1, 1), (1, 2), (2, 1)]), 8);
}

#[test]
fn a_stream_is_freed_in_slices() {
    let mut keys = keyspace();
    let pairs = [b"field".to_vec(), vec![b'v'; 100]];
    for ms in 1..300 {
        append(&mut keys, NewId::Exactly(id(ms, 0)), &pairs).expect("it is behind the last one");
    }
    (0..2000).for_each(|_| consume(&mut keys, &mut Random::new(3)));
    let mut copy = with(&mut keys, Typed::duplicate);
    let (mut slices, weight) = (0, copy.weight());
    while !copy.free_some(&mut 10) {
        slices += 1;
    }
    assert!((weight / 11..=weight / 9).contains(&slices), "{slices} for {weight}");
}

#[test]
fn a_consumer_goes_with_all_or_little_of_what_is_pending() {
    let mut keys = keyspace();
    let consumers = edit(&mut keys, |stream, log| {
        assert!(stream.create_group(b"g", StreamId::MIN, None, log));
        let consumers = [b"many", b"some"].map(|name| stream.see_consumer(0, name, log));
        for number in 0..5000 {
            let consumer = consumers[usize::from(number % 50 == 7)];
            let pending = Pending { delivered_ms: number, deliveries: 1, consumer };
            stream.set_pending(0, id(number as u64, 0), Some(pending), log);
        }
        consumers
    });
    let before = with(&mut keys, picture);
    for (consumer, pending) in consumers.into_iter().zip([4900, 100]) {
        for is_kept in [false, true] {
            let left = with(&mut keys, |stream| stream.group(0).pending().len());
            keys.begin(TransactionAccess::ReadWrite);
            assert_eq!(edit(&mut keys, |stream, log| stream.delete_consumer(0, consumer, log)), pending);
            // Checks that what is pending and what the consumers have pending is the same.
            with(&mut keys, picture);
            assert_eq!(with(&mut keys, |stream| stream.group(0).pending().len()), left - pending);
            keys.roll_back().expect("one is open");
            assert!(with(&mut keys, picture) == before);
            if is_kept && pending == 100 {
                edit(&mut keys, |stream, log| stream.delete_consumer(0, consumer, log));
                assert_eq!(with(&mut keys, |stream| stream.group(0).pending().len()), 4900);
            }
        }
    }
}

#[test]
fn the_numbers_of_consumers_that_are_gone_are_given_again() {
    let mut group = Group::new(b"g", StreamId::MIN, None);
    let name = |number: u32| number.to_string().into_bytes();
    (0..1000).for_each(|number| assert_eq!(group.add(&name(number), 0), Some(number)));
    assert_eq!(group.add(&name(7), 0), None);
    let gone = group.remove(400).expect("it is there");
    (100..200).rev().for_each(|number| drop(group.remove(number)));
    group.put_back(400, gone);
    (100..200).for_each(|number| assert_eq!(group.add(&name(number + 5000), 0), Some(number)));
    assert_eq!(group.add(b"last", 0), Some(1000));
    assert_eq!(group.consumers().len(), 1001);
}
