//! What sets have in common with other collections: names, memory, copies, and how changes are undone.

use super::{Form, Set};
use crate::memory;
use crate::table::{Item, Keyed, Table};
use crate::types::{Collection, Inverses, Kind, Typed};

/// How to undo one change of a set.
pub enum Inverse {
    /// This number was removed.
    AddInteger(i64),
    /// This number was added.
    RemoveInteger(i64),
    /// This member was removed.
    Add(Item),
    /// This member was added.
    Remove(Box<[u8]>),
    /// The set had another form, with the same members.
    Restore(Set),
}

impl Typed for Set {
    fn type_name(&self) -> &'static str {
        "set"
    }

    fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Integers(_) => "intset",
            Form::Table(_) => "hashtable",
        }
    }

    fn is_empty(&self) -> bool {
        Set::is_empty(self)
    }

    fn weight(&self) -> usize {
        match &self.0 {
            Form::Integers(_) => 1,
            Form::Table(table) => table.len(),
        }
    }

    fn memory(&self, samples: usize) -> usize {
        match &self.0 {
            Form::Integers(integers) => memory::taken(integers.as_bytes().len()),
            Form::Table(table) => {
                let items = table.memory(samples, |item| memory::taken(item.allocated()));
                memory::taken(size_of::<Table<Item>>()) + items
            }
        }
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        match &mut self.0 {
            Form::Integers(_) => true,
            Form::Table(table) => table.free_some(budget),
        }
    }

    fn duplicate(&self) -> Collection {
        let form = match &self.0 {
            Form::Integers(integers) => Form::Integers(integers.clone()),
            Form::Table(table) => {
                // The same seed: nobody learns more from a copy than from the set.
                let mut copy = Box::new(table.fresh());
                for item in table.entries() {
                    copy.insert(copy.hash(item.key()), item.duplicate());
                }
                Form::Table(copy)
            }
        };
        Collection::Set(Set(form))
    }
}

impl Kind for Set {
    type Inverse = Inverse;

    fn of(collection: &Collection) -> Option<&Set> {
        if let Collection::Set(set) = collection { Some(set) } else { None }
    }

    fn of_mut(collection: &mut Collection) -> Option<&mut Set> {
        if let Collection::Set(set) = collection { Some(set) } else { None }
    }

    fn into_collection(self) -> Collection {
        Collection::Set(self)
    }

    fn revert(&mut self, inverse: Inverse) {
        match (&mut self.0, inverse) {
            (_, Inverse::Restore(old)) => *self = old,
            (Form::Integers(integers), Inverse::AddInteger(number)) => drop(integers.insert(number)),
            (Form::Integers(integers), Inverse::RemoveInteger(number)) => drop(integers.remove(number)),
            (Form::Table(table), Inverse::Add(item)) => drop(table.insert(table.hash(item.key()), item)),
            (Form::Table(table), Inverse::Remove(member)) => {
                let hash = table.hash(&member);
                if let Some(at) = table.find(hash, &member) {
                    table.remove(hash, at);
                }
            }
            _ => debug_assert!(false, "changes are undone in the form in which they were made"),
        }
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        match inverse {
            Inverse::AddInteger(_) | Inverse::RemoveInteger(_) => 0,
            Inverse::Add(item) => item.allocated(),
            Inverse::Remove(member) => member.len(),
            Inverse::Restore(old) => old.memory(1),
        }
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::Set(inverses)
    }
}
