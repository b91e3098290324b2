//! Lists against a vector, short and long, also while transactions are undone.

use super::*;
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::random::Random;
use crate::types::Typed;

const KEY: &[u8] = b"l";

fn edit<R>(keys: &mut Keyspace, change: impl FnOnce(&mut List, &mut Log<'_>) -> R) -> R {
    let mut writing = keys.create::<List>(0, KEY).expect("it is a list");
    let (list, mut log) = writing.edit();
    change(list, &mut log)
}

fn elements(keys: &mut Keyspace, backwards: bool) -> Vec<Vec<u8>> {
    let Some(list) = keys.read::<List>(0, KEY).expect("it is a list") else { return Vec::new() };
    let start = if backwards { list.len() - 1 } else { 0 };
    list.iter(start, backwards).map(|element| element.text().to_vec()).collect()
}

/// An element of a few different ones, some of them numbers, some longer than a node.
fn element(random: &mut Random, longest: u64) -> Vec<u8> {
    let number = random.next();
    match number % 8 {
        0 => b"-17".to_vec(),
        1 => format!("{}", number >> 8).into_bytes(),
        2 if longest > 100 => vec![b'l'; 3000],
        _ => vec![b'a' + (number >> 8) as u8 % 3; ((number >> 16) % longest) as usize],
    }
}

/// One random change to the list and its model.
fn change(keys: &mut Keyspace, model: &mut Vec<Vec<u8>>, random: &mut Random, longest: u64, growing: bool) {
    let (number, len) = (random.next(), model.len());
    let any = (number >> 32) as usize % len.max(1);
    let front = number & 1 == 0;
    let text = element(random, longest);
    match number >> 8 & 15 {
        0..4 if growing || len == 0 => {
            edit(keys, |list, log| list.push(front, &text, log));
            model.insert(if front { 0 } else { len }, text);
        }
        0..4 => {
            let count = 1 + (number >> 20) as usize % 5;
            edit(keys, |list, log| list.pop(front, count, log));
            let count = count.min(len);
            drop(if front { model.drain(..count) } else { model.drain(len - count..) });
        }
        4..7 => {
            let index = if len == 0 { 0 } else { any };
            edit(keys, |list, log| list.insert(index, &text, log));
            model.insert(index, text);
        }
        7..9 if len > 0 => {
            edit(keys, |list, log| list.set(any, &text, log));
            model[any] = text;
        }
        9 if len > 0 => {
            let (wanted, most) = (model[any].clone(), 1 + (number >> 20) as usize % 30);
            let removed = edit(keys, |list, log| list.remove(&wanted, most, !front, log));
            let mut expected = 0;
            while expected < most {
                let equal = |other: &Vec<u8>| *other == wanted;
                let found = if front { model.iter().position(equal) } else { model.iter().rposition(equal) };
                let Some(at) = found else { break };
                model.remove(at);
                expected += 1;
            }
            assert_eq!(removed, expected);
        }
        10 if len > 50 && number >> 56 == 0 => {
            let count = any % 50;
            edit(keys, |list, log| list.pop(front, count, log));
            drop(if front { model.drain(..count) } else { model.drain(len - count..) });
        }
        _ => {
            let position = any as i64 - if front { 0 } else { len as i64 };
            let found = keys.read::<List>(0, KEY).expect("it is a list");
            let found = found.and_then(|list| list.get(position)).map(|element| element.text().to_vec());
            assert_eq!(found, model.get(any).cloned());
        }
    }
}

fn check(keys: &mut Keyspace, model: &[Vec<u8>]) {
    assert!(elements(keys, false).iter().eq(model));
    assert!(elements(keys, true).iter().rev().eq(model));
    let list = keys.read::<List>(0, KEY).expect("it is a list");
    assert_eq!(list.map_or(0, List::len), model.len());
    let Some(list) = list else { return };
    let bytes: usize = model.iter().map(|element| element.len() + 11).sum();
    assert!(list.weight() <= 2 + bytes / 100 + model.len() / 8, "{} nodes for {bytes} bytes", list.weight());
    assert_eq!(list.packs().map(Listpack::len).sum::<usize>(), model.len());
    assert!(list.packs().all(|pack| !pack.is_empty()));
}

#[test]
fn a_list_agrees_with_a_vector_under_random_changes() {
    for (seed, longest) in [(1, 12), (2, 200), (3, 2500)] {
        let (mut keys, mut random) = (Keyspace::new(Random::new(1)), Random::new(seed));
        let mut model = Vec::new();
        for step in 0..16_000 {
            change(&mut keys, &mut model, &mut random, longest, (step / 4000) % 2 == 0);
            if step % 500 == 0 {
                check(&mut keys, &model);
            }
        }
        check(&mut keys, &model);
    }
}

#[test]
fn a_transaction_that_is_undone_leaves_the_list_as_it_was() {
    let (mut keys, mut random) = (Keyspace::new(Random::new(1)), Random::new(9));
    let (mut model, mut longest) = (Vec::<Vec<u8>>::new(), 0);
    for round in 0..600 {
        keys.begin(TransactionAccess::ReadWrite);
        let before = model.clone();
        for _ in 0..random.next() % 60 {
            change(&mut keys, &mut model, &mut random, 300, (round / 40) % 4 != 3);
        }
        if round % 2 == 0 {
            keys.commit().expect("one is open");
        } else {
            keys.roll_back().expect("one is open");
            model = before;
        }
        check(&mut keys, &model);
        longest = longest.max(model.len());
    }
    assert!(longest > 100, "{longest}");
}

#[test]
fn positions_count_from_both_ends() {
    let mut keys = Keyspace::new(Random::new(1));
    edit(&mut keys, |list, log| (0..5).for_each(|number| list.push(false, number.to_string().as_bytes(), log)));
    let list = keys.read::<List>(0, KEY).expect("it is a list").expect("it is there");
    let at = |position| list.get(position).map(|element| element.text().to_vec());
    assert_eq!((at(0), at(4), at(5)), (Some(b"0".to_vec()), Some(b"4".to_vec()), None));
    assert_eq!((at(-1), at(-5), at(-6)), (Some(b"4".to_vec()), Some(b"0".to_vec()), None));
    assert_eq!((at(i64::MIN), at(i64::MAX)), (None, None));
}

#[test]
fn an_element_at_any_place_of_a_long_list_is_found_after_insertions_in_the_middle() {
    let mut keys = Keyspace::new(Random::new(1));
    let mut model = vec![vec![b'x'; 900]; 3];
    edit(&mut keys, |list, log| model.iter().for_each(|text| list.push(false, text, log)));
    for number in 0..2000 {
        let text = format!("{number:0900}").into_bytes();
        let index = model.len() / 2;
        edit(&mut keys, |list, log| list.insert(index, &text, log));
        model.insert(index, text);
    }
    check(&mut keys, &model);
    let list = keys.read::<List>(0, KEY).expect("it is a list").expect("it is there");
    for (index, text) in model.iter().enumerate() {
        assert!(list.get(index as i64).is_some_and(|element| element.equals(text)), "{index}");
    }
}

#[test]
fn a_list_is_freed_in_slices() {
    let mut list = List::default();
    for _ in 0..100 {
        let mut pack = Listpack::new();
        pack.push_back(Element::Integer(1));
        list.push_pack(pack);
    }
    let copy = list.duplicate();
    for _ in 0..9 {
        let mut budget = 10;
        assert!(!list.free_some(&mut budget));
    }
    assert!(list.free_some(&mut 11));
    assert_eq!((copy.weight(), copy.memory(0) > 1600), (100, true));
}
