//! What subscribers are told of: events of keys (`notify-keyspace-events`) and messages, held back until the transaction
//! in which they arose commits. <https://redis.io/docs/latest/develop/use/keyspace-notifications/>

use super::undo::Change;
use super::{Database, Keyspace};
use crate::pubsub::Kind;

/// A class of events, and a set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class(u16);

impl Class {
    /// `K`: events go to `__keyspace@<db>__:<key>`.
    pub const KEYSPACE: Class = Class(1);
    /// `E`: events go to `__keyevent@<db>__:<event>`.
    pub const KEYEVENT: Class = Class(1 << 1);
    /// `g`: DEL, EXPIRE, RENAME and what else concerns keys of every type.
    pub const GENERIC: Class = Class(1 << 2);
    /// `$`: strings.
    pub const STRING: Class = Class(1 << 3);
    /// `l`: lists.
    pub const LIST: Class = Class(1 << 4);
    /// `s`: sets.
    pub const SET: Class = Class(1 << 5);
    /// `h`: hashes.
    pub const HASH: Class = Class(1 << 6);
    /// `z`: sorted sets.
    pub const SORTED_SET: Class = Class(1 << 7);
    /// `x`: a key's time has come.
    pub const EXPIRED: Class = Class(1 << 8);
    /// `e`: a key was evicted.
    pub const EVICTED: Class = Class(1 << 9);
    /// `t`: streams.
    pub const STREAM: Class = Class(1 << 10);
    /// `d`: types of modules; there are none, but the letter is part of `A`.
    pub const MODULE: Class = Class(1 << 11);
    /// `m`: a key that was read does not exist.
    pub const MISS: Class = Class(1 << 12);
    /// `n`: a key is new.
    pub const NEW: Class = Class(1 << 13);

    /// `A`: all but `K`, `E`, `m` and `n`.
    const ALL: Class = Class(0b1111_1111_1100);
    /// In the order in which CONFIG GET shows them.
    const LETTERS: [(u8, Class); 14] = [
        (b'g', Class::GENERIC),
        (b'$', Class::STRING),
        (b'l', Class::LIST),
        (b's', Class::SET),
        (b'h', Class::HASH),
        (b'z', Class::SORTED_SET),
        (b'x', Class::EXPIRED),
        (b'e', Class::EVICTED),
        (b't', Class::STREAM),
        (b'd', Class::MODULE),
        (b'n', Class::NEW),
        (b'K', Class::KEYSPACE),
        (b'E', Class::KEYEVENT),
        (b'm', Class::MISS),
    ];

    /// The classes that a setting names; none when a letter is unknown.
    pub fn parse(letters: &[u8]) -> Option<Class> {
        letters.iter().try_fold(Class::default(), |classes, &letter| {
            let known = Class::LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, class)| *class);
            let class = if letter == b'A' { Some(Class::ALL) } else { known };
            Some(Class(classes.0 | class?.0))
        })
    }

    /// The letters in the order in which CONFIG GET shows them.
    pub fn letters(self) -> String {
        let all = self.contains(Class::ALL);
        let shown =
            Class::LETTERS.iter().filter(|(_, class)| self.contains(*class) && !(all && Class::ALL.contains(*class)));
        all.then_some('A').into_iter().chain(shown.map(|(letter, _)| char::from(*letter))).collect()
    }

    /// Whether all of these classes are among them.
    #[inline]
    pub const fn contains(self, classes: Class) -> bool {
        self.0 & classes.0 == classes.0
    }
}

/// Something to tell subscribers.
pub enum Notice {
    /// An event of a key.
    Event {
        /// Its database.
        database: Database,
        /// Redis' name of the event.
        event: &'static str,
        /// The key.
        key: Box<[u8]>,
    },
    /// A message of PUBLISH or SPUBLISH within a function.
    Message {
        /// Whether the channel is a shard's.
        kind: Kind,
        /// The channel.
        channel: Box<[u8]>,
        /// The message.
        message: Box<[u8]>,
    },
}

impl Notice {
    /// The bytes it holds beyond its own size.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Notice::Event { key, .. } => key.len(),
            Notice::Message { channel, message, .. } => channel.len() + message.len(),
        }
    }
}

/// Which events are wanted, and what was not told yet.
#[derive(Default)]
pub struct Notices {
    wanted: Class,
    pending: Vec<Notice>,
}

impl Notices {
    /// Takes over `notify-keyspace-events`. Without `K` and `E` no event goes anywhere.
    pub fn set_wanted(&mut self, wanted: Class) {
        let goes_somewhere = wanted.contains(Class::KEYSPACE) || wanted.contains(Class::KEYEVENT);
        self.wanted = if goes_somewhere { wanted } else { Class::default() };
    }

    /// Which events are wanted; no class when they go nowhere.
    #[inline]
    pub fn wanted(&self) -> Class {
        self.wanted
    }

    /// Whether there is nothing to tell.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// What there is to tell, oldest first.
    pub fn take(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.pending)
    }

    pub(super) fn add(&mut self, notice: Notice) {
        self.pending.push(notice);
    }
}

impl Keyspace {
    /// Something happened to a key: subscribers are told when its command has ended, and when an open transaction commits.
    #[inline]
    pub fn notify(&mut self, class: Class, event: &'static str, database: Database, key: &[u8]) {
        if self.notices.wanted.contains(class) {
            self.note(event, database, key);
        }
    }

    #[cold]
    #[inline(never)]
    fn note(&mut self, event: &'static str, database: Database, key: &[u8]) {
        self.tell_later(Notice::Event { database, event, key: key.into() });
    }

    /// Tells subscribers when the command has ended, and when an open transaction commits.
    pub fn tell_later(&mut self, notice: Notice) {
        match self.undo.is_open() {
            true => self.undo.push(Change::Notice(notice)),
            false => self.notices.add(notice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Class;

    #[test]
    fn letters_come_back_in_redis_order_and_all_of_them_as_one() {
        for (given, shown) in [
            ("", ""),
            ("KEA", "AKE"),
            ("Eg$lshzxetd", "AE"),
            ("mnEK", "nKEm"),
            ("xK", "xK"),
            ("ExAm", "AEm"),
            ("AKEmn", "AnKEm"),
            ("tegK", "getK"),
        ] {
            assert_eq!(Class::parse(given.as_bytes()).map(Class::letters).as_deref(), Some(shown), "{given}");
        }
        assert_eq!(Class::parse(b"KEq"), None);
    }
}
