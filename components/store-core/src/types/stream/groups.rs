//! The consumer groups of a stream: made, moved and removed.
//!
//! As in Redis nobody who watches the key hears of any of this: the caller counts the changes.

use super::group::ConsumerId;
use super::{Group, Inverse, Log, Stream, StreamId};

impl Stream {
    /// All groups in the order of their names.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &Group> {
        self.groups.iter()
    }

    pub(super) fn group_place(&self, name: &[u8]) -> Result<usize, usize> {
        self.groups.binary_search_by(|group| (*group.name).cmp(name))
    }

    /// The place of the group with this name.
    pub fn find_group(&self, name: &[u8]) -> Option<usize> {
        self.group_place(name).ok()
    }

    /// The group at a place.
    pub fn group(&self, at: usize) -> &Group {
        self.groups.get(at).expect("places are those of groups that are there")
    }

    pub(super) fn group_mut(&mut self, at: usize) -> &mut Group {
        self.groups.get_mut(at).expect("places are those of groups that are there")
    }

    /// Makes a group that has everything up to an entry behind it; false when there is one with this name.
    pub fn create_group(
        &mut self,
        name: &[u8],
        last_id: StreamId,
        entries_read: Option<u64>,
        log: &mut Log<'_>,
    ) -> bool {
        let Err(at) = self.group_place(name) else { return false };
        self.groups.insert(at, Group::new(name, last_id, entries_read));
        log.record(|| Inverse::RemoveGroup(at));
        true
    }

    /// Removes the group at a place.
    pub fn destroy_group(&mut self, at: usize, log: &mut Log<'_>) {
        let group = self.groups.remove(at);
        log.record(|| Inverse::AddGroup(at, Box::new(group)));
    }

    /// Says up to which entry a group has everything behind it, and how many that were.
    pub fn set_position(&mut self, at: usize, last_id: StreamId, entries_read: Option<u64>, log: &mut Log<'_>) {
        let group = self.group_mut(at);
        let old = (group.last_id, group.entries_read);
        (group.last_id, group.entries_read) = (last_id, entries_read);
        log.record(|| Inverse::Position(at, old.0, old.1));
    }

    /// Adds a consumer to a group; none if it has one with this name.
    pub fn create_consumer(&mut self, at: usize, name: &[u8], log: &mut Log<'_>) -> Option<ConsumerId> {
        let id = self.group_mut(at).add(name, log.now_ms)?;
        log.record(|| Inverse::RemoveConsumer(at, id));
        Some(id)
    }

    /// The consumer with this name, which has just been seen; a new one if there is none.
    pub fn see_consumer(&mut self, at: usize, name: &[u8], log: &mut Log<'_>) -> ConsumerId {
        let now_ms = log.now_ms;
        match self.group(at).find(name) {
            Some(id) => {
                let seen_ms = self.group_mut(at).see(id, now_ms);
                log.record(|| Inverse::Seen(at, id, seen_ms));
                id
            }
            None => self.create_consumer(at, name, log).expect("there is none with this name"),
        }
    }

    /// Removes a consumer, and forgets what it has not acknowledged; how much that was.
    pub fn delete_consumer(&mut self, at: usize, id: ConsumerId, log: &mut Log<'_>) -> usize {
        let forgot = self.group_mut(at).forget(id, &mut |entry, old| {
            log.record(|| Inverse::Pending(at, entry, Some(old)));
        });
        if let Some(consumer) = self.group_mut(at).remove(id) {
            log.record(|| Inverse::AddConsumer(at, id, consumer));
        }
        forgot
    }
}
