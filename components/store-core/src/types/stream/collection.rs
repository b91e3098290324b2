//! What a stream has in common with all types.

use super::{Inverse, Stream};
use crate::types::{Collection, Inverses, Kind, Typed};

impl Typed for Stream {
    fn type_name(&self) -> &'static str {
        "stream"
    }

    fn encoding(&self) -> &'static str {
        "stream"
    }

    /// Never: also without entries it is one.
    fn is_empty(&self) -> bool {
        false
    }

    fn weight(&self) -> usize {
        self.nodes.len() + self.groups.iter().map(|group| group.weight()).sum::<usize>()
    }

    fn memory(&self, samples: usize) -> usize {
        let nodes = self.nodes.len();
        let samples = if samples == 0 { nodes } else { samples.min(nodes) };
        let sampled: u64 = self.packs().take(samples).map(|(_, pack)| pack.allocated() as u64).sum();
        let groups: usize = self.groups.iter().map(|group| group.allocated()).sum();
        size_of::<Stream>()
            + self.nodes.allocated()
            + (sampled * nodes as u64 / samples.max(1) as u64) as usize
            + groups
    }

    fn free_some(&mut self, budget: &mut usize) -> bool {
        while *budget > 0
            && let Some(spot) = self.nodes.last_spot()
        {
            self.nodes.remove_at(spot);
            *budget -= 1;
        }
        while *budget > 0
            && let Some(group) = self.groups.last_mut()
        {
            if group.free_some(budget) {
                self.groups.pop();
            }
        }
        self.nodes.is_empty() && self.groups.is_empty()
    }

    fn duplicate(&self) -> Collection {
        self.clone().into_collection()
    }
}

impl Kind for Stream {
    type Inverse = Inverse;

    fn of(collection: &Collection) -> Option<&Stream> {
        match collection {
            Collection::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    fn of_mut(collection: &mut Collection) -> Option<&mut Stream> {
        match collection {
            Collection::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    fn into_collection(self) -> Collection {
        Collection::Stream(Box::new(self))
    }

    fn revert(&mut self, inverse: Inverse) {
        inverse.apply(self);
    }

    fn inverse_bytes(inverse: &Inverse) -> usize {
        inverse.bytes()
    }

    fn inverses(inverses: Vec<Inverse>) -> Inverses {
        Inverses::Stream(inverses)
    }
}
