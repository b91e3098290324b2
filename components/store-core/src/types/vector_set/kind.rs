//! What vector sets have in common with other collections: names, memory, copies, and how changes are undone.

use super::{Vector, VectorSet, usual};
use crate::memory;
use crate::table::{Item, Keyed};
use crate::types::{Collection, Inverses, Kind, Typed};

/// How to undo one change of a vector set. What it holds is then what it held before; its links need not be the same.
pub enum Inverse {
    /// This element was removed.
    Add {
        /// Its name.
        name: Box<[u8]>,
        /// What it was near to.
        vector: Vector,
        /// What was said of it.
        attributes: Option<Item>,
    },
    /// This element was added.
    Remove {
        /// Its name.
        name: Box<[u8]>,
        /// What chance would have done next.
        random: u64,
    },
    /// This element had another vector.
    Vector {
        /// Its name.
        name: Box<[u8]>,
        /// What it was near to.
        vector: Vector,
    },
    /// Something else was said of this element.
    Attributes {
        /// Its name.
        name: Box<[u8]>,
        /// What was said of it.
        old: Option<Item>,
    },
}

impl Default for VectorSet {
    /// What the first command replaces, which knows of what it is made.
    fn default() -> VectorSet {
        VectorSet::new(usual(0), None, false, [0; 2])
    }
}

impl Typed for VectorSet {
    fn type_name(&self) -> &'static str {
        "vectorset"
    }

    /// As values of modules, which vector sets are in Redis.
    fn encoding(&self) -> &'static str {
        "raw"
    }

    fn is_empty(&self) -> bool {
        !self.stays && VectorSet::is_empty(self)
    }

    fn weight(&self) -> usize {
        1 + self.len()
    }

    fn memory(&self, samples: usize) -> usize {
        let names = self.names.memory(samples, |item| memory::taken(item.allocated()));
        let sampled = if samples == 0 { self.attributed } else { samples.min(self.attributed) };
        let some = self.attributes.iter().flatten().take(sampled).map(|item| memory::taken(item.allocated()));
        let some = some.sum::<usize>() as u64 * self.attributed as u64;
        let attributes = some.checked_div(sampled as u64).unwrap_or_default() as usize;
        let by_slot = size_of::<Option<Item>>() * (self.slots.capacity() + self.attributes.capacity());
        memory::taken(size_of::<VectorSet>()) + self.index.bytes() + names + attributes + by_slot
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        self.slots = Vec::new();
        while *budget > 0 && self.attributes.pop().is_some() {
            *budget -= 1;
        }
        while *budget > 0 && self.index.free_piece() {
            *budget -= 1;
        }
        *budget > 0 && self.names.free_some(budget)
    }

    fn duplicate(&self) -> Collection {
        // The same seed: nobody learns more from a copy than from the set.
        let (names, projection) = (self.names.fresh(), self.projection.clone());
        let (slots, attributes) = (Vec::with_capacity(self.slots.len()), Vec::new());
        let (index, uid, stays) = (self.index.clone(), super::next_uid(), self.stays);
        let mut copy = VectorSet {
            index,
            names,
            slots,
            attributes,
            attributed: 0,
            projection,
            stays,
            uid,
            inserted: self.inserted,
        };
        for slot in self.index.slots() {
            if let Some(name) = self.name(slot) {
                copy.give_name(slot, name);
                copy.swap_attributes(slot, self.attributes(slot));
            }
        }
        copy.into_collection()
    }
}

impl Kind for VectorSet {
    type Inverse = Inverse;

    fn of(collection: &Collection) -> Option<&VectorSet> {
        if let Collection::VectorSet(set) = collection { Some(set) } else { None }
    }

    fn of_mut(collection: &mut Collection) -> Option<&mut VectorSet> {
        if let Collection::VectorSet(set) = collection { Some(set) } else { None }
    }

    fn into_collection(self) -> Collection {
        Collection::VectorSet(Box::new(self))
    }

    fn revert(&mut self, inverse: Inverse) {
        match inverse {
            Inverse::Remove { name, random } => {
                self.take(&name);
                self.inserted -= 1;
                self.index.set_random(random);
            }
            Inverse::Add { name, vector, attributes } => {
                let slot = self.index.insert_bytes(&vector.bytes, vector.length, vector.level);
                debug_assert!(slot.is_ok(), "they are the set's own bytes");
                if let Ok(slot) = slot {
                    self.give_name(slot, &name);
                    self.swap_attributes(slot, attributes.as_ref().map(Keyed::key));
                }
            }
            Inverse::Vector { name, vector } => {
                self.inserted -= 1;
                if let Some(slot) = self.slot(&name) {
                    let done = self.index.replace_bytes(slot, &vector.bytes, vector.length);
                    debug_assert!(done.is_ok(), "they are the set's own bytes");
                }
            }
            Inverse::Attributes { name, old } => {
                if let Some(slot) = self.slot(&name) {
                    self.swap_attributes(slot, old.as_ref().map(Keyed::key));
                }
            }
        }
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        let of_item = |item: &Option<Item>| item.as_ref().map_or(0, Item::allocated);
        match inverse {
            Inverse::Remove { name, .. } => name.len(),
            Inverse::Add { name, vector, attributes } => name.len() + vector.bytes.len() + of_item(attributes),
            Inverse::Vector { name, vector } => name.len() + vector.bytes.len(),
            Inverse::Attributes { name, old } => name.len() + of_item(old),
        }
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::VectorSet(inverses)
    }
}
