//! Entries deleted from a stream: single ones, or the oldest.

use super::{Inverse, Log, Stream, StreamId, node};

/// What to trim a stream to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrimTo {
    /// At most so many entries.
    Length(u64),
    /// No entry in front of this id.
    From(StreamId),
}

/// How to trim a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trim {
    /// To what.
    pub to: TrimTo,
    /// Delete whole nodes only, so that more may stay.
    pub is_approximate: bool,
    /// Delete at most so many entries, 0 for any number.
    pub limit: u64,
}

impl Stream {
    /// Deletes an entry; false when there is none with this id.
    pub fn delete(&mut self, id: StreamId, log: &mut Log<'_>) -> bool {
        if self.get(id).is_none() {
            return false;
        }
        self.log_figures(log);
        self.remove_entry(id, log);
        let figures = &mut self.figures;
        figures.length -= 1;
        figures.max_deleted_id = figures.max_deleted_id.max(id);
        log.note(1);
        if self.figures.first_id == id || self.figures.length == 0 {
            self.note_first();
        }
        true
    }

    /// Marks an entry as deleted, or removes the node that it is the last one of.
    fn remove_entry(&mut self, id: StreamId, log: &mut Log<'_>) {
        let Some(spot) = self.nodes.up_to(id) else { return };
        let Some((node_id, pack)) = self.nodes.at(spot) else { return };
        let left = node::Node { id: node_id, pack }.master().map_or(0, |master| master.entries);
        if left > 1 {
            self.edit_node_of(id, |pack, node_id| node::mark(pack, node_id, id, true));
            log.record(|| Inverse::Revive(id));
        } else if let Some(pack) = self.nodes.remove_at(spot) {
            log.record(|| Inverse::Node(node_id, pack));
        }
    }

    /// Deletes the oldest entries; how many, which is for the caller to count as changes.
    pub fn trim(&mut self, trim: &Trim, log: &mut Log<'_>) -> u64 {
        let before = self.figures.length;
        let mut is_logged = false;
        loop {
            let deleted = before - self.figures.length;
            let Some((id, pack)) = self.nodes.first() else { break };
            let Some(master) = (node::Node { id, pack }).master() else { break };
            let is_done = matches!(trim.to, TrimTo::Length(length) if self.figures.length <= length);
            if is_done || trim.limit > 0 && deleted + master.entries > trim.limit {
                break;
            }
            let goes_whole = match trim.to {
                TrimTo::Length(length) => self.figures.length - master.entries >= length,
                TrimTo::From(first) => (node::Node { id, pack }).last(&master).is_some_and(|last| last.id < first),
            };
            if !goes_whole && trim.is_approximate {
                break;
            }
            if !is_logged {
                self.log_figures(log);
                is_logged = true;
            }
            if !goes_whole {
                self.trim_node(id, trim.to, log);
                break;
            }
            self.figures.length -= master.entries;
            if let Some(pack) = self.nodes.remove(id) {
                log.record(|| Inverse::Node(id, pack));
            }
        }
        let deleted = before - self.figures.length;
        if deleted > 0 {
            self.note_first();
        }
        deleted
    }

    /// Marks the first entries of a node as deleted.
    fn trim_node(&mut self, id: StreamId, to: TrimTo, log: &mut Log<'_>) {
        let mut length = self.figures.length;
        let mut goes = |id: StreamId| match to {
            TrimTo::Length(most) if length <= most => false,
            TrimTo::Length(_) => {
                length -= 1;
                true
            }
            TrimTo::From(first) => id < first,
        };
        let deleted = self.edit_node_of(id, |pack, id| node::mark_first(pack, id, &mut goes)).unwrap_or_default();
        self.figures.length -= deleted.len() as u64;
        deleted.into_iter().for_each(|id| log.record(|| Inverse::Revive(id)));
    }

    /// Notes which entry is the first one now.
    fn note_first(&mut self) {
        let first = self.range(StreamId::MIN, StreamId::MAX, false).next();
        self.figures.first_id = first.map_or(StreamId::MIN, |entry| entry.id);
    }
}
