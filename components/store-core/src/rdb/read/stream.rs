//! Streams: nodes, figures, then groups with what is pending and whose that is.

use super::listpack;
use crate::rdb::input::{Input, Read, Stop};
use crate::rdb::types;
use crate::types::stream::{ConsumerId, Figures, Group, Ordered, Pending, StreamId};
use crate::types::{Listpack, Stream};

/// What was read of a stream.
#[derive(Default)]
pub(super) struct StreamParts {
    nodes: Vec<(StreamId, Listpack)>,
    figures: Figures,
    is_old: bool,
    groups: Vec<Group>,
    /// What is pending of the last group and belongs to no consumer yet: when it was delivered last, and how often.
    unclaimed: Ordered<(i64, u64)>,
    next: Next,
}

/// What comes next, and how many of it there are still to come.
#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Start,
    Nodes(u64),
    Figures,
    Groups(u64),
    Pending {
        pending: u64,
        groups: u64,
    },
    ConsumerCount {
        groups: u64,
    },
    Consumers {
        consumers: u64,
        groups: u64,
    },
    Claims {
        consumer: ConsumerId,
        claims: u64,
        consumers: u64,
        groups: u64,
    },
    End,
}

fn id(input: &mut Input<'_>) -> Read<StreamId> {
    Ok(StreamId { ms: input.length()?, seq: input.length()? })
}

fn raw_id(input: &mut Input<'_>) -> Read<StreamId> {
    Ok(StreamId { ms: input.big_endian()?, seq: input.big_endian()? })
}

const BAD_GROUP: Stop = Stop::Corrupt("a consumer group that contradicts itself");

impl StreamParts {
    /// Reads one part; true when that was the last.
    pub(super) fn step(&mut self, form: u8, input: &mut Input<'_>) -> Read<bool> {
        self.next = match self.next {
            Next::Start => Next::Nodes(input.length()?),
            Next::Nodes(0) => Next::Figures,
            Next::Nodes(left) => {
                let key = input.string()?;
                let mut key = Input::new(&key);
                let wrong = |_| Stop::Corrupt("a stream's node without an id");
                let id = raw_id(&mut key).map_err(wrong)?;
                let pack = listpack(input)?;
                self.nodes.push((id, pack));
                Next::Nodes(left - 1)
            }
            Next::Figures => {
                let figures = self.figures(form, input)?;
                let groups = input.length()?;
                self.figures = figures;
                Next::Groups(groups)
            }
            Next::Groups(0) => Next::End,
            Next::Groups(left) => {
                let name = input.string()?;
                let last_id = id(input)?;
                let read = if self.is_old { self.figures.added_up_to(last_id) } else { known(input.length()?) };
                let pending = input.length()?;
                self.groups.push(Group::new(&name, last_id, read));
                Next::Pending { pending, groups: left - 1 }
            }
            Next::Pending { pending: 0, groups } => Next::ConsumerCount { groups },
            Next::Pending { pending, groups } => {
                let id = raw_id(input)?;
                let (delivered_ms, deliveries) = (input.number()?, input.length()?);
                if self.unclaimed.insert(id, (delivered_ms, deliveries)).is_some() {
                    return Err(BAD_GROUP);
                }
                Next::Pending { pending: pending - 1, groups }
            }
            Next::ConsumerCount { groups } => Next::Consumers { consumers: input.length()?, groups },
            Next::Consumers { consumers: 0, .. } if !self.unclaimed.is_empty() => return Err(BAD_GROUP),
            Next::Consumers { consumers: 0, groups } => Next::Groups(groups),
            Next::Consumers { consumers, groups } => {
                let name = input.string()?;
                let seen_ms = input.number()?;
                if form == types::STREAM_LISTPACKS_3 {
                    // When it last got an entry: Redis 7.0 does not know it.
                    input.number()?;
                }
                let claims = input.length()?;
                let group = self.groups.last_mut().ok_or(BAD_GROUP)?;
                let consumer = group.add(&name, seen_ms).ok_or(BAD_GROUP)?;
                Next::Claims { consumer, claims, consumers: consumers - 1, groups }
            }
            Next::Claims { claims: 0, consumers, groups, .. } => Next::Consumers { consumers, groups },
            Next::Claims { consumer, claims, consumers, groups } => {
                let id = raw_id(input)?;
                let (delivered_ms, deliveries) = self.unclaimed.remove(id).ok_or(BAD_GROUP)?;
                let group = self.groups.last_mut().ok_or(BAD_GROUP)?;
                group.set_pending(id, Some(Pending { delivered_ms, deliveries, consumer }));
                Next::Claims { consumer, claims: claims - 1, consumers, groups }
            }
            Next::End => Next::End,
        };
        Ok(matches!(self.next, Next::End))
    }

    fn figures(&mut self, form: u8, input: &mut Input<'_>) -> Read<Figures> {
        let (length, last_id) = (input.length()?, id(input)?);
        let mut figures = Figures { length, last_id, ..Figures::default() };
        if form == types::STREAM_LISTPACKS {
            // Redis 5 knew no more: what is there is all that was added.
            self.is_old = true;
            figures.entries_added = length;
        } else {
            // The first id follows from the entries.
            id(input)?;
            (figures.max_deleted_id, figures.entries_added) = (id(input)?, input.length()?);
        }
        if length > 0 {
            figures.first_id =
                Stream::first_of(&self.nodes).ok_or(Stop::Corrupt("a stream's length without entries"))?;
        }
        Ok(figures)
    }

    pub(super) fn finish(self) -> Result<Stream, &'static str> {
        Stream::of_parts(self.nodes, self.figures, self.groups).ok_or("a stream that contradicts itself")
    }
}

/// How many entries a group has read, where -1 stands for what is not known.
fn known(read: u64) -> Option<u64> {
    Some(read).filter(|&read| read != u64::MAX)
}
