//! Sessions that keep keys in a cache of their own are told which of them are not what they were.

use ferrite_resp::{Args, Writer};

use crate::command::Flags;
use crate::key_positions::key_positions;
use crate::keyspace::tracking::{Invalidation, Prefix};
use crate::rows::Row;
use crate::session::Session;
use crate::store::Store;

/// What CLIENT TRACKING ON chose.
#[derive(Default)]
pub struct ClientTracking {
    /// The session that gets the invalidations in place of this one; 0 for none.
    pub redirect: u64,
    /// It is told of all keys that begin with one of the prefixes, read or not.
    pub broadcasts: bool,
    /// The prefixes, in their order.
    pub prefixes: Vec<Box<[u8]>>,
    /// Only keys read behind CLIENT CACHING YES are tracked.
    pub opt_in: bool,
    /// Keys read behind CLIENT CACHING NO are not.
    pub opt_out: bool,
    /// It does not hear of its own writes.
    pub no_loop: bool,
    /// CLIENT CACHING was given for the command that follows.
    pub caching: bool,
    /// The session that should get the invalidations is gone.
    pub is_broken: bool,
}

/// The channel in which RESP2 sessions get the invalidations of others.
const CHANNEL: &[u8] = b"__redis__:invalidate";

impl Store {
    /// Remembers the keys that a command of a tracking session read. What a function read is not known; what it declared
    /// is.
    #[cold]
    pub(crate) fn track(&mut self, session: &Session, row: &Row, args: Args<'_>) {
        let Some(tracking) = &session.tracking else { return };
        let flags = row.flags();
        let reads = flags.contains(Flags::READONLY) || matches!(row, Row::Host(_));
        let is_chosen = if tracking.opt_in { tracking.caching } else { !(tracking.opt_out && tracking.caching) };
        if tracking.broadcasts || !is_chosen || !reads || flags.contains(Flags::PUBSUB) {
            return;
        }
        for position in key_positions(row, args).into_iter().flatten() {
            self.keyspace.remember(session.id, args.at(position.index));
        }
    }

    /// A session tracks no more.
    pub(crate) fn stop_tracking(&mut self, session: &mut Session) {
        if let Some(tracking) = session.tracking.take() {
            self.keyspace.tracked.leave(session.id, tracking.prefixes.iter().map(|prefix| &**prefix));
        }
    }

    /// Tells what changed since the last time. `current` is the session whose turn it is. Prefixes are told `at_end` of a
    /// turn, all that changed in one.
    #[cold]
    #[inline(never)]
    pub(crate) fn invalidate(&mut self, mut current: Option<&mut Session>, at_end: bool) {
        for invalidation in self.keyspace.tracked.take() {
            match invalidation {
                Invalidation::Key { key, sessions, writer } => {
                    for id in sessions {
                        self.tell_tracker(id, current.as_deref_mut(), writer, false, &|out| {
                            out.array(1);
                            out.bulk(&key);
                        });
                    }
                }
                Invalidation::All => {
                    let mut all: Vec<u64> =
                        self.sessions.values().flatten().filter(|it| it.tracking.is_some()).map(|it| it.id).collect();
                    all.extend(current.as_ref().map(|session| session.id));
                    for id in all {
                        let broadcasts = self.tracking_of(id, current.as_deref()).is_some_and(|it| it.broadcasts);
                        self.tell_tracker(id, current.as_deref_mut(), 0, broadcasts, &|out| out.null());
                    }
                }
            }
        }
        if self.keyspace.tracked.has_broadcast(at_end) {
            for Prefix { sessions, changed } in self.keyspace.tracked.take_broadcast() {
                for id in sessions {
                    let no_loop = self.tracking_of(id, current.as_deref()).is_some_and(|it| it.no_loop);
                    let told = || changed.iter().filter(|(_, writer)| !no_loop || **writer != id);
                    if told().next().is_some() {
                        self.tell_tracker(id, current.as_deref_mut(), 0, true, &|out| {
                            out.array(told().count());
                            told().for_each(|(key, _)| out.bulk(key));
                        });
                    }
                }
            }
        }
    }

    fn tracking_of<'a>(&'a self, id: u64, current: Option<&'a Session>) -> Option<&'a ClientTracking> {
        let session = match current.filter(|session| session.id == id) {
            Some(session) => session,
            None => self.sessions.get(&id)?.as_deref()?,
        };
        session.tracking.as_deref()
    }

    /// Sends an invalidation to a session, or to the one that gets its invalidations.
    fn tell_tracker(
        &mut self,
        id: u64,
        mut current: Option<&mut Session>,
        writer: u64,
        is_broadcast: bool,
        write: &dyn Fn(&mut Writer),
    ) {
        let Some(tracking) = self.tracking_of(id, current.as_deref()) else { return };
        if tracking.broadcasts != is_broadcast || tracking.no_loop && writer == id {
            return;
        }
        let redirect = tracking.redirect;
        if redirect != 0 && !self.sessions.contains_key(&redirect) {
            let session = match current.as_deref_mut().filter(|session| session.id == id) {
                Some(session) => Some(session),
                None => self.session_mut(id),
            };
            if let Some(tracking) = session.and_then(|session| session.tracking.as_deref_mut()) {
                tracking.is_broken = true;
            }
            self.push(&[id], None, &|out| {
                if out.is_resp3() {
                    out.push(2);
                    out.bulk(b"tracking-redir-broken");
                    out.integer(redirect as i64);
                }
            });
            return;
        }
        let receiver = if redirect == 0 { id } else { redirect };
        let listens = match current.as_deref().filter(|session| session.id == receiver) {
            Some(session) => session.subscriptions.is_some(),
            None => self.session_mut(receiver).is_some_and(|session| session.subscriptions.is_some()),
        };
        self.push(&[receiver], None, &|out| {
            if out.is_resp3() {
                out.push(2);
                out.bulk(b"invalidate");
                write(out);
            } else if redirect != 0 && listens {
                out.push(3);
                out.bulk(b"message");
                out.bulk(CHANNEL);
                write(out);
            }
        });
    }
}
