//! How changes to streams are undone.

use super::group::{Consumer, ConsumerId, Pending};
use super::{Figures, Group, Listpack, Stream, StreamId, node};

/// How to undo one change. Groups are named by their places, consumers by their numbers, as they are when everything later
/// has been undone.
pub enum Inverse {
    /// Give the stream its figures back.
    Figures(Box<Figures>),
    /// Take the last entry out.
    Unappend,
    /// Put a node back.
    Node(StreamId, Listpack),
    /// An entry is no longer deleted.
    Revive(StreamId),
    /// Put a group back.
    AddGroup(usize, Box<Group>),
    /// Remove a group.
    RemoveGroup(usize),
    /// Give a group its position back: the last entry delivered, and how many were read.
    Position(usize, StreamId, Option<u64>),
    /// Put a consumer back, with nothing pending.
    AddConsumer(usize, ConsumerId, Box<Consumer>),
    /// Remove a consumer.
    RemoveConsumer(usize, ConsumerId),
    /// A consumer was last seen then.
    Seen(usize, ConsumerId, i64),
    /// This was pending of an entry.
    Pending(usize, StreamId, Option<Pending>),
}

impl Inverse {
    pub(super) fn apply(self, stream: &mut Stream) {
        match self {
            Inverse::Figures(figures) => stream.figures = *figures,
            Inverse::Unappend => stream.unappend(),
            Inverse::Node(id, pack) => drop(stream.nodes.insert(id, pack)),
            Inverse::Revive(id) => {
                stream.edit_node_of(id, |pack, node_id| node::mark(pack, node_id, id, false));
            }
            Inverse::AddGroup(at, group) => stream.groups.insert(at.min(stream.groups.len()), *group),
            Inverse::RemoveGroup(at) => drop(stream.groups.remove(at)),
            Inverse::Position(at, last_id, entries_read) => {
                let group = stream.group_mut(at);
                (group.last_id, group.entries_read) = (last_id, entries_read);
            }
            Inverse::AddConsumer(at, id, consumer) => stream.group_mut(at).put_back(id, consumer),
            Inverse::RemoveConsumer(at, id) => drop(stream.group_mut(at).remove(id)),
            Inverse::Seen(at, id, seen_ms) => {
                stream.group_mut(at).see(id, seen_ms);
            }
            Inverse::Pending(at, id, pending) => {
                stream.group_mut(at).set_pending(id, pending);
            }
        }
    }

    /// The bytes that it takes beyond its own size. Nodes, groups and consumers were there before.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Inverse::Figures(_) => size_of::<Figures>(),
            _ => 0,
        }
    }
}
