//! Streams: entries of fields and values under ascending ids, and groups of consumers that read them.
//!
//! Entries stand in nodes, which are listpacks of about a hundred (see `node.rs`), and the nodes in the order of their first
//! entries' ids. A stream that lost its entries is still one: it knows its last id, and its groups.

mod append;
mod collection;
mod consume;
mod entries;
mod figures;
mod group;
mod groups;
mod id;
mod node;
mod ordered;
mod trim;
mod undo;

#[cfg(test)]
mod tests;

pub use append::AppendError;
pub use entries::{Entries, Entry};
pub use figures::Figures;
pub use group::{Consumer, ConsumerId, Group, Pending};
pub use id::{NewId, StreamId};
pub use node::Pairs;
pub use ordered::Ordered;
pub use trim::{Trim, TrimTo};
pub use undo::Inverse;

use super::Listpack;
use crate::sorting;

/// What changes of a stream are told to.
pub type Log<'a> = crate::keyspace::Log<'a, Inverse>;

/// A stream.
#[derive(Clone, Default)]
pub struct Stream {
    nodes: Ordered<Listpack>,
    figures: Figures,
    /// In the order of their names.
    groups: Vec<Group>,
}

impl Stream {
    /// What it knows of itself.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The entries from one id to another, both included, or from the last to the first.
    pub fn range(&self, start: StreamId, end: StreamId, backwards: bool) -> Entries<'_> {
        Entries::new(&self.nodes, start, end, backwards)
    }

    /// The entry with this id.
    pub fn get(&self, id: StreamId) -> Option<Entry<'_>> {
        self.range(id, id, false).next()
    }

    /// The id of the last entry that is there.
    pub fn last_entry_id(&self) -> Option<StreamId> {
        self.range(StreamId::MIN, StreamId::MAX, true).next().map(|entry| entry.id)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The nodes and their ids.
    pub fn packs(&self) -> impl Iterator<Item = (StreamId, &Listpack)> {
        self.packs_from(StreamId::MIN)
    }

    /// The nodes from an id on, and their ids.
    pub fn packs_from(&self, id: StreamId) -> impl Iterator<Item = (StreamId, &Listpack)> {
        self.nodes.iter_from(id)
    }

    /// A stream of nodes that come from outside, none unless they are sound and in order, no two groups have the same
    /// name, and there are as many entries as the figures say, none behind the last id.
    pub fn of_parts(packs: Vec<(StreamId, Listpack)>, figures: Figures, mut groups: Vec<Group>) -> Option<Stream> {
        let (mut length, mut last) = (0, None);
        let mut nodes = Ordered::default();
        for (id, pack) in packs {
            let node = node::Node { id, pack: &pack };
            length += node.count_sound(&mut last)?;
            nodes.insert(id, pack);
        }
        sorting::sort_by(&mut groups, |one, other| one.name.cmp(&other.name));
        let is_consistent = length == figures.length
            && last.is_none_or(|last| last <= figures.last_id)
            && groups.is_sorted_by(|one, next| one.name != next.name);
        is_consistent.then_some(Stream { nodes, figures, groups })
    }

    /// The id of the first entry in nodes that come from outside.
    pub fn first_of(packs: &[(StreamId, Listpack)]) -> Option<StreamId> {
        packs.iter().find_map(|(id, pack)| node::Node { id: *id, pack }.first_living())
    }

    /// Changes the node that an id is in, if there is one; its own id is told.
    fn edit_node_of<R>(&mut self, id: StreamId, change: impl FnOnce(&mut Listpack, StreamId) -> R) -> Option<R> {
        let spot = self.nodes.up_to(id)?;
        let (node_id, _) = self.nodes.at(spot)?;
        self.nodes.at_mut(spot).map(|pack| change(pack, node_id))
    }
}
