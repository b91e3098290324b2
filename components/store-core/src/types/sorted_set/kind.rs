//! What sorted sets have in common with other collections: names, memory, copies, and how changes are undone.

use super::packed::Packed;
use super::{Form, Member, SortedSet};
use crate::types::{Collection, Inverses, Kind, Typed};

/// How to undo one change of a sorted set.
pub enum Inverse {
    /// This member was removed; it comes with its score.
    Add(Member),
    /// This member was added.
    Remove(Box<[u8]>),
    /// This member had this score.
    Rescore(Member),
    /// The sorted set had another form, with the same members.
    Restore(SortedSet),
}

impl Typed for SortedSet {
    fn type_name(&self) -> &'static str {
        "zset"
    }

    fn encoding(&self) -> &'static str {
        match &self.0 {
            Form::Packed(_) => "listpack",
            Form::Large(_) => "skiplist",
        }
    }

    fn is_empty(&self) -> bool {
        SortedSet::is_empty(self)
    }

    fn weight(&self) -> usize {
        match &self.0 {
            Form::Packed(_) => 1,
            Form::Large(large) => large.len(),
        }
    }

    fn memory(&self, samples: usize) -> usize {
        match &self.0 {
            Form::Packed(packed) => crate::memory::taken(packed.listpack().allocated()),
            Form::Large(large) => large.memory(samples),
        }
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        match &mut self.0 {
            Form::Packed(_) => true,
            Form::Large(large) => large.free_some(budget),
        }
    }

    fn duplicate(&self) -> Collection {
        Collection::SortedSet(SortedSet(match &self.0 {
            Form::Packed(packed) => Form::Packed(packed.clone()),
            Form::Large(large) => Form::Large(Box::new(large.duplicate())),
        }))
    }
}

impl Kind for SortedSet {
    type Inverse = Inverse;

    fn of(collection: &Collection) -> Option<&SortedSet> {
        if let Collection::SortedSet(set) = collection { Some(set) } else { None }
    }

    fn of_mut(collection: &mut Collection) -> Option<&mut SortedSet> {
        if let Collection::SortedSet(set) = collection { Some(set) } else { None }
    }

    fn into_collection(self) -> Collection {
        Collection::SortedSet(self)
    }

    fn revert(&mut self, inverse: Inverse) {
        match (&mut self.0, inverse) {
            (_, Inverse::Restore(old)) => *self = old,
            (Form::Packed(packed), inverse) => revert_packed(packed, inverse),
            (Form::Large(large), Inverse::Add(member)) => {
                let (hash, _) = large.find(member.bytes());
                large.insert(hash, member);
            }
            (Form::Large(large), Inverse::Remove(member)) => {
                if let (hash, Some((at, _))) = large.find(&member) {
                    large.remove(hash, at);
                }
            }
            (Form::Large(large), Inverse::Rescore(member)) => {
                if let (_, Some((at, _))) = large.find(member.bytes()) {
                    large.rescore(at, member.score());
                }
            }
        }
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        match inverse {
            Inverse::Add(member) | Inverse::Rescore(member) => member.allocated(),
            Inverse::Remove(member) => member.len(),
            Inverse::Restore(old) => old.memory(1),
        }
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::SortedSet(inverses)
    }
}

fn revert_packed(packed: &mut Packed, inverse: Inverse) {
    let (name, score) = match &inverse {
        Inverse::Add(member) | Inverse::Rescore(member) => (member.bytes(), Some(member.score())),
        Inverse::Remove(name) => (&**name, None),
        Inverse::Restore(_) => return,
    };
    if let Some((place, _)) = packed.find(name) {
        packed.remove(place);
    }
    if let Some(score) = score {
        packed.insert(name, score);
    }
}
