//! Who listens to which channels. <https://redis.io/docs/latest/develop/interact/pubsub/>

use std::collections::{BTreeMap, BTreeSet};

use crate::glob;

/// What a subscription names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SUBSCRIBE: a channel.
    Channel,
    /// PSUBSCRIBE: all channels that match a pattern.
    Pattern,
    /// SSUBSCRIBE: a shard's channel; they are a world of their own.
    Shard,
}

const KINDS: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];

/// All subscriptions: for each name the numbers of its sessions, in their order.
#[derive(Default)]
pub struct Subscribers {
    by_name: [BTreeMap<Box<[u8]>, Vec<u64>>; KINDS.len()],
}

/// The subscriptions of one session.
#[derive(Default)]
pub struct Subscriptions {
    names: [BTreeSet<Box<[u8]>>; KINDS.len()],
}

impl Subscribers {
    /// A session listens from now on.
    pub fn add(&mut self, kind: Kind, name: &[u8], session: u64) {
        let sessions = self.by_name[kind as usize].entry(name.into()).or_default();
        if let Err(place) = sessions.binary_search(&session) {
            sessions.insert(place, session);
        }
    }

    /// A session listens no more.
    pub fn remove(&mut self, kind: Kind, name: &[u8], session: u64) {
        let names = &mut self.by_name[kind as usize];
        let Some(sessions) = names.get_mut(name) else { return };
        if let Ok(place) = sessions.binary_search(&session) {
            sessions.remove(place);
        }
        if sessions.is_empty() {
            names.remove(name);
        }
    }

    /// A session is gone with all it listened to.
    pub fn forget(&mut self, session: u64, subscriptions: &Subscriptions) {
        for kind in KINDS {
            subscriptions.of(kind).for_each(|name| self.remove(kind, name, session));
        }
    }

    /// Who listens to this name.
    pub fn of(&self, kind: Kind, name: &[u8]) -> &[u64] {
        self.by_name[kind as usize].get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The patterns that match a channel, and who listens to them.
    pub fn matching(&self, channel: &[u8]) -> impl Iterator<Item = (&[u8], &[u64])> {
        let patterns = self.by_name[Kind::Pattern as usize].iter();
        patterns.filter(|(pattern, _)| glob::matches(pattern, channel)).map(|(name, of)| (&**name, of.as_slice()))
    }

    /// The names that somebody listens to, in their order.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &[u8]> {
        self.by_name[kind as usize].keys().map(|name| &**name)
    }

    /// How many names somebody listens to.
    pub fn len(&self, kind: Kind) -> usize {
        self.by_name[kind as usize].len()
    }
}

impl Subscriptions {
    /// One more; false when it was there.
    pub fn add(&mut self, kind: Kind, name: &[u8]) -> bool {
        let names = &mut self.names[kind as usize];
        !names.contains(name) && names.insert(name.into())
    }

    /// One less; false when it was not there.
    pub fn remove(&mut self, kind: Kind, name: &[u8]) -> bool {
        self.names[kind as usize].remove(name)
    }

    /// All of a kind, in their order.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &[u8]> {
        self.names[kind as usize].iter().map(|name| &**name)
    }

    /// How many of a kind there are.
    pub fn len(&self, kind: Kind) -> usize {
        self.names[kind as usize].len()
    }

    /// Whether there is none of any kind.
    pub fn is_empty(&self) -> bool {
        self.names.iter().all(BTreeSet::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_gone_with_the_last_who_listened_to_it() {
        let mut subscribers = Subscribers::default();
        for session in [7, 3, 7] {
            subscribers.add(Kind::Channel, b"a", session);
        }
        assert_eq!(subscribers.of(Kind::Channel, b"a"), [3, 7]);
        assert_eq!(subscribers.of(Kind::Shard, b"a"), []);
        subscribers.remove(Kind::Channel, b"a", 3);
        subscribers.remove(Kind::Channel, b"a", 3);
        assert_eq!(subscribers.len(Kind::Channel), 1);
        subscribers.remove(Kind::Channel, b"a", 7);
        assert_eq!(subscribers.len(Kind::Channel), 0);
    }

    #[test]
    fn a_session_that_goes_takes_its_subscriptions_of_all_kinds_along() {
        let (mut subscribers, mut subscriptions) = (Subscribers::default(), Subscriptions::default());
        for kind in KINDS {
            assert!(subscriptions.add(kind, b"a*"));
            assert!(!subscriptions.add(kind, b"a*"));
            subscribers.add(kind, b"a*", 1);
        }
        assert_eq!(subscribers.matching(b"abc").count(), 1);
        subscribers.forget(1, &subscriptions);
        assert!(KINDS.iter().all(|kind| subscribers.len(*kind) == 0));
    }
}
