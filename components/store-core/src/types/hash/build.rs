//! Hashes made of what comes from outside, before they are a key's value.

use super::large::Large;
use super::packed::{self, PAIR, TRIPLE, Timed};
use super::{Element, Field, Hash, Listpack, fits};
use crate::keyspace::limits::Limits;
use crate::sorting;
use crate::table::Item;

impl Hash {
    /// Adds a field; false when there is one of this name.
    pub fn build(&mut self, name: &[u8], value: &[u8], expire_ms: Option<i64>, limits: &Limits) -> bool {
        if let Ok((pack, width)) = self.packed() {
            if packed::find(pack, width, name).is_some() {
                return false;
            }
            if !fits(limits, name, value) || pack.len() / width >= limits.hash_entries {
                *self = Hash::Large(Box::new(Large::of(self, limits.seed)));
            } else if width == PAIR && expire_ms.is_some() {
                let mut timed = Box::new(Timed { pack: Listpack::new(), earliest_ms: i64::MAX });
                packed::each(pack, PAIR, &mut |field| packed::push(&mut timed.pack, TRIPLE, &field));
                *self = Hash::Timed(timed);
            }
        }
        let field = Field { name: Element::Bytes(name), value: Element::Bytes(value), expire_ms };
        match self {
            Hash::Pairs(pack) => packed::push(pack, PAIR, &field),
            Hash::Timed(timed) => {
                packed::push(&mut timed.pack, TRIPLE, &field);
                timed.earliest_ms = timed.earliest_ms.min(expire_ms.unwrap_or(i64::MAX));
            }
            Hash::Large(large) => {
                if large.find(name).is_some() {
                    return false;
                }
                large.add(Item::new(name, value, expire_ms));
            }
        }
        true
    }

    /// A listpack of names and values, and of times if it has some, 0 for none; none when it is no hash.
    pub fn of_listpack(pack: Listpack, has_times: bool, limits: &Limits) -> Option<Hash> {
        let width = if has_times { TRIPLE } else { PAIR };
        let len = pack.len();
        if !len.is_multiple_of(width) {
            return None;
        }
        let mut names = Vec::new();
        let mut earliest_ms = i64::MAX;
        let mut elements = pack.iter();
        while let (Some(name), Some(_)) = (elements.next(), elements.next()) {
            names.push(name.text());
            if has_times {
                // A time is an integer also where it does not look like one.
                let Element::Integer(time) = elements.next()? else { return None };
                if time < 0 {
                    return None;
                }
                earliest_ms = earliest_ms.min(if time == 0 { i64::MAX } else { time });
            }
        }
        let mut sorted: Vec<&[u8]> = names.iter().map(|name| &**name).collect();
        sorting::sort_by(&mut sorted, |one, other| one.cmp(other));
        let has_twins = sorted.windows(2).any(|names| names.first() == names.last());
        drop(names);
        if has_twins {
            return None;
        }
        let hash = if has_times { Hash::Timed(Box::new(Timed { pack, earliest_ms })) } else { Hash::Pairs(pack) };
        Some(if len / width > limits.hash_entries {
            Hash::Large(Box::new(Large::of(&hash, limits.seed)))
        } else {
            hash
        })
    }

    /// A time before which no field expires that lives now; none when none expires. Exact for a small hash.
    pub fn first_expiry_ms(&self, now_ms: i64) -> Option<i64> {
        match self {
            Hash::Timed(_) => {
                let mut first = i64::MAX;
                self.each(now_ms, &mut |field| first = first.min(field.expire_ms.unwrap_or(i64::MAX)));
                Some(first).filter(|&first| first != i64::MAX)
            }
            _ => self.earliest_ms().map(|earliest| earliest.max(now_ms)),
        }
    }
}
