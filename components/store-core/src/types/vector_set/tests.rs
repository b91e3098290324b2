//! Vector sets against a map whose vectors are all compared, and what they hold after changes were undone.

use std::collections::BTreeMap;

use super::*;
use crate::keyspace::{Keyspace, TransactionAccess};
use crate::types::{Kind as _, Typed};

const DIMENSION: usize = 8;

type Model = BTreeMap<Vec<u8>, (Vec<f32>, Option<Vec<u8>>)>;

struct Run {
    keys: Keyspace,
    model: Model,
    random: Random,
}

impl Run {
    fn new(seed: u64, options: Options) -> Run {
        let mut keys = Keyspace::new(Random::new(1));
        let mut writing = keys.create::<VectorSet>(0, b"k").expect("nothing else is there");
        *writing.edit().0 = VectorSet::new(options, None, true, [1, 2]);
        drop(writing);
        Run { keys, model: Model::new(), random: Random::new(seed) }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.next() % bound
    }

    fn numbers(&mut self) -> Vec<f32> {
        (0..DIMENSION).map(|_| self.below(2001) as f32 / 1000.0 - 1.0).collect()
    }

    fn name(&mut self) -> Vec<u8> {
        format!("element {}", self.below(400)).into_bytes()
    }

    fn change(&mut self) {
        let (name, numbers, action) = (self.name(), self.numbers(), self.below(10));
        let mut writing = self.keys.create::<VectorSet>(0, b"k").expect("it is one");
        let (set, mut log) = writing.edit();
        match action {
            0..6 => {
                let is_new = set.put(&name, &numbers, None, &mut log);
                let attributes = self.model.get(&name).and_then(|(_, attributes)| attributes.clone());
                assert_eq!(is_new, self.model.insert(name, (numbers, attributes)).is_none());
            }
            6..9 => assert_eq!(set.remove(&name, &mut log), self.model.remove(&name).is_some()),
            _ => {
                let attributes = self.random.next().is_multiple_of(3).then(|| b"{\"odd\": true}".to_vec());
                let is_set = set.set_attributes(&name, attributes.as_deref(), &mut log);
                match self.model.get_mut(&name) {
                    Some((_, own)) => *own = attributes,
                    None => assert!(!is_set),
                }
            }
        }
    }

    fn set(&mut self) -> &VectorSet {
        self.keys.read::<VectorSet>(0, b"k").expect("it is one").expect("it is there")
    }

    /// The set holds what the model holds.
    fn check(&mut self) {
        let model = self.model.clone();
        let set = self.set();
        assert_eq!(set.len(), model.len());
        assert_eq!(set.names().count(), model.len());
        for (name, (numbers, attributes)) in &model {
            let slot = set.slot(name).expect("it is there");
            assert_eq!(set.name(slot), Some(&**name));
            assert_eq!(set.attributes(slot), attributes.as_deref());
            let own = set.index().vector(slot).expect("it is there");
            assert!(own.iter().zip(numbers).all(|(own, given)| (own - given).abs() < 0.01));
        }
    }

    /// The share of the ten nearest that a search finds.
    fn recall(&mut self, queries: usize) -> f64 {
        let (mut found, mut all) = (0, 0);
        for _ in 0..queries {
            let query = self.numbers();
            let set = self.set();
            let search = Search { count: 10, ef: USUAL_EF, effort: usize::MAX };
            let [near, exact] = [false, true].map(|is_exact| {
                let mut names = Vec::new();
                set.search(Query::Numbers(&query), search, is_exact, None, &mut |near| names.push(near.name.to_vec()));
                names
            });
            all += exact.len();
            found += near.iter().filter(|name| exact.contains(name)).count();
        }
        if all == 0 { 1.0 } else { found as f64 / all as f64 }
    }
}

#[test]
fn a_set_holds_what_was_put_into_it_and_finds_nearly_all_of_what_is_near() {
    for (kind, metric) in [(Kind::F32, Metric::L2), (Kind::Int8, Metric::Cosine), (Kind::F32, Metric::InnerProduct)] {
        let mut run = Run::new(0x5eed, Options { kind, metric, ..usual(DIMENSION) });
        for turn in 0..2500 {
            run.change();
            if turn % 250 == 0 {
                run.check();
                let recall = run.recall(20);
                assert!(recall >= 0.95, "{kind:?} {metric:?} after {turn}: {recall}");
            }
        }
        run.check();
    }
}

#[test]
fn what_was_undone_was_never_there() {
    let mut run = Run::new(0xfeed, usual(DIMENSION));
    (0..300).for_each(|_| run.change());
    for _ in 0..40 {
        let before = run.model.clone();
        run.keys.begin(TransactionAccess::ReadWrite);
        (0..30).for_each(|_| run.change());
        run.keys.roll_back().expect("it is open");
        run.model = before;
        run.check();
        let recall = run.recall(5);
        assert!(recall >= 0.9, "{recall}");
    }
}

#[test]
fn a_copy_is_a_set_of_its_own_and_is_given_back_in_pieces() {
    let mut run = Run::new(0xc0de, usual(DIMENSION));
    (0..500).for_each(|_| run.change());
    let mut copy = run.set().duplicate();
    let copy = VectorSet::of_mut(&mut copy).expect("it is one");
    for (name, (_, attributes)) in &run.model {
        let slot = copy.slot(name).expect("it is there");
        assert_eq!((copy.name(slot), copy.attributes(slot)), (Some(&**name), attributes.as_deref()));
    }
    assert!(copy.memory(0) > copy.len() * DIMENSION * 4);
    let mut steps = 0;
    while !copy.free_some(&mut 10) {
        steps += 1;
    }
    assert!(steps > 3 && copy.weight() == 1, "{steps} steps");
    run.check();
}

#[test]
fn a_filter_asks_for_attributes() {
    let mut run = Run::new(0xf117, usual(DIMENSION));
    (0..2000).for_each(|_| run.change());
    let filter = Expression::parse(".odd").expect("it is one");
    let odd = run.model.values().filter(|(_, attributes)| attributes.is_some()).count();
    let query = run.numbers();
    let mut found = 0;
    let search = Search { count: 1000, ef: 1000, effort: usize::MAX };
    run.set().search(Query::Numbers(&query), search, false, Some(&filter), &mut |near| {
        assert!(near.attributes.is_some());
        found += 1;
    });
    assert!(odd > 5 && found == odd, "{found} of {odd}");
}

#[test]
fn attributes_are_what_json_says() {
    use crate::types::vectors::filter::Value;
    let text =
        r#" {"a" : 1, "b":-2.5e1, "c": "t\u0065x\"t\ud83d\ude00\/", "d": true, "e": null, "f": [1, "x", [false]],
        "g": {"a": [{}]}, "h": [{}], "i": [], "\u006a": "ä", "a": 2} "#
            .as_bytes();
    assert!(is_object(text));
    let text_of = |text: &str| Some(Value::Text(text.to_owned()));
    assert_eq!(field(text, "a"), Some(Value::Number(1.0)));
    assert_eq!(field(text, "b"), Some(Value::Number(-25.0)));
    assert_eq!(field(text, "c"), text_of("tex\"t\u{1f600}/"));
    assert_eq!(field(text, "d"), Some(Value::Number(1.0)));
    assert_eq!(field(text, "e"), Some(Value::Null));
    let inner = Value::List(vec![Value::Number(0.0)]);
    assert_eq!(field(text, "f"), Some(Value::List(vec![Value::Number(1.0), Value::Text("x".to_owned()), inner])));
    assert_eq!(field(text, "i"), Some(Value::List(Vec::new())));
    assert_eq!(field(text, "j"), text_of("\u{e4}"));
    for name in ["g", "h", "k", ""] {
        assert_eq!(field(text, name), None, "{name}");
    }
    assert_eq!(field(b"{\"a\": 7, broken", "a"), Some(Value::Number(7.0)), "what stands behind is not looked at");
    for text in [
        "",
        "1",
        "[]",
        "{",
        "{\"a\": }",
        "{} x",
        "{\"a\" 1}",
        "{\"a\": 1,}",
        "{a: 1}",
        "{\"a\": +1}",
        "{\"a\": .5}",
        "{\"a\": 1 2}",
        "{\"a\": \"\n\"}",
        "{\"a\": \"\\x\"}",
        "{\"a\": \"\\ud83d\"}",
        "{\"a\": \"\\u12\"}",
        "{\"a\": tru}",
        "{\"a\": [1 2]}",
        "{\"a\": [1}",
        "{\"a\": 1e}",
        "{\"a\": -}",
        "{\"a\": \"}",
        "{\"a",
        "{\"a\": nan}",
        "{\"a\": \"\\",
    ] {
        assert!(!is_object(text.as_bytes()), "{text}");
        assert_eq!(field(text.as_bytes(), "b"), None, "{text}");
    }
    assert!(!is_object(b"{\"\xff\": 1}") && is_object(b"{}") && is_object(b"\n{ }\t"));
    let deep = |levels: usize| format!("{{\"a\": {}1{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(is_object(deep(60).as_bytes()) && field(deep(60).as_bytes(), "a").is_some());
    assert!(!is_object(deep(30_000).as_bytes()) && field(deep(30_000).as_bytes(), "a").is_none());
}
