//! What a stream knows of itself, and what follows from it for how far its readers are.

use super::{Group, Stream, StreamId};

/// The figures of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many entries there are.
    pub length: u64,
    /// The greatest id there has been.
    pub last_id: StreamId,
    /// The id of the first entry; zero when there is none.
    pub first_id: StreamId,
    /// The greatest id that XDEL has deleted; zero when there was none.
    pub max_deleted_id: StreamId,
    /// How many entries were added in all.
    pub entries_added: u64,
}

impl Figures {
    /// Whether entries were deleted from an id on, for all that is known.
    pub(super) fn may_miss_some_from(&self, start: StreamId) -> bool {
        let deleted = self.max_deleted_id;
        self.length > 0 && deleted != StreamId::MIN && self.first_id <= deleted && start <= deleted
    }

    /// How many entries have been added up to an id; none when it cannot be known without counting.
    pub fn added_up_to(&self, id: StreamId) -> Option<u64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        if id == self.last_id || self.length == 0 && id < self.last_id {
            return Some(self.entries_added);
        }
        let is_whole = self.max_deleted_id == StreamId::MIN || self.max_deleted_id < self.first_id;
        if id > self.first_id || !is_whole || id > self.last_id {
            return None;
        }
        let before = self.entries_added.wrapping_sub(self.length);
        Some(if id == self.first_id { before.wrapping_add(1) } else { before })
    }

    /// How many entries a group has not read yet, if that can be known. Both counts can be set by clients, so that the
    /// difference may be below zero.
    pub fn lag(&self, group: &Group) -> Option<i64> {
        if self.entries_added == 0 {
            return Some(0);
        }
        let read = match group.entries_read {
            Some(read) if !self.may_miss_some_from(group.last_id) => read,
            _ => self.added_up_to(group.last_id)?,
        };
        Some(self.entries_added.wrapping_sub(read) as i64)
    }
}

/// The bytes of an id.
const ID_LEN: i32 = 16;

impl Stream {
    /// How many nodes Redis' radix tree has over the ids of the nodes: one for each id and for each byte at which ids part
    /// ways, and one for each run of bytes in between.
    pub fn radix_nodes(&self) -> usize {
        let mut ids = self.packs().map(|(id, _)| id);
        let Some(mut last) = ids.next() else { return 1 };
        let run = |parent: i32, depth: i32| usize::from(depth - parent > 1);
        let (mut nodes, mut before) = (0, -1);
        // How many bytes lead to each parting of the ways above the last id, each deeper than the one before it.
        let mut open: Vec<i32> = Vec::new();
        for id in ids {
            let shared = shared_bytes(last, id);
            nodes += 1 + run(before.max(shared), ID_LEN);
            while let Some(depth) = open.pop_if(|depth| *depth > shared) {
                nodes += 1 + run(open.last().copied().unwrap_or(-1).max(shared), depth);
            }
            if open.last() != Some(&shared) {
                open.push(shared);
            }
            (last, before) = (id, shared);
        }
        nodes += 1 + run(before, ID_LEN);
        while let Some(depth) = open.pop() {
            nodes += 1 + run(open.last().copied().unwrap_or(-1), depth);
        }
        nodes
    }
}

/// How many bytes two ids begin with alike.
fn shared_bytes(one: StreamId, other: StreamId) -> i32 {
    let (one, other) = (one.to_bytes(), other.to_bytes());
    one.iter().zip(&other).take_while(|(one, other)| one == other).count() as i32
}
