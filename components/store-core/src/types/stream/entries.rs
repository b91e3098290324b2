//! Going through the entries of a stream from any id in either direction.

use super::node::{Master, Node, Pairs, Record};
use super::ordered::{Ordered, Spot};
use super::{Listpack, StreamId};

/// An entry that is not deleted.
#[derive(Clone)]
pub struct Entry<'a> {
    /// Its name.
    pub id: StreamId,
    /// How many fields it has.
    pub len: usize,
    /// Its fields with their values.
    pub pairs: Pairs<'a>,
}

/// Entries from one id to another, both included.
pub struct Entries<'a> {
    nodes: &'a Ordered<Listpack>,
    /// The node at hand, the next one is to be looked for behind it.
    spot: Option<Spot>,
    node: Option<(Node<'a>, Master)>,
    next: Option<Record>,
    start: StreamId,
    end: StreamId,
    backwards: bool,
}

impl<'a> Entries<'a> {
    pub(super) fn new(nodes: &'a Ordered<Listpack>, start: StreamId, end: StreamId, backwards: bool) -> Entries<'a> {
        // An entry stands in the last node that begins in front of it.
        let spot = match nodes.up_to(if backwards { end } else { start }) {
            None if !backwards => nodes.from(start),
            spot => spot,
        };
        let mut entries = Entries { nodes, spot, node: None, next: None, start, end, backwards };
        entries.enter();
        entries
    }

    /// Begins with the node at hand.
    fn enter(&mut self) -> Option<()> {
        let (id, pack) = self.nodes.at(self.spot?)?;
        let node = Node { id, pack };
        let master = node.master()?;
        self.node = Some((node, master));
        self.next = if self.backwards { node.last(&master) } else { node.first(&master) };
        Some(())
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            let (node, master) = self.node?;
            let Some(record) = self.next else {
                self.spot = self.nodes.step(self.spot?, self.backwards);
                self.node = None;
                self.enter()?;
                continue;
            };
            self.next = if self.backwards { node.previous(&master, &record) } else { node.next(&master, &record) };
            if record.is_deleted() {
                // Its id may be any, since XSETID goes back behind deleted entries.
                continue;
            }
            let (is_behind, is_in_front) = (record.id > self.end, record.id < self.start);
            if if self.backwards { is_in_front } else { is_behind } {
                self.node = None;
                return None;
            }
            if !(is_behind || is_in_front) {
                return Some(Entry { id: record.id, len: record.pairs, pairs: node.pairs(&master, &record) });
            }
        }
    }
}
