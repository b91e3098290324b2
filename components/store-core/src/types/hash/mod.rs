//! Hashes: fields with values, each of which may have a time to live.
//!
//! A small one is a listpack of names and values in turn, one with times has triples in it. One that has more fields or
//! longer ones than [`Limits`](crate::keyspace::limits::Limits) say is a table.

mod build;
mod collection;
mod expiry;
mod inverse;
mod large;
mod numbers;
mod packed;
mod random;
mod write;

#[cfg(test)]
mod tests;

pub use inverse::Inverse;
pub use write::Expiry;

use super::{Element, Listpack};
use crate::keyspace::limits::Limits;
use crate::table::{Item, Keyed};
use large::Large;
use packed::Timed;

/// What the operations that change a hash tell of it.
pub type Log<'a> = crate::keyspace::Log<'a, Inverse>;

/// The latest time that a field may be given, in milliseconds since the Unix epoch: Redis has 46 bits for it.
pub const LATEST_MS: i64 = (1 << 46) - 1;

/// A hash.
pub enum Hash {
    /// Names and values in turn.
    Pairs(Listpack),
    /// Names, values and times.
    Timed(Box<Timed>),
    /// A table of fields.
    Large(Box<Large>),
}

/// A field with all that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// What it is called.
    pub name: Element<'a>,
    /// What it holds.
    pub value: Element<'a>,
    /// When it expires, in milliseconds since the Unix epoch.
    pub expire_ms: Option<i64>,
}

impl Field<'_> {
    /// Whether its time has not come yet.
    #[inline]
    pub fn lives(&self, now_ms: i64) -> bool {
        self.expire_ms.is_none_or(|expire| expire >= now_ms)
    }
}

impl<'a> From<&'a Item> for Field<'a> {
    #[inline]
    fn from(item: &'a Item) -> Field<'a> {
        let (name, value) = (Element::Bytes(item.key()), Element::Bytes(item.value()));
        Field { name, value, expire_ms: item.expire_ms() }
    }
}

impl Hash {
    /// The listpack of a small one, and how many elements a field has in it.
    #[inline]
    fn packed(&self) -> Result<(&Listpack, usize), &Large> {
        match self {
            Hash::Pairs(pack) => Ok((pack, packed::PAIR)),
            Hash::Timed(timed) => Ok((&timed.pack, packed::TRIPLE)),
            Hash::Large(large) => Err(large),
        }
    }

    /// How many fields there are, with those whose time has come and that are not removed yet.
    pub fn len(&self) -> usize {
        match self.packed() {
            Ok((pack, width)) => pack.len() / width,
            Err(large) => large.table.len(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        match self.packed() {
            Ok((pack, _)) => pack.is_empty(),
            Err(large) => large.table.is_empty(),
        }
    }

    /// How many of them live.
    pub fn living(&self, now_ms: i64) -> usize {
        if !self.has_expired(now_ms) {
            return self.len();
        }
        let mut living = 0;
        self.each(now_ms, &mut |_| living += 1);
        living
    }

    /// The field of this name, unless its time has come.
    #[inline]
    pub fn field(&self, name: &[u8], now_ms: i64) -> Option<Field<'_>> {
        let field = match self.packed() {
            Ok((pack, width)) => packed::field(pack, packed::find(pack, width, name)?, width),
            Err(large) => Field::from(large.find(name)?),
        };
        Some(field).filter(|field| field.lives(now_ms))
    }

    /// The value of a field.
    #[inline]
    pub fn get(&self, name: &[u8], now_ms: i64) -> Option<Element<'_>> {
        self.field(name, now_ms).map(|field| field.value)
    }

    /// Visits every field that lives.
    pub fn each(&self, now_ms: i64, visit: &mut dyn FnMut(Field<'_>)) {
        let mut visit_living = |field: Field<'_>| {
            if field.lives(now_ms) {
                visit(field);
            }
        };
        match self.packed() {
            Ok((pack, width)) => packed::each(pack, width, &mut visit_living),
            Err(large) => large.table.entries().for_each(|item| visit_living(Field::from(item))),
        }
    }

    /// Visits about `count` fields that live; returns the cursor for the next page, 0 at the end. A small hash is one
    /// page.
    pub fn scan(&self, cursor: u64, count: usize, now_ms: i64, visit: &mut dyn FnMut(Field<'_>)) -> u64 {
        let Hash::Large(large) = self else {
            self.each(now_ms, visit);
            return 0;
        };
        large.table.scan(cursor, count, &mut |item| {
            let field = Field::from(item);
            if field.lives(now_ms) {
                visit(field);
            }
        })
    }
}

/// Whether a small hash may have this field.
#[inline]
fn fits(limits: &Limits, name: &[u8], value: &[u8]) -> bool {
    name.len().max(value.len()) <= limits.hash_bytes
}
