//! Sets against a model, in both forms.

use std::collections::BTreeSet;

use super::*;
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::types::{Kind, Typed};

fn all(set: &Set) -> BTreeSet<Vec<u8>> {
    let mut members = BTreeSet::new();
    set.each(&mut |member| {
        assert!(members.insert(member.text().to_vec()), "a member is there once");
        true
    });
    members
}

struct Run {
    keys: Keyspace,
    model: BTreeSet<Vec<u8>>,
    random: Random,
    integers_only: bool,
}

impl Run {
    fn below(&mut self, bound: u64) -> u64 {
        self.random.next() % bound
    }

    fn member(&mut self) -> Vec<u8> {
        let number = self.below(40);
        match number {
            _ if self.integers_only && !self.random.next().is_multiple_of(40) => {
                (number.cast_signed() - 20).to_string().into_bytes()
            }
            0 => Vec::new(),
            1 => vec![b'x'; 300],
            2 => b"-0".to_vec(),
            3..20 => number.to_string().into_bytes(),
            _ => format!("member {number}").into_bytes(),
        }
    }

    fn change(&mut self) {
        let (member, action) = (self.member(), self.below(10));
        let mut writing = self.keys.create::<Set>(0, b"k").expect("nothing else is there");
        let (set, mut log) = writing.edit();
        match action {
            0..5 => assert_eq!(set.add(&member, &mut log), self.model.insert(member)),
            5..8 => assert_eq!(set.remove(&member, &mut log), self.model.remove(&member)),
            8 => {
                let mut shown = None;
                set.pop(&mut self.random, &mut log, &mut |member| {
                    shown = Some(member.text().to_vec());
                    true
                });
                assert_eq!(shown.is_some(), !self.model.is_empty());
                shown.iter().for_each(|member| assert!(self.model.remove(member), "it was there"));
            }
            _ => {
                set.rebuild(&mut log);
                let fits = self.model.len() <= log.limits.set_integers
                    && self.model.iter().all(|member| matches!(Element::compact(member), Element::Integer(_)));
                assert!(!fits || set.integers().is_some());
            }
        }
    }

    fn look(&mut self) {
        let probe = self.member();
        let Some(set) = self.keys.read::<Set>(0, b"k").expect("nothing else is there") else {
            assert!(self.model.is_empty(), "an empty set has no key");
            return;
        };
        assert_eq!((all(set), set.len()), (self.model.clone(), self.model.len()));
        assert_eq!(set.contains(&probe), self.model.contains(&probe));
        assert_eq!(set.contains_element(Element::compact(&probe)), self.model.contains(&probe));
        let mut scanned = Vec::new();
        assert_eq!(set.scan(0, usize::MAX, &mut |member| scanned.push(member.text().to_vec())), 0);
        scanned.sort_unstable();
        assert!(scanned.iter().eq(&self.model));
        let one = set.random(&mut self.random).map(|member| member.text().to_vec());
        assert!(one.is_some_and(|member| self.model.contains(&member)));
        let mut some = BTreeSet::new();
        set.sample(5, &mut self.random, &mut |member| assert!(some.insert(member.text().to_vec())));
        assert!(some.len() == 5.min(self.model.len()) && some.is_subset(&self.model));
        let copy = set.duplicate();
        let copy = Set::of(&copy).expect("a copy is of the same type");
        assert_eq!((all(copy), copy.encoding()), (self.model.clone(), set.encoding()));
    }

    fn encoding(&mut self) -> Option<&'static str> {
        self.keys.read::<Set>(0, b"k").expect("nothing else is there").map(Typed::encoding)
    }
}

#[test]
fn a_set_agrees_with_a_model_in_both_forms_and_goes_back_to_what_it_was() {
    for seed in 0..16 {
        println!("seed {seed}");
        let mut run = Run {
            keys: Keyspace::new(Random::new(seed)),
            model: BTreeSet::new(),
            random: Random::new(seed),
            integers_only: seed % 2 == 0,
        };
        run.keys.limits.set_integers = [0, 8, 20, 512][seed as usize / 2 % 4];
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
fn a_set_of_integers_takes_a_limited_number() {
    let mut limits = Limits::new([1, 2]);
    limits.set_integers = 3;
    let set = |numbers: i64| {
        let mut integers = IntSet::new();
        (0..numbers).for_each(|number| assert!(integers.insert(number)));
        Set::of_integers(integers, &limits)
    };
    assert_eq!((set(3).encoding(), set(3).len()), ("intset", 3));
    assert_eq!((set(4).encoding(), set(4).len()), ("hashtable", 4));
}

#[test]
fn a_large_set_is_freed_in_slices() {
    let limits = Limits::new([1, 2]);
    let mut set = Set::default();
    for number in 0..20_000 {
        set.build(Element::Integer(number), &limits);
    }
    assert_eq!((set.weight(), set.encoding()), (20_000, "hashtable"));
    assert!((300_000..1_000_000).contains(&set.memory(5)), "{} bytes", set.memory(5));
    let mut slices = 1;
    while !set.free_some(&mut 1000) {
        slices += 1;
    }
    assert!((15..60).contains(&slices), "{slices} slices");
    assert!(set.is_empty());
}
