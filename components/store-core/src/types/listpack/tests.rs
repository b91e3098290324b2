//! Listpacks against vectors, against bytes that Redis made, and against bytes that nobody should have made.

use super::*;
use crate::random::Random;

fn below(random: &mut Random, bound: u64) -> u64 {
    random.next() % bound
}

fn some_text(random: &mut Random) -> Vec<u8> {
    let number = random.next();
    match below(random, 12) {
        0 => (number % 128).to_string().into_bytes(),
        1 => (number.cast_signed() >> 51).to_string().into_bytes(),
        2 => (number.cast_signed() >> 47).to_string().into_bytes(),
        3 => (number.cast_signed() >> 40).to_string().into_bytes(),
        4 => (number.cast_signed() >> 32).to_string().into_bytes(),
        5 => number.cast_signed().to_string().into_bytes(),
        6 => vec![b'x'; (number % 70) as usize],
        7 => vec![b'y'; (number % 5_000) as usize],
        8 => vec![0xff; (number % 20_000) as usize],
        9 => b"007".to_vec(),
        _ => format!("element:{}", number % 50).into_bytes(),
    }
}

fn texts(pack: &Listpack) -> Vec<Vec<u8>> {
    pack.iter().map(|element| element.text().to_vec()).collect()
}

#[test]
fn a_listpack_agrees_with_a_vector_under_random_changes() {
    let mut random = Random::new(1);
    for round in 0..60 {
        let mut pack = Listpack::new();
        let mut model: Vec<Vec<u8>> = Vec::new();
        for _ in 0..400 {
            let text = some_text(&mut random);
            let element = Element::compact(&text);
            let at = below(&mut random, model.len() as u64 + 1) as usize;
            let place = pack.seek(at as i64);
            assert_eq!(place.is_some(), at < model.len());
            match (below(&mut random, 10), place) {
                (0, _) => {
                    pack.push_front(element);
                    model.insert(0, text);
                }
                (1 | 2, _) => {
                    pack.push_back(element);
                    model.push(text);
                }
                (3, _) => {
                    let there = pack.insert(place, element);
                    assert!(pack.get(there).equals(&text));
                    model.insert(at, text);
                }
                (4, Some(place)) => {
                    pack.replace(place, element);
                    model[at] = text;
                }
                (5 | 6, Some(place)) => {
                    let count = below(&mut random, 4) as usize;
                    pack.remove(place, count);
                    model.drain(at..(at + count).min(model.len()));
                }
                (7, Some(place)) => {
                    let rest = pack.split_off(place);
                    assert_eq!(texts(&rest), model[at..]);
                    assert_eq!(texts(&pack), model[..at]);
                    pack.append(&rest);
                }
                (8, Some(_)) => {
                    pack.first().into_iter().for_each(|first| pack.drop_first(first));
                    model.remove(0);
                }
                (9, Some(_)) => {
                    pack.last().into_iter().for_each(|last| pack.drop_last(last));
                    model.pop();
                }
                _ => {}
            }
            assert_eq!((pack.len(), pack.is_empty()), (model.len(), model.is_empty()));
            assert_eq!(pack.used(), pack.dumped().len());
        }
        assert_eq!(texts(&pack), model, "round {round}");
        let backwards: Vec<Vec<u8>> = pack.iter().rev().map(|element| element.text().to_vec()).collect();
        assert!(backwards.iter().eq(model.iter().rev()));
        for (index, text) in model.iter().enumerate() {
            let first = model.iter().position(|other| other == text).expect("it is in the model");
            assert_eq!(pack.find(pack.first(), text, 0), pack.seek(first as i64));
            let from_end = index as i64 - model.len() as i64;
            assert_eq!(pack.seek(from_end), pack.seek(index as i64));
        }
        assert_eq!(Listpack::validate(&pack.dumped()), Some(model.len()));
        assert_eq!(pack.clone().as_bytes(), &*pack.dumped());
        let copy = Listpack::from_bytes(&pack.dumped()).map(|copy| texts(&copy));
        assert_eq!(copy, Some(model));
    }
}

#[test]
fn elements_come_and_go_at_the_front_without_more_memory_than_at_the_back() {
    let (mut front, mut back) = (Listpack::new(), Listpack::new());
    for number in 0..2_000 {
        let element = Element::Integer(number * 37 % 20_000);
        front.push_front(element);
        back.push_back(element);
        assert_eq!((front.allocated(), front.used()), (back.allocated(), back.as_bytes().len()));
    }
    assert!(front.iter().eq(back.iter().rev()));
    while let (Some(first), Some(last)) = (front.first(), back.last()) {
        front.drop_first(first);
        back.drop_last(last);
        assert!(front.allocated() <= back.allocated() * 3 / 2 + 16, "{} for {}", front.allocated(), front.used());
    }
    assert_eq!((front.as_bytes(), back.as_bytes()), (Listpack::new().as_bytes(), Listpack::new().as_bytes()));
}

#[test]
fn a_gap_of_any_size_is_none_of_the_elements() {
    for removed in 1..300 {
        let mut pack = Listpack::new();
        (0..2_000).for_each(|_| pack.push_back(Element::Integer(1)));
        // An element of two bytes, then one of each size.
        pack.push_front(Element::Bytes(&vec![b'x'; removed]));
        pack.push_front(Element::Integer(2));
        for _ in 0..2 {
            pack.first().into_iter().for_each(|first| pack.drop_first(first));
        }
        for len in (0..removed).rev().step_by(7) {
            pack.push_front(Element::Bytes(&vec![b'y'; len]));
            assert!(pack.first().is_some_and(|first| pack.get(first).len() == len));
        }
        let copy = pack.clone();
        assert_eq!((copy.as_bytes(), Listpack::validate(copy.as_bytes())), (&*pack.dumped(), Some(pack.len())));
        assert!(pack.iter().eq(copy.iter()) && pack.iter().rev().eq(copy.iter().rev()));
        pack.close_gap();
        assert_eq!(pack.as_bytes(), copy.as_bytes());
    }
}

#[test]
fn bytes_are_those_of_redis() {
    let mut pack = Listpack::new();
    for text in ["a", "1", "127", "128", "-1", "4095", "-4096", "4096", "-32768", "8388607", "2147483647", "2147483648"]
    {
        pack.push_back(Element::compact(text.as_bytes()));
    }
    let expected: &[u8] = &[
        64, 0, 0, 0, 12, 0, // header
        0x81, b'a', 2, // a string of one byte
        1, 1, 127, 1, // 7 bits
        0xc0, 128, 2, 0xdf, 0xff, 2, 0xcf, 0xff, 2, 0xd0, 0, 2, // 13 bits
        0xf1, 0, 16, 3, 0xf1, 0, 0x80, 3, // 16
        0xf2, 0xff, 0xff, 0x7f, 4, // 24
        0xf3, 0xff, 0xff, 0xff, 0x7f, 5, // 32
        0xf4, 0, 0, 0, 0x80, 0, 0, 0, 0, 9, 0xff, // 64
    ];
    assert_eq!(pack.as_bytes()[6..], expected[6..]);
    assert_eq!(pack.as_bytes()[..6], [pack.as_bytes().len() as u8, 0, 0, 0, 12, 0]);
    let mut long = Listpack::new();
    long.push_back(Element::Bytes(&[b'x'; 64]));
    assert_eq!(long.as_bytes()[6..8], [0xe0, 64]);
    assert_eq!(long.as_bytes()[72..], [66, 0xff]);
    long.push_back(Element::Bytes(&[b'x'; 4096]));
    assert_eq!(long.as_bytes()[73..78], [0xf0, 0, 16, 0, 0]);
    assert_eq!(long.as_bytes()[78 + 4096..], [0x20, 0x85, 0xff], "4,101 bytes in two groups of seven bits");
}

#[test]
fn the_length_behind_an_element_is_read_back_at_every_size() {
    for len in [1, 126, 127, 128, 16_382, 16_383, 16_384, 2_097_150, 2_097_151, 2_097_152] {
        // An element with its head and its body together is so long.
        let head = if len < 65 {
            1
        } else if len < 4098 {
            2
        } else {
            5
        };
        let body = vec![b'x'; len - head];
        let mut pack = Listpack::new();
        pack.push_back(Element::Bytes(&body));
        pack.push_back(Element::Integer(5));
        assert_eq!(Listpack::validate(pack.as_bytes()), Some(2), "{len}");
        let mut backwards = pack.iter().rev();
        assert_eq!(backwards.next(), Some(Element::Integer(5)));
        assert_eq!(backwards.next(), Some(Element::Bytes(&body)));
        assert_eq!(backwards.next(), None);
    }
}

#[test]
fn more_elements_than_the_header_counts_are_counted_one_by_one() {
    let mut pack = Listpack::new();
    for number in 0..70_000 {
        pack.push_back(Element::Integer(number));
    }
    assert_eq!(pack.as_bytes()[4..6], [0xff, 0xff]);
    assert_eq!((pack.len(), Listpack::validate(pack.as_bytes())), (70_000, Some(70_000)));
    assert_eq!(pack.seek(69_999).map(|place| pack.get(place)), Some(Element::Integer(69_999)));
    assert_eq!(pack.seek(-70_000).map(|place| pack.get(place)), Some(Element::Integer(0)));
    assert_eq!((pack.seek(70_000), pack.seek(-70_001)), (None, None));
    let place = pack.seek(10).expect("there are more");
    pack.remove(place, 60_000);
    assert_eq!(pack.len(), 10_000);
    assert_eq!(pack.as_bytes()[4..6], [0x10, 0x27]);
}

#[test]
fn a_name_is_looked_for_among_names_only() {
    let mut pack = Listpack::new();
    for text in ["a", "b", "b", "a", "5", "6"] {
        pack.push_back(Element::compact(text.as_bytes()));
    }
    let index = |text: &[u8]| {
        let place = pack.find(pack.first(), text, 1)?;
        (0..6).find(|&index| pack.seek(index) == Some(place))
    };
    assert_eq!((index(b"a"), index(b"b"), index(b"5"), index(b"6")), (Some(0), Some(2), Some(4), None));
    assert_eq!(pack.find(None, b"a", 1), None);
}

#[test]
fn what_is_no_listpack_is_refused_and_what_is_taken_can_be_read() {
    let mut random = Random::new(3);
    let mut whole = Listpack::new();
    for _ in 0..20 {
        let text = some_text(&mut random);
        whole.push_back(Element::compact(text.get(..200).unwrap_or(&text)));
    }
    for len in 0..whole.as_bytes().len() {
        assert_eq!(Listpack::validate(&whole.as_bytes()[..len]), None);
    }
    let mut taken = 0;
    for _ in 0..200_000 {
        let mut bytes = whole.as_bytes().to_vec();
        for _ in 0..=below(&mut random, 3) {
            let at = below(&mut random, bytes.len() as u64) as usize;
            bytes[at] = random.next() as u8;
        }
        if let Some(pack) = Listpack::from_bytes(&bytes) {
            taken += 1;
            assert_eq!(pack.iter().count(), pack.iter().rev().count());
            assert_eq!(pack.iter().count(), pack.len());
        }
    }
    assert!(taken > 1_000, "{taken}");
    for bytes in [&[][..], &[7, 0, 0, 0, 0, 0], &[7, 0, 0, 0, 0, 0, 0], &[7, 0, 0, 0, 1, 0, 0xff]] {
        assert_eq!(Listpack::validate(bytes), None);
    }
    assert_eq!(Listpack::validate(&[7, 0, 0, 0, 0, 0, 0xff]), Some(0));
    assert_eq!(Listpack::validate(&[7, 0, 0, 0, 0xff, 0xff, 0xff]), Some(0));
}
