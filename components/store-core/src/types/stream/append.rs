//! Entries added to a stream.

use ferrite_resp::Args;

use super::{Figures, Inverse, Log, NewId, Stream, StreamId, node};
use crate::keyspace::limits::Limits;

/// The most bytes of fields and values in one entry, and of a node whatever the settings say.
const ENTRY_MAX: usize = 1 << 30;

/// Why an entry was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendError {
    /// There is no id behind the last one.
    Exhausted,
    /// The id is not behind the last one.
    NotBehind,
    /// There is no id of this time behind the last one.
    NoNumber,
    /// Fields and values have too many bytes.
    TooLarge,
}

impl Stream {
    /// Adds an entry of these fields and values in turn; its id.
    pub fn append(&mut self, new: NewId, pairs: Args<'_>, log: &mut Log<'_>) -> Result<StreamId, AppendError> {
        let last = self.figures.last_id;
        if last == StreamId::MAX {
            return Err(AppendError::Exhausted);
        }
        let id = self.new_id(new, log.now_ms as u64)?;
        if id <= last {
            return Err(AppendError::NotBehind);
        }
        let bytes = pairs.total_bytes();
        if bytes > ENTRY_MAX {
            return Err(AppendError::TooLarge);
        }
        self.log_figures(log);
        let spot = self.nodes.last_spot().filter(|_| self.last_has_room(bytes, log.limits));
        match spot.and_then(|spot| self.nodes.at(spot)) {
            Some((node_id, _)) => {
                self.edit_node_of(node_id, |pack, node_id| node::append(pack, node_id, id, &pairs));
            }
            None => {
                let mut pack = node::start(&pairs);
                node::append(&mut pack, id, id, &pairs);
                self.nodes.insert(id, pack);
            }
        }
        let figures = &mut self.figures;
        let first_id = if figures.length == 0 { id } else { figures.first_id };
        let (length, entries_added) = (figures.length + 1, figures.entries_added.wrapping_add(1));
        *figures = Figures { length, last_id: id, first_id, entries_added, ..*figures };
        log.changed(|| Inverse::Unappend);
        Ok(id)
    }

    fn new_id(&self, new: NewId, now_ms: u64) -> Result<StreamId, AppendError> {
        let last = self.figures.last_id;
        match new {
            NewId::Exactly(id) => Ok(id),
            NewId::Any if now_ms > last.ms => Ok(StreamId { ms: now_ms, seq: 0 }),
            NewId::Any => last.next().ok_or(AppendError::Exhausted),
            NewId::At(ms) if ms == last.ms => {
                last.seq.checked_add(1).map(|seq| StreamId { ms, seq }).ok_or(AppendError::NoNumber)
            }
            NewId::At(ms) => Ok(StreamId { ms, seq: 0 }),
        }
    }

    /// Whether the last node takes one more entry of so many bytes.
    fn last_has_room(&self, bytes: usize, limits: &Limits) -> bool {
        let Some((id, pack)) = self.nodes.last() else { return false };
        let most_bytes = if (1..ENTRY_MAX).contains(&limits.stream_bytes) { limits.stream_bytes } else { ENTRY_MAX };
        let Some(master) = (node::Node { id, pack }).master() else { return false };
        let entries = master.entries + master.deleted;
        pack.as_bytes().len() + bytes < most_bytes
            && (limits.stream_entries == 0 || entries < limits.stream_entries as u64)
    }

    /// Takes the last entry out as if it had not been added; the figures are given back by themselves.
    pub(super) fn unappend(&mut self) {
        let Some((id, pack)) = self.nodes.last() else { return };
        let entries = node::Node { id, pack }.master().map_or(0, |master| master.entries + master.deleted);
        if entries <= 1 {
            self.nodes.remove(id);
        } else {
            self.edit_node_of(id, node::unappend);
        }
    }

    /// What a change of the figures takes to be undone.
    pub(super) fn log_figures(&self, log: &mut Log<'_>) {
        log.record(|| Inverse::Figures(Box::new(self.figures)));
    }

    /// Sets the last id and what else XSETID may. Whoever watches the key does not hear of it.
    pub fn set_figures(&mut self, figures: Figures, log: &mut Log<'_>) {
        let old = std::mem::replace(&mut self.figures, figures);
        log.record(|| Inverse::Figures(Box::new(old)));
    }
}
