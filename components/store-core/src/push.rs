//! Bytes that answer no command, on their way to sessions: each gets them in its own protocol version, and never in the
//! middle of a reply.

use ferrite_resp::{Protocol, Writer};

use crate::keyspace::Database;
use crate::keyspace::notices::{Class, Notice};
use crate::memory;
use crate::outbox::OUTBOX_BYTES;
use crate::pubsub::Kind;
use crate::session::Session;
use crate::store::Store;
use crate::turn::Event;

impl Store {
    /// Sends a push to sessions, each of which is named once. `now` is where the session whose turn it is gets its own;
    /// without it, behind the reply of its command.
    pub(crate) fn push(&mut self, sessions: &[u64], mut now: Option<&mut Writer>, write: &dyn Fn(&mut Writer)) {
        let mut groups = [(Protocol::Resp2, Vec::new()), (Protocol::Resp3, Vec::new())];
        for &id in sessions {
            if id == self.outbox.turn_of {
                match &mut now {
                    Some(out) => write(out),
                    None => write(&mut self.outbox.own),
                }
                continue;
            }
            let Some(session) = self.session_mut(id).filter(|session| !session.closing) else { continue };
            if session.waits_for_host {
                // The reply that it waits for comes first, or it is in the middle of that of EXEC.
                let mut out = Writer::from_vec(std::mem::take(&mut session.held_pushes), session.protocol);
                write(&mut out);
                let held = out.into_vec();
                let is_too_much = held.len() > OUTBOX_BYTES;
                session.held_pushes = if is_too_much { Vec::new() } else { held };
                if is_too_much {
                    self.give_up(id);
                }
                continue;
            }
            let group = usize::from(session.protocol == Protocol::Resp3);
            groups[group].1.push(id);
        }
        for (protocol, mut ids) in groups {
            if ids.is_empty() {
                continue;
            }
            let mut out = Writer::new(protocol);
            write(&mut out);
            if out.is_empty() {
                continue;
            }
            if self.outbox.bytes() + out.len() > OUTBOX_BYTES
                && let Some(greedy) = self.outbox.greediest()
            {
                self.give_up(greedy);
                ids.retain(|&id| id != greedy);
            }
            if self.outbox.bytes() + out.len() > OUTBOX_BYTES {
                ids.into_iter().for_each(|id| self.give_up(id));
            } else {
                self.outbox.broadcast(ids, out.into_vec());
            }
        }
    }

    /// Nothing is pushed to a session any more: neither messages nor invalidations nor commands.
    pub(crate) fn hear_nothing(&mut self, session: &mut Session) {
        if let Some(subscriptions) = session.subscriptions.take() {
            self.subscribers.forget(session.id, &subscriptions);
        }
        self.stop_tracking(session);
        self.stop_monitoring(session);
    }

    /// More is pushed to a session than there is room for: it is closed, as one that does not read fast enough.
    #[cold]
    pub(crate) fn give_up(&mut self, id: u64) {
        self.outbox.drop_for(id);
        self.emit(Event::CloseSession(id));
        if let Some(session) = self.session_mut(id) {
            session.closing = true;
        }
    }

    /// How many would get a message, once for each of their subscriptions.
    pub(crate) fn receivers(&self, kind: Kind, channel: &[u8]) -> usize {
        let by_pattern = (kind == Kind::Channel).then(|| self.subscribers.matching(channel));
        let by_pattern = by_pattern.into_iter().flatten().map(|(_, sessions)| sessions.len()).sum::<usize>();
        self.subscribers.of(kind, channel).len() + by_pattern
    }

    /// Publishes a message; returns how many get it, once for each of their subscriptions.
    pub(crate) fn publish(
        &mut self,
        kind: Kind,
        channel: &[u8],
        message: &[u8],
        mut now: Option<&mut Writer>,
    ) -> usize {
        let subscribers = std::mem::take(&mut self.subscribers);
        let sessions = subscribers.of(kind, channel);
        let mut receivers = sessions.len();
        let name: &[u8] = if kind == Kind::Shard { b"smessage" } else { b"message" };
        // In 32 bits, a message near the limit of a value may not fit a second time.
        let fits = memory::has_room(message.len() + channel.len());
        if fits && !sessions.is_empty() {
            self.push(sessions, now.as_deref_mut(), &|out| {
                out.push(3);
                [name, channel, message].into_iter().for_each(|part| out.bulk(part));
            });
        }
        if kind == Kind::Channel {
            for (pattern, sessions) in subscribers.matching(channel) {
                receivers += sessions.len();
                if memory::has_room(message.len() + channel.len() + pattern.len()) {
                    self.push(sessions, now.as_deref_mut(), &|out| {
                        out.push(4);
                        [b"pmessage", pattern, channel, message].into_iter().for_each(|part| out.bulk(part));
                    });
                }
            }
        }
        self.subscribers = subscribers;
        receivers
    }

    /// Publishes what happened to keys, and the messages of functions that ended. `now` as in [`Store::push`].
    #[cold]
    #[inline(never)]
    pub(crate) fn tell_subscribers(&mut self, mut now: Option<&mut Writer>) {
        let classes = self.keyspace.notices.wanted();
        for notice in self.keyspace.notices.take() {
            let (database, event, key) = match notice {
                Notice::Message { kind, channel, message } => {
                    self.publish(kind, &channel, &message, now.as_deref_mut());
                    continue;
                }
                Notice::Event { database, event, key } => (database, event, key),
            };
            let channel = |space: &str, of: &[u8]| [space.as_bytes(), &digits(database), b"__:", of].concat();
            if classes.contains(Class::KEYSPACE) {
                let channel = channel("__keyspace@", &key);
                self.publish(Kind::Channel, &channel, event.as_bytes(), now.as_deref_mut());
            }
            if classes.contains(Class::KEYEVENT) {
                let channel = channel("__keyevent@", event.as_bytes());
                self.publish(Kind::Channel, &channel, &key, now.as_deref_mut());
            }
        }
    }

    /// What was pushed to the session while its command ran goes behind the reply.
    #[inline]
    pub(crate) fn append_own(&mut self, out: &mut Writer) {
        if !self.outbox.own.is_empty() {
            let own = self.outbox.own.take();
            out.raw(&own);
        }
    }

    /// What was pushed to the session goes behind the reply that the host still owes it.
    pub(crate) fn hold_own(&mut self, session: &mut Session) {
        if !self.outbox.own.is_empty() {
            session.held_pushes.append(&mut self.outbox.own.take());
        }
    }
}

fn digits(database: Database) -> Vec<u8> {
    let mut digits = Vec::new();
    if database >= 10 {
        digits.push(b'0' + (database / 10) as u8);
    }
    digits.push(b'0' + (database % 10) as u8);
    digits
}
