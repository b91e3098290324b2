//! Sorted sets against a map, in both forms, and against listpacks of Redis.

use std::collections::BTreeMap;

use super::*;
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::types::{Kind, Typed};

/// Members and scores in order.
fn all(set: &SortedSet) -> Vec<(Vec<u8>, f64)> {
    let mut members = Vec::new();
    set.each(0, usize::MAX, false, &mut |member, score| {
        members.push((member.to_vec(), score));
        true
    });
    members
}

fn ordered(model: &BTreeMap<Vec<u8>, f64>) -> Vec<(Vec<u8>, f64)> {
    let mut members: Vec<(Vec<u8>, f64)> = model.iter().map(|(member, score)| (member.clone(), *score)).collect();
    members.sort_by(|one, other| one.1.partial_cmp(&other.1).expect("scores are numbers"));
    members
}

struct Run {
    keys: Keyspace,
    model: BTreeMap<Vec<u8>, f64>,
    random: Random,
}

impl Run {
    fn below(&mut self, bound: u64) -> u64 {
        self.random.next() % bound
    }

    fn member(&mut self) -> Vec<u8> {
        let number = self.below(60);
        match number {
            0 => Vec::new(),
            1 => vec![b'x'; 64],
            2 => b"007".to_vec(),
            3..20 => number.to_string().into_bytes(),
            _ => format!("member {number}").into_bytes(),
        }
    }

    fn score(&mut self) -> f64 {
        let number = self.below(12);
        [0.0, 1.0, 1.5, -1.0, f64::INFINITY, f64::NEG_INFINITY, 1e17, 1e300, 5e-324, -70_000.0, 3.0, 4.0]
            [number as usize]
    }

    fn change(&mut self) {
        let (member, score, action) = (self.member(), self.score(), self.below(12));
        let mut writing = self.keys.create::<SortedSet>(0, b"k").expect("nothing else is there");
        let (set, mut log) = writing.edit();
        match action {
            0..6 => {
                let mut seen = None;
                let mut decide = |old| {
                    seen = old;
                    Some(score)
                };
                set.update(&member, &mut decide, &mut log);
                assert_eq!(seen, self.model.insert(member, score));
            }
            6 => set.update(&member, &mut |_| None, &mut log),
            7 if self.random.next().is_multiple_of(2) => {
                let (first, count) = (set.len() / 3, 1 + set.len() / 8);
                let mut shown = Vec::new();
                set.take(first, count, &mut log, &mut |member, score| shown.push((member.to_vec(), score)));
                let expected: Vec<_> = ordered(&self.model).into_iter().skip(first).take(count).collect();
                assert_eq!(shown, expected);
                for (member, _) in &expected {
                    self.model.remove(member);
                }
            }
            _ => assert_eq!(set.remove(&member, &mut log), self.model.remove(&member).is_some()),
        }
    }

    fn look(&mut self) {
        let probe = self.member();
        let range = ScoreRange { min: self.score(), above_min: true, max: self.score(), below_max: false };
        let expected = ordered(&self.model);
        let Some(set) = self.keys.read::<SortedSet>(0, b"k").expect("nothing else is there") else {
            assert!(expected.is_empty(), "an empty sorted set has no key");
            return;
        };
        assert_eq!(all(set), expected);
        assert_eq!(set.len(), expected.len());
        assert_eq!(set.score(&probe), self.model.get(&probe).copied());
        assert_eq!(set.rank(&probe), expected.iter().position(|(member, _)| *member == probe));
        let (first, count) = set.ranks_by_score(&range);
        let inside: Vec<_> =
            expected.iter().filter(|(_, score)| *score > range.min && *score <= range.max).cloned().collect();
        assert_eq!(expected.iter().skip(first).take(count).cloned().collect::<Vec<_>>(), inside);
        let mut backwards = Vec::new();
        set.each(expected.len() / 2, 3, true, &mut |member, score| {
            backwards.push((member.to_vec(), score));
            true
        });
        let upto = expected.iter().take(expected.len() / 2 + 1).rev().take(3).cloned().collect::<Vec<_>>();
        assert_eq!(backwards, upto);
        let mut scanned = Vec::new();
        assert_eq!(set.scan(0, usize::MAX, &mut |member, _| scanned.push(member.to_vec())), 0);
        scanned.sort_unstable();
        assert!(scanned.iter().eq(self.model.keys()));
        let copy = set.duplicate();
        let copy = SortedSet::of(&copy).expect("a copy is of the same type");
        assert_eq!((all(copy), copy.encoding()), (expected, set.encoding()));
    }

    fn encoding(&mut self) -> Option<&'static str> {
        self.keys.read::<SortedSet>(0, b"k").expect("nothing else is there").map(Typed::encoding)
    }
}

#[test]
fn a_sorted_set_agrees_with_a_map_in_both_forms_and_goes_back_to_what_it_was() {
    for seed in 0..12 {
        println!("seed {seed}");
        let mut run = Run { keys: Keyspace::new(Random::new(seed)), model: BTreeMap::new(), random: Random::new(seed) };
        run.keys.limits.sorted_set_entries = [0, 8, 20, 1000][seed as usize % 4];
        for _ in 0..50 {
            let (before, encoding) = (run.model.clone(), run.encoding());
            let in_transaction = run.below(2) == 0;
            if in_transaction {
                run.keys.begin(TransactionAccess::ReadWrite);
            }
            for _ in 0..run.below(40) {
                run.change();
                run.look();
            }
            if in_transaction {
                assert_eq!(run.keys.roll_back(), Ok(()));
                run.model = before;
                assert_eq!(run.encoding(), encoding);
                run.look();
            }
        }
    }
}

#[test]
fn a_listpack_is_that_of_redis() {
    let mut keys = Keyspace::new(Random::new(1));
    let mut writing = keys.create::<SortedSet>(0, b"k").expect("there is no such key");
    let (set, mut log) = writing.edit();
    for (member, score) in [("a", 1.0), ("b", 2.5), ("12", -0.0), ("c", 1e17), ("dd", f64::INFINITY)] {
        set.update(member.as_bytes(), &mut |_| Some(score), &mut log);
    }
    let expected: &[u8] = &[
        0x2e, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x0c, 0x01, 0x00, 0x01, 0x81, 0x61, 0x02, 0x01, 0x01, 0x81, 0x62, 0x02,
        0x83, 0x32, 0x2e, 0x35, 0x04, 0x81, 0x63, 0x02, 0xf4, 0x00, 0x00, 0x8a, 0x5d, 0x78, 0x45, 0x63, 0x01, 0x09,
        0x82, 0x64, 0x64, 0x03, 0x83, 0x69, 0x6e, 0x66, 0x04, 0xff,
    ];
    assert_eq!(set.listpack().map(Listpack::as_bytes), Some(expected));
    let pack = Listpack::from_bytes(expected).expect("it is a listpack");
    let again = SortedSet::from_listpack(pack, log.limits).expect("it is a sorted set");
    assert_eq!(all(&again), all(set));
}

#[test]
fn a_listpack_from_outside_is_taken_only_when_it_is_a_sorted_set() {
    let limits = Limits::new([1, 2]);
    let taken = |elements: &[&str]| {
        let mut pack = Listpack::new();
        elements.iter().for_each(|element| pack.push_back(crate::types::Element::compact(element.as_bytes())));
        SortedSet::from_listpack(pack, &limits).map(|set| set.len())
    };
    assert_eq!(taken(&["a", "1", "b", "1", "a2", "1.5"]), Some(3));
    assert_eq!(taken(&["5", "-inf", "6", "inf"]), Some(2));
    for wrong in [
        &[][..],
        &["a"],
        &["a", "1", "b"],
        &["a", "x"],
        &["a", "nan"],
        &["b", "1", "a", "1"],
        &["a", "2", "b", "1"],
        &["a", "1", "a", "2"],
        &["a", "1", "a", "1"],
    ] {
        assert_eq!(taken(wrong), None, "{wrong:?}");
    }
    let many: Vec<String> = (0..200).flat_map(|number| [format!("{number:03}"), "0".to_owned()]).collect();
    assert_eq!(taken(&many.iter().map(String::as_str).collect::<Vec<_>>()), Some(200));
}

#[test]
fn a_large_sorted_set_is_freed_in_slices() {
    let mut keys = Keyspace::new(Random::new(1));
    let mut writing = keys.create::<SortedSet>(0, b"k").expect("there is no such key");
    let (set, mut log) = writing.edit();
    for number in 0..20_000 {
        set.update(number.to_string().as_bytes(), &mut |_| Some(f64::from(number % 7)), &mut log);
    }
    assert_eq!((set.weight(), set.encoding()), (20_000, "skiplist"));
    assert!((600_000..2_000_000).contains(&set.memory(5)), "{} bytes", set.memory(5));
    let mut slices = 1;
    while !set.free_some(&mut 500) {
        slices += 1;
    }
    assert!((15..60).contains(&slices), "{slices} slices");
    assert!(set.is_empty());
}
