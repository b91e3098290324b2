use super::*;
use crate::random::Random;

type OfBytes = fn(u8, u8) -> u8;

fn bytes(random: &mut Random, most: u64) -> Vec<u8> {
    let len = random.next() % (most + 1);
    (0..len).map(|_| [0, 0xff, 1, 0x80, random.next() as u8][random.next() as usize % 5]).collect()
}

#[test]
fn counts_and_positions_agree_with_looking_at_every_bit() {
    let mut random = Random::new(3);
    for _ in 0..20_000 {
        let text = bytes(&mut random, 30);
        let mut position_in = |most: usize| (random.next() % (2 * most as u64 + 4)) as i64 - most as i64 - 2;
        let (start, end) = (position_in(text.len() * 8), position_in(text.len() * 8));
        let unit = if start % 2 == 0 { Unit::Bit } else { Unit::Byte };
        let Some(range) = Range::clamped(text.len(), start, end, unit) else { continue };
        let inside = range.first..=range.last;
        assert_eq!(count(&text, range), inside.clone().filter(|&at| bit(&text, at)).count());
        for set in [false, true] {
            let found = inside.clone().find(|&at| bit(&text, at) == set);
            assert_eq!(position(&text, set, range), found, "{text:?} {range:?}");
        }
    }
}

#[test]
fn ranges_clamp_as_those_of_redis() {
    let of = |start, end, unit| Range::clamped(3, start, end, unit).map(|range| (range.first, range.last));
    assert_eq!(of(0, -1, Unit::Byte), Some((0, 23)));
    assert_eq!(of(-1, 100, Unit::Byte), Some((16, 23)));
    assert_eq!(of(-100, -50, Unit::Byte), Some((0, 7)), "both count as the first byte");
    assert_eq!(of(5, 6, Unit::Bit), Some((5, 6)));
    assert_eq!(of(6, 5, Unit::Bit), None);
    assert_eq!(of(3, 3, Unit::Byte), None);
    assert_eq!(of(i64::MIN, i64::MAX, Unit::Bit), Some((0, 23)));
    assert_eq!(Range::clamped(0, 0, -1, Unit::Byte), None);
    assert_eq!(Range::all(0), None);
    assert!(!bit(b"", u64::MAX));
}

#[test]
fn strings_of_different_lengths_are_combined_as_if_they_went_on_with_zeros() {
    let mut random = Random::new(5);
    for _ in 0..2000 {
        let texts: Vec<Vec<u8>> = (0..1 + random.next() % 4).map(|_| bytes(&mut random, 40)).collect();
        let longest = texts.iter().map(Vec::len).max().unwrap_or(0);
        let byte = |text: &Vec<u8>, at: usize| text.get(at).copied().unwrap_or(0);
        let cases: [(Operation, OfBytes); 3] =
            [(Operation::And, |a, b| a & b), (Operation::Or, |a, b| a | b), (Operation::Xor, |a, b| a ^ b)];
        for (operation, of_bytes) in cases {
            let mut result = None;
            texts.iter().for_each(|text| combine(operation, &mut result, text));
            let bytes_at = |at: usize| texts.iter().map(move |text| byte(text, at));
            let expected: Vec<u8> = (0..longest).map(|at| bytes_at(at).reduce(of_bytes).unwrap_or(0)).collect();
            assert_eq!(result, Some(expected), "{operation:?} {texts:?}");
        }
    }
    let mut result = None;
    combine(Operation::Not, &mut result, b"\x0f\xff");
    assert_eq!(result, Some(vec![0xf0, 0]));
    assert_eq!(Operation::parse(b"xOr"), Some(Operation::Xor));
    assert_eq!(Operation::parse(b"nand"), None);
}

#[test]
fn a_field_gives_back_what_was_stored_and_touches_nothing_else() {
    let mut random = Random::new(11);
    for _ in 0..20_000 {
        let bits = 1 + random.next() as u8 % 64;
        let sign = if bits == 64 || random.next().is_multiple_of(2) { 'i' } else { 'u' };
        let field = Field::parse(format!("{sign}{bits}").as_bytes()).expect("it is a field");
        let old: Vec<u8> = (0..24).map(|_| random.next() as u8).collect();
        let position = random.next() % (24 * 8 - u64::from(bits) + 1);
        let value = field.store(random.next() as i64, Overflow::Wrap).expect("it wraps");
        let (offset, patch) = field.patch(&old, position, value);
        let mut new = old.clone();
        new[offset..offset + patch.len()].copy_from_slice(&patch);
        assert_eq!(field.get(&new, position), value);
        for at in (0..24 * 8).filter(|at| !(position..position + u64::from(bits)).contains(at)) {
            assert_eq!(bit(&old, at), bit(&new, at), "{field:?} at {position}");
        }
    }
}

#[test]
fn what_does_not_fit_wraps_saturates_or_fails() {
    let field = |text: &str| Field::parse(text.as_bytes()).expect("it is a field");
    let all = |field: Field, value, by| {
        [Overflow::Wrap, Overflow::Saturate, Overflow::Fail].map(|overflow| field.add(value, by, overflow))
    };
    assert_eq!(all(field("u8"), 250, 10), [Some(4), Some(255), None]);
    assert_eq!(all(field("u8"), 5, -10), [Some(251), Some(0), None]);
    assert_eq!(all(field("i8"), 127, 1), [Some(-128), Some(127), None]);
    assert_eq!(all(field("i64"), i64::MAX, 1), [Some(i64::MIN), Some(i64::MAX), None]);
    assert_eq!(all(field("i64"), i64::MIN, -1), [Some(i64::MAX), Some(i64::MIN), None]);
    assert_eq!(all(field("u63"), i64::MAX, 1), [Some(0), Some(i64::MAX), None]);
    assert_eq!(all(field("u1"), 1, 0), [Some(1); 3]);
    assert_eq!(field("u8").store(-1, Overflow::Saturate), Some(255));
    assert_eq!(field("u8").store(-1, Overflow::Wrap), Some(255));
    assert_eq!(field("i8").store(-129, Overflow::Saturate), Some(-128));
    assert_eq!(field("i8").store(i64::MIN + 127, Overflow::Saturate), Some(127));
    assert_eq!(field("i8").store(i64::MIN + 128, Overflow::Saturate), Some(-128));
    for text in ["", "u", "i0", "u64", "i65", "x8", "U8", "i08", "i-1"] {
        assert_eq!(Field::parse(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn fields_behind_the_end_are_zero() {
    let field = Field::parse(b"i64").expect("it is a field");
    assert_eq!(field.get(b"", 0), 0);
    assert_eq!(field.get(b"\x80", 0), i64::MIN);
    assert_eq!(field.get(b"\xff", 1 << 40), 0);
}
