//! Vector sets: what they are made of, then each element with its links.

use super::{Slice, Steps};
use crate::rdb::output::Output;
use crate::rdb::types;
use crate::rdb::vector_set::MODULE_ID;
use crate::types::VectorSet;
use crate::types::vector_set::Projection;
use crate::types::vectors::{Kind, Metric};

pub(super) fn write(set: &VectorSet, steps: &mut Steps, slice: Slice, out: &mut Output) -> bool {
    let start = out.bytes.len();
    if steps.begins() {
        steps.ranks = ranks(set);
        head(set, &steps.ranks, out);
    }
    while (steps.at as usize) < steps.ranks.len() {
        if slice.is_full(out, start) {
            return false;
        }
        element(set, &steps.ranks, steps.at as u32, out);
        steps.at += 1;
    }
    out.length(types::MODULE_END);
    true
}

/// Slots that hold nothing are not written, so the others get other numbers.
fn ranks(set: &VectorSet) -> Vec<u32> {
    let (_, slots) = set.index().head();
    let mut rank = 0;
    let mut next = |slot| {
        let own = rank;
        rank += u32::from(set.index().contains(slot));
        own
    };
    (0..slots).map(&mut next).collect()
}

fn head(set: &VectorSet, ranks: &[u32], out: &mut Output) {
    let options = set.options();
    let (head, _) = set.index().head();
    let entry = head.entry.and_then(|entry| ranks.get(entry as usize));
    out.length(MODULE_ID);
    let metric = match options.metric {
        Metric::Cosine => 0,
        Metric::L2 => 1,
        Metric::InnerProduct => 2,
    };
    let kind = match options.kind {
        Kind::F32 => 0,
        Kind::Int8 => 1,
        Kind::Binary => 2,
    };
    for value in [
        options.dimension as u64,
        metric,
        kind,
        options.links as u64,
        options.ef_construction as u64,
        u64::from(set.stays()),
        set.projection().map_or(0, Projection::from) as u64,
        set.len() as u64,
        entry.map_or(0, |entry| u64::from(*entry) + 1),
        head.random,
        set.inserted(),
    ] {
        number(value, out);
    }
}

fn element(set: &VectorSet, ranks: &[u32], slot: u32, out: &mut Output) {
    let (Some(name), Some(stored)) = (set.name(slot), set.stored(slot)) else { return };
    let mut links = Vec::new();
    for level in &stored.neighbours {
        let there = level.iter().filter(|slot| set.index().contains(**slot));
        let level: Vec<u32> = there.filter_map(|slot| ranks.get(*slot as usize).copied()).collect();
        links.extend((level.len() as u16).to_le_bytes());
        links.extend(level.iter().flat_map(|rank| rank.to_le_bytes()));
    }
    text(name, out);
    text(&stored.bytes, out);
    out.length(types::MODULE_FLOAT);
    out.bytes.extend(stored.length.to_le_bytes());
    text(set.attributes(slot).unwrap_or_default(), out);
    text(&links, out);
}

fn number(value: u64, out: &mut Output) {
    out.length(types::MODULE_NUMBER);
    out.length(value);
}

fn text(bytes: &[u8], out: &mut Output) {
    out.length(types::MODULE_STRING);
    out.string(bytes);
}
