//! Damage to components: bytes that change, sections that go, come twice, change places, or come from another one.
//!
//! A byte changed at random is mostly found out by the first check. What passes more of them is damage inside of the core
//! modules' code and data, which is therefore the most frequent.

use std::ops::Range;

use crate::random::Random;
use crate::sections::{self, CORE_MODULE, HEADER, section};

/// The sections of a core module whose bytes are mostly numbers: globals, elements, code, data.
const NUMBERS: [u8; 4] = [6, 9, 10, 11];

/// Values that are on the edge of something.
const EDGES: [u8; 10] = [0, 1, 2, 0x3f, 0x40, 0x41, 0x7f, 0x80, 0xfe, 0xff];

/// A damaged copy of `component`; `other` gives sections.
pub fn mutate(component: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = component.to_vec();
    for _ in 0..=random.below(3) {
        bytes = match random.below(10) {
            0 => change_bytes(bytes, HEADER..usize::MAX, random),
            1 => move_bytes(bytes, random),
            2 | 3 => change_sections(&bytes, other, random),
            _ => change_core(&bytes, random),
        };
    }
    bytes
}

/// Changes some bytes of this part.
fn change_bytes(mut bytes: Vec<u8>, part: Range<usize>, random: &mut Random) -> Vec<u8> {
    let part = part.start..part.end.min(bytes.len());
    for _ in 0..=random.below(4) {
        let Some(byte) = bytes.get_mut(part.start + random.below(part.len())) else { continue };
        *byte = match random.below(4) {
            0 => *byte ^ (1 << random.below(8)),
            1 => byte.wrapping_add(1),
            2 => byte.wrapping_sub(1),
            _ => random.pick(&EDGES).copied().unwrap_or_default(),
        };
    }
    bytes
}

/// Takes a piece away, doubles it, puts noise in, or cuts the end off.
fn move_bytes(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let begin = random.below(bytes.len());
    let end = (begin + random.below(64)).min(bytes.len());
    match random.below(4) {
        0 => drop(bytes.drain(begin..end)),
        1 => {
            let piece = bytes.get(begin..end).unwrap_or_default().to_vec();
            drop(bytes.splice(begin..begin, piece));
        }
        2 => {
            let count = random.below(64);
            let noise = random.bytes(count);
            drop(bytes.splice(begin..begin, noise));
        }
        _ => bytes.truncate(begin),
    }
    bytes
}

/// Sections go, come twice, change places, come from `other`, or have strange neighbours.
fn change_sections(bytes: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let part = |bytes: &[u8], range: Range<usize>| bytes.get(range).unwrap_or_default().to_vec();
    let mut pieces: Vec<Vec<u8>> = sections::of(bytes).into_iter().map(|section| part(bytes, section.whole)).collect();
    let (at, second) = (random.below(pieces.len()), random.below(pieces.len()));
    match random.below(5) {
        _ if pieces.is_empty() => {}
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(second, pieces.get(at).cloned().unwrap_or_default()),
        2 => pieces.swap(at, second),
        3 => {
            if let Some(foreign) = random.pick(&sections::of(other)) {
                pieces.insert(at, part(other, foreign.whole.clone()));
            }
        }
        _ => {
            let id = random.below(13) as u8;
            let count = random.below(32);
            pieces.insert(at, section(id, &random.bytes(count)));
        }
    }
    let mut changed = part(bytes, 0..HEADER.min(bytes.len()));
    changed.extend(pieces.into_iter().flatten());
    changed
}

/// Changes bytes inside of a core module of the component, mostly those of its code.
fn change_core(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let modules: Vec<_> = sections::of(bytes).into_iter().filter(|section| section.id == CORE_MODULE).collect();
    let Some(module) = random.pick(&modules) else { return bytes.to_vec() };
    let core = bytes.get(module.body.clone()).unwrap_or_default();
    let inner: Vec<_> =
        sections::of(core).into_iter().filter(|section| NUMBERS.contains(&section.id) || random.one_in(8)).collect();
    let Some(inner) = random.pick(&inner) else { return bytes.to_vec() };
    let begin = module.body.start;
    change_bytes(bytes.to_vec(), begin + inner.body.start..begin + inner.body.end, random)
}

#[cfg(test)]
mod tests {
    use super::mutate;
    use crate::random::Random;
    use crate::sections::section;

    #[test]
    fn a_seed_repeats_its_damage_and_others_do_other() {
        let mut core = b"\0asm\x01\0\0\0".to_vec();
        core.extend(section(10, &[7; 100]));
        let mut component = b"\0asm\x0d\0\x01\0".to_vec();
        component.extend(section(1, &core));
        let damaged = |seed| mutate(&component, &component, &mut Random::new(seed));
        let all: std::collections::BTreeSet<Vec<u8>> = (0..100).map(damaged).collect();
        assert!(all.len() > 60, "{} of 100 are different", all.len());
        assert_eq!(damaged(1), damaged(1));
        for seed in 0..1000 {
            mutate(&[], b"\0asm", &mut Random::new(seed));
        }
    }
}
