//! Vector sets: elements with vectors, found by name or by what they are near to, and perhaps with attributes.
//!
//! <https://redis.io/docs/latest/develop/data-types/vector-sets/>. [`super::vectors`] is what finds the near ones; here are
//! their names.

mod attributes;
mod kind;
mod projection;
#[cfg(test)]
mod tests;

pub use attributes::{field, is_object};
pub use kind::Inverse;
pub use projection::Projection;

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};

use super::vectors::filter::Expression;
use super::vectors::{Head, Index, Kind, Metric, Near, Options, Search, Stored};
use crate::keyspace::Log;
use crate::random::Random;
use crate::table::{Item, KeyOf, Keyed, Position, Table};

/// The most numbers of a vector.
pub const MOST_DIMENSIONS: usize = 4096;
/// The fewest and the most links of an element on a level, half of those on the lowest.
pub const LINKS: RangeInclusive<usize> = 4..=4096;
/// The widest search, also for the neighbours of a new element.
pub const MOST_EF: usize = 1_000_000;
/// Links when nobody says how many.
pub const USUAL_LINKS: usize = 16;
/// How wide a search for the neighbours of a new element is when nobody says. With half of it, a search at EF 1,000 among
/// 100,000 x 128 uniform numbers finds 0.94 of the nearest instead of 0.956, in half of the time to build.
pub const USUAL_EF_CONSTRUCTION: usize = 400;
/// The same of a set that VADD makes, by VADD's page.
pub const VADD_EF: usize = 200;
/// How wide a search is when nobody says.
pub const USUAL_EF: usize = 100;
/// The bytes of an element's name that no set exceeds.
pub const MOST_NAME_BYTES: usize = 32 << 10;
/// The bytes of an element's attributes that no set exceeds.
pub const MOST_ATTRIBUTE_BYTES: usize = 64 << 10;
/// The square of a vector's length stays below this, so that no sum of products overflows 32 bits.
pub const MOST_SQUARE: f32 = 1e37;

/// The same for all: two stores that were told the same hold the same graphs.
const SEED: u64 = 0x5eed;

/// Elements with vectors.
pub struct VectorSet {
    index: Index,
    /// Elements by name; the value is the slot.
    names: Table<Item>,
    /// The name of each slot, which `names` owns.
    slots: Vec<Option<KeyOf>>,
    /// The attributes of each slot as the key of an item; shorter than `slots` when the last ones have none.
    attributes: Vec<Option<Item>>,
    attributed: usize,
    projection: Option<Box<Projection>>,
    /// Whether it is one also without elements.
    stays: bool,
    /// The number of this set among all that were made, as Redis counts them.
    uid: u64,
    /// How many vectors were ever put into it.
    inserted: u64,
}

static NEXT_UID: AtomicU64 = AtomicU64::new(0);

/// What is near to what.
#[derive(Clone, Copy, Debug)]
pub enum Query<'a> {
    /// To these numbers, as many as a vector of the set has.
    Numbers(&'a [f32]),
    /// To this element, which is in the set.
    Element(&'a [u8]),
}

/// An element that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// How far it is.
    pub distance: f32,
    /// Its attributes, if it has some.
    pub attributes: Option<&'a [u8]>,
}

/// The options of an index that are not said.
pub fn usual(dimension: usize) -> Options {
    Options {
        dimension,
        metric: Metric::Cosine,
        kind: Kind::F32,
        links: USUAL_LINKS,
        ef_construction: USUAL_EF_CONSTRUCTION,
        seed: SEED,
    }
}

impl VectorSet {
    /// An empty one; `stays` says whether it is one also without elements.
    pub fn new(options: Options, projection: Option<Projection>, stays: bool, seed: [u64; 2]) -> VectorSet {
        VectorSet {
            index: Index::new(options),
            names: Table::new(seed),
            slots: Vec::new(),
            attributes: Vec::new(),
            attributed: 0,
            projection: projection.map(Box::new),
            stays,
            uid: next_uid(),
            inserted: 0,
        }
    }

    /// What it is made of.
    pub fn options(&self) -> &Options {
        self.index.options()
    }

    /// What makes shorter vectors of those that come, if they are to be shorter.
    pub fn projection(&self) -> Option<&Projection> {
        self.projection.as_deref()
    }

    /// Whether it is one also without elements.
    pub fn stays(&self) -> bool {
        self.stays
    }

    /// The number of this set among all that were made.
    pub fn uid(&self) -> u64 {
        self.uid
    }

    /// How many vectors were ever put into it.
    pub fn inserted(&self) -> u64 {
        self.inserted
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// How many numbers a vector has that is given to it.
    pub fn given_dimension(&self) -> usize {
        self.projection().map_or(self.options().dimension, Projection::from)
    }

    fn find(&self, name: &[u8]) -> (u64, Option<(Position, u32)>) {
        let (hash, at) = self.names.look_up(name);
        (hash, at.map(|at| (at, slot_of(self.names.entry(at)))))
    }

    /// The slot of an element.
    pub fn slot(&self, name: &[u8]) -> Option<u32> {
        self.find(name).1.map(|(_, slot)| slot)
    }

    /// The index, in which elements are slots.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The element in a slot.
    pub fn name(&self, slot: u32) -> Option<&[u8]> {
        let name = self.slots.get(slot as usize).copied().flatten()?;
        // SAFETY: the item is in `names` as long as the slot has its name: `take` and `replace_all` see to both.
        Some(unsafe { name.bytes() })
    }

    /// What is said of the element in a slot.
    pub fn attributes(&self, slot: u32) -> Option<&[u8]> {
        self.attributes.get(slot as usize)?.as_ref().map(Keyed::key)
    }

    /// How many elements have attributes.
    pub fn attributed(&self) -> usize {
        self.attributed
    }

    /// Adds an element, or gives it another vector; true when it is new. `numbers` are as many as a vector of the set has;
    /// `ef` is how wide the search for its neighbours is, if not as wide as always.
    pub fn put(&mut self, name: &[u8], numbers: &[f32], ef: Option<usize>, log: &mut Log<'_, Inverse>) -> bool {
        self.inserted += 1;
        if let Some(slot) = self.slot(name) {
            let old = self.vector_of(slot);
            self.index.replace(slot, numbers, ef);
            log.changed(|| Inverse::Vector { name: name.into(), vector: old });
            return false;
        }
        let random = self.index.random();
        let slot = self.index.insert_wide(numbers, ef);
        self.give_name(slot, name);
        log.changed(|| Inverse::Remove { name: name.into(), random });
        true
    }

    /// Sets or clears what is said of an element; false when it is not there.
    pub fn set_attributes(&mut self, name: &[u8], attributes: Option<&[u8]>, log: &mut Log<'_, Inverse>) -> bool {
        let Some(slot) = self.slot(name) else { return false };
        let old = self.swap_attributes(slot, attributes);
        log.changed(|| Inverse::Attributes { name: name.into(), old });
        true
    }

    /// Removes an element; false when it was not there.
    pub fn remove(&mut self, name: &[u8], log: &mut Log<'_, Inverse>) -> bool {
        let Some(slot) = self.slot(name) else { return false };
        let vector = if log.wants_inverses() { self.vector_of(slot) } else { Vector::default() };
        let attributes = self.take(name);
        log.changed(|| Inverse::Add { name: name.into(), vector, attributes });
        true
    }

    /// Finds the nearest to `query`, and shows them, nearest first. A `filter` finds only those for whose attributes it
    /// holds. An exact search compares all, and looks at none of the widths.
    pub fn search(
        &self,
        query: Query<'_>,
        search: Search,
        is_exact: bool,
        filter: Option<&Expression>,
        show: &mut dyn FnMut(Found<'_>),
    ) {
        let accepts = |slot| filter.is_none_or(|filter| self.holds(filter, slot));
        let near = match query {
            Query::Numbers(numbers) if is_exact => self.index.exact(numbers, search.count, &accepts),
            Query::Numbers(numbers) => self.index.search(numbers, search, &accepts),
            Query::Element(name) => match self.slot(name) {
                Some(slot) if is_exact => self.index.exact_near(slot, search.count, &accepts),
                Some(slot) => self.index.search_near(slot, search, &accepts),
                None => Vec::new(),
            },
        };
        for Near { distance, slot } in near {
            let Some(name) = self.name(slot) else { continue };
            show(Found { name, distance, attributes: self.attributes(slot) });
        }
    }

    fn holds(&self, filter: &Expression, slot: u32) -> bool {
        let Some(text) = self.attributes(slot) else { return false };
        filter.holds(&|name| field(text, name))
    }

    /// How alike what has this distance is, from the most alike down: 1 to 0 for the cosine and for bits, as in Redis; 1 to
    /// 0 for [`Metric::L2`]; the inner product.
    pub fn similarity(&self, distance: f32) -> f64 {
        let distance = f64::from(distance);
        match self.options().metric {
            Metric::Cosine => 1.0 - distance / 2.0,
            Metric::L2 => 1.0 / (1.0 + distance),
            Metric::InnerProduct => 1.0 - distance,
        }
    }

    /// The names of all elements, in no order.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.names.entries().map(Keyed::key)
    }

    /// An element chosen by chance.
    pub fn random(&self, random: &mut Random) -> Option<&[u8]> {
        self.names.random(random).map(Keyed::key)
    }

    /// Shows `count` different elements chosen by chance, all of them when there are not more.
    pub fn sample(&self, count: usize, random: &mut Random, show: &mut dyn FnMut(&[u8])) {
        self.names.sample(count, random, &mut |item| show(item.key()));
    }

    /// What a slot holds, as [`VectorSet::restore`] takes it.
    pub fn stored(&self, slot: u32) -> Option<Stored> {
        self.index.stored(slot)
    }

    /// Puts into an empty slot what one held in another set that was made of the same; false when the slot or the name is
    /// taken, or the vector is none of this set. After the last comes [`VectorSet::finish`].
    pub fn restore(&mut self, slot: u32, name: &[u8], stored: &Stored, attributes: Option<&[u8]>) -> bool {
        if self.slot(name).is_some() || self.index.restore(slot, stored).is_err() {
            return false;
        }
        self.give_name(slot, name);
        self.swap_attributes(slot, attributes);
        true
    }

    /// The end of restoring, with what [`Index::head`] gave, and how many vectors were ever put into the other set.
    pub fn finish(&mut self, head: Head, slots: u32, inserted: u64) {
        self.index.finish(head, slots);
        self.inserted = inserted;
    }

    fn vector_of(&self, slot: u32) -> Vector {
        let (length, level) = (self.index.length(slot), self.index.level(slot));
        Vector { bytes: self.index.bytes_of(slot).into(), length, level }
    }

    fn give_name(&mut self, slot: u32, name: &[u8]) {
        let item = Item::new(name, &slot.to_le_bytes(), None);
        if self.slots.len() <= slot as usize {
            self.slots.resize(slot as usize + 1, None);
        }
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Some(item.key_of());
        }
        self.names.insert(self.names.hash(name), item);
    }

    fn swap_attributes(&mut self, slot: u32, attributes: Option<&[u8]>) -> Option<Item> {
        let at = slot as usize;
        if attributes.is_some() && self.attributes.len() <= at {
            self.attributes.resize_with(at + 1, || None);
        }
        let new = attributes.map(|text| Item::new(text, b"", None));
        let old = self.attributes.get_mut(at).and_then(|place| std::mem::replace(place, new));
        self.attributed = self.attributed + usize::from(attributes.is_some()) - usize::from(old.is_some());
        old
    }

    /// Takes an element out of everything; its attributes.
    fn take(&mut self, name: &[u8]) -> Option<Item> {
        let (hash, found) = self.find(name);
        let (at, slot) = found?;
        self.index.remove(slot);
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = None;
        }
        self.names.remove(hash, at);
        self.swap_attributes(slot, None)
    }
}

fn next_uid() -> u64 {
    NEXT_UID.fetch_add(1, Ordering::Relaxed)
}

/// A vector as a set keeps it, see [`Index::bytes_of`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector {
    /// Its numbers.
    pub bytes: Box<[u8]>,
    /// How long it was when it came.
    pub length: f32,
    /// On how many levels above the lowest it is linked.
    pub level: u8,
}

fn slot_of(item: &Item) -> u32 {
    item.value().first_chunk().map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes))
}
