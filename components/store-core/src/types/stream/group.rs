//! A group of consumers that share a stream's entries, and what was delivered to which of them and not yet acknowledged.

use super::{Ordered, StreamId};

/// A consumer group.
#[derive(Clone)]
pub struct Group {
    /// Its name.
    pub name: Box<[u8]>,
    /// The last entry that was delivered.
    pub last_id: StreamId,
    /// How many entries were read up to there; none when that cannot be known.
    pub entries_read: Option<u64>,
    pending: Ordered<Pending>,
    consumers: Vec<Option<Box<Consumer>>>,
    /// The consumers' places by their names, ascending.
    names: Vec<ConsumerId>,
    /// In front of this one no place is free.
    first_free: usize,
}

/// A consumer of a group.
#[derive(Clone)]
pub struct Consumer {
    /// Its name.
    pub name: Box<[u8]>,
    /// When it last asked for entries, in milliseconds since the Unix epoch.
    pub seen_ms: i64,
    pending: Ordered<()>,
}

/// Which consumer of a group, as long as there is one.
pub type ConsumerId = u32;

/// An entry that was delivered and not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// When it was delivered last, in milliseconds since the Unix epoch.
    pub delivered_ms: i64,
    /// How often it was delivered.
    pub deliveries: u64,
    /// To whom.
    pub consumer: ConsumerId,
}

impl Consumer {
    /// What it has not acknowledged.
    pub fn pending(&self) -> &Ordered<()> {
        &self.pending
    }
}

impl Group {
    /// A group without consumers that has everything up to an entry behind it.
    pub fn new(name: &[u8], last_id: StreamId, entries_read: Option<u64>) -> Group {
        let (pending, consumers, names) = (Ordered::default(), Vec::new(), Vec::new());
        Group { name: name.into(), last_id, entries_read, pending, consumers, names, first_free: 0 }
    }

    /// What was not acknowledged.
    pub fn pending(&self) -> &Ordered<Pending> {
        &self.pending
    }

    /// All consumers in the order of their names.
    pub fn consumers(&self) -> impl ExactSizeIterator<Item = &Consumer> {
        self.names.iter().map(|&id| self.consumer(id))
    }

    /// The consumer with this number.
    pub fn consumer(&self, id: ConsumerId) -> &Consumer {
        self.consumers
            .get(id as usize)
            .and_then(Option::as_deref)
            .expect("numbers are those of consumers that are there")
    }

    fn consumer_mut(&mut self, id: ConsumerId) -> &mut Consumer {
        let consumer = self.consumers.get_mut(id as usize).and_then(Option::as_deref_mut);
        consumer.expect("numbers are those of consumers that are there")
    }

    fn place(&self, name: &[u8]) -> Result<usize, usize> {
        self.names.binary_search_by(|&id| (*self.consumer(id).name).cmp(name))
    }

    /// The number of the consumer with this name.
    pub fn find(&self, name: &[u8]) -> Option<ConsumerId> {
        self.place(name).ok().and_then(|at| self.names.get(at).copied())
    }

    /// Notes when a consumer asked for entries; when it had last.
    pub fn see(&mut self, id: ConsumerId, now_ms: i64) -> i64 {
        std::mem::replace(&mut self.consumer_mut(id).seen_ms, now_ms)
    }

    /// Adds a consumer; none if there is one with this name.
    pub fn add(&mut self, name: &[u8], now_ms: i64) -> Option<ConsumerId> {
        let at = self.place(name).err()?;
        let consumer = Box::new(Consumer { name: name.into(), seen_ms: now_ms, pending: Ordered::default() });
        let free = self.consumers.iter().skip(self.first_free).position(Option::is_none);
        let id = self.first_free + free.unwrap_or(self.consumers.len().saturating_sub(self.first_free));
        self.first_free = id + 1;
        match self.consumers.get_mut(id) {
            Some(place) => *place = Some(consumer),
            None => self.consumers.push(Some(consumer)),
        }
        self.names.insert(at, id as ConsumerId);
        Some(id as ConsumerId)
    }

    /// Forgets all that a consumer has not acknowledged, showing it in the order of ids; how much that was.
    pub fn forget(&mut self, id: ConsumerId, forgot: &mut dyn FnMut(StreamId, Pending)) -> usize {
        /// Of so much that is pending one is looked for by itself. Otherwise it is quicker to look at everything.
        const FEW: usize = 16;
        let own = std::mem::take(&mut self.consumer_mut(id).pending);
        if own.len() < self.pending.len() / FEW {
            let found =
                own.iter_from(StreamId::MIN).filter_map(|(entry, ())| Some((entry, self.pending.remove(entry)?)));
            found.for_each(|(entry, old)| forgot(entry, old));
        } else {
            self.pending.retain(&mut |entry, pending| {
                let stays = pending.consumer != id;
                if !stays {
                    forgot(entry, *pending);
                }
                stays
            });
        }
        own.len()
    }

    /// Takes a consumer out that has nothing pending.
    pub fn remove(&mut self, id: ConsumerId) -> Option<Box<Consumer>> {
        self.first_free = self.first_free.min(id as usize);
        self.names.retain(|&other| other != id);
        self.consumers.get_mut(id as usize)?.take()
    }

    /// Puts a consumer back where it was.
    pub fn put_back(&mut self, id: ConsumerId, consumer: Box<Consumer>) {
        let Err(at) = self.place(&consumer.name) else { return };
        if let Some(place) = self.consumers.get_mut(id as usize) {
            *place = Some(consumer);
            self.names.insert(at, id);
        }
    }

    /// Says what is pending of an entry, none for nothing; what was before.
    pub fn set_pending(&mut self, id: StreamId, new: Option<Pending>) -> Option<Pending> {
        let old = match new {
            Some(new) => self.pending.insert(id, new),
            None => self.pending.remove(id),
        };
        let (before, after) = (old.map(|old| old.consumer), new.map(|new| new.consumer));
        if before != after {
            if let Some(consumer) = before {
                self.consumer_mut(consumer).pending.remove(id);
            }
            if let Some(consumer) = after {
                self.consumer_mut(consumer).pending.insert(id, ());
            }
        }
        old
    }

    /// How many allocations it has, about.
    pub fn weight(&self) -> usize {
        let consumers: usize = self.consumers().map(|consumer| consumer.pending.blocks() + 2).sum();
        1 + self.pending.blocks() + consumers
    }

    /// Frees about so many allocations; whether nothing is left.
    pub fn free_some(&mut self, budget: &mut usize) -> bool {
        if !self.pending.free_some(budget) {
            return false;
        }
        while let Some(consumer) = self.consumers.last_mut() {
            if consumer.as_mut().is_some_and(|consumer| !consumer.pending.free_some(budget)) || *budget == 0 {
                return false;
            }
            self.consumers.pop();
            *budget -= 1;
        }
        true
    }

    /// The bytes that it takes.
    pub fn allocated(&self) -> usize {
        let consumer = |consumer: &Consumer| {
            size_of::<Consumer>() + consumer.name.len() + consumer.pending.allocated() + 2 * size_of::<ConsumerId>()
        };
        size_of::<Group>() + self.name.len() + self.pending.allocated() + self.consumers().map(consumer).sum::<usize>()
    }
}
