//! What a list has in common with all types.

use super::{Form, Inverse, List};
use crate::types::{Collection, Inverses, Kind, Listpack, Typed};

impl Typed for List {
    fn type_name(&self) -> &'static str {
        "list"
    }

    fn encoding(&self) -> &'static str {
        "quicklist"
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn weight(&self) -> usize {
        match &self.0 {
            Form::One(_) => 1,
            Form::Many(chain) => chain.nodes(),
        }
    }

    fn memory(&self, samples: usize) -> usize {
        let Form::Many(chain) = &self.0 else { return self.packs().map(Listpack::allocated).sum() };
        let nodes = chain.nodes();
        let samples = if samples == 0 { nodes } else { samples.min(nodes) };
        let sampled: u64 = chain.packs().take(samples).map(|pack| pack.allocated() as u64).sum();
        chain.allocated() + (sampled * nodes as u64 / samples.max(1) as u64) as usize
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        while *budget > 0 && !self.is_empty() {
            self.remove_node(self.end(false));
            *budget -= 1;
        }
        self.is_empty()
    }

    fn duplicate(&self) -> Collection {
        let mut copy = List::default();
        self.packs().for_each(|pack| copy.push_pack(pack.clone()));
        copy.into_collection()
    }
}

impl Kind for List {
    type Inverse = Inverse;

    fn of(collection: &Collection) -> Option<&List> {
        match collection {
            Collection::List(list) => Some(list),
            _ => None,
        }
    }

    fn of_mut(collection: &mut Collection) -> Option<&mut List> {
        match collection {
            Collection::List(list) => Some(list),
            _ => None,
        }
    }

    fn into_collection(self) -> Collection {
        Collection::List(self)
    }

    fn revert(&mut self, inverse: Inverse) {
        inverse.apply(self);
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        inverse.bytes()
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::List(inverses)
    }
}
