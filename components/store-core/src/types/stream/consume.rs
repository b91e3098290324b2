//! What happens to entries between their delivery to a consumer and its acknowledgement.

use super::{Inverse, Log, Pending, Stream, StreamId};

impl Stream {
    /// Says what is pending of an entry in a group, none for nothing.
    pub fn set_pending(&mut self, at: usize, id: StreamId, new: Option<Pending>, log: &mut Log<'_>) {
        let old = self.group_mut(at).set_pending(id, new);
        log.record(|| Inverse::Pending(at, id, old));
    }

    /// A group has these entries behind it, which ascend.
    pub fn advance(&mut self, at: usize, ids: &[StreamId], log: &mut Log<'_>) {
        let group = self.group(at);
        let (mut last_id, mut read) = (group.last_id, group.entries_read);
        for &id in ids.iter().filter(|id| **id > group.last_id) {
            read = match read {
                Some(read) if !self.figures.may_miss_some_from(id) => Some(read.wrapping_add(1)),
                read if self.figures.entries_added == 0 => read,
                _ => self.figures.added_up_to(id),
            };
            last_id = id;
        }
        if last_id != group.last_id {
            self.set_position(at, last_id, read, log);
        }
    }
}
