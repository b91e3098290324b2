//! Fields written and removed.

use super::large::Large;
use super::packed::{self, PAIR, TRIPLE};
use super::{Element, Field, Hash, Inverse, Listpack, Log, fits};
use crate::table::{Item, Keyed};

/// What becomes of a field's time to live when it gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It has none any more.
    Clear,
    /// It stays.
    Keep,
    /// This time, in milliseconds since the Unix epoch.
    At(i64),
}

impl Expiry {
    #[inline]
    fn after(self, old_ms: Option<i64>) -> Option<i64> {
        match self {
            Expiry::Clear => None,
            Expiry::Keep => old_ms,
            Expiry::At(time) => Some(time),
        }
    }
}

impl Hash {
    /// Gives a field a value; true when there was none.
    #[inline]
    pub fn set(&mut self, name: &[u8], value: &[u8], expiry: Expiry, log: &mut Log<'_>) -> bool {
        if let Hash::Large(large) = self {
            return large.set(name, value, expiry, log);
        }
        self.set_packed(name, value, expiry, log)
    }

    #[inline(never)]
    fn set_packed(&mut self, name: &[u8], value: &[u8], expiry: Expiry, log: &mut Log<'_>) -> bool {
        if !fits(log.limits, name, value) {
            return self.grow(log).set(name, value, expiry, log);
        }
        if matches!(expiry, Expiry::At(_)) {
            self.give_times(log);
        }
        let now_ms = log.now_ms;
        let Some((pack, width)) = self.packed_mut() else { return false };
        let found = packed::find(pack, width, name);
        let (is_new, expire_ms) = match found {
            Some(at) => {
                let old = packed::field(pack, at, width);
                let is_new = !old.lives(now_ms);
                let expire_ms = expiry.after(old.expire_ms.filter(|_| !is_new));
                log.changed(|| Inverse::put(&old, packed::index(pack, at, width)));
                packed::replace(pack, at, width, Element::Bytes(value), expire_ms);
                (is_new, expire_ms)
            }
            None => {
                let expire_ms = expiry.after(None);
                log.changed(|| Inverse::Remove(name.into()));
                let (name, value) = (Element::Bytes(name), Element::Bytes(value));
                packed::push(pack, width, &Field { name, value, expire_ms });
                (true, expire_ms)
            }
        };
        let len = pack.len() / width;
        self.note_time(expire_ms);
        if len > log.limits.hash_entries {
            self.grow(log);
        }
        is_new
    }

    /// Removes a field; whether it lived.
    #[inline]
    pub fn remove(&mut self, name: &[u8], log: &mut Log<'_>) -> bool {
        if let Hash::Large(large) = self {
            return large.remove(name, log);
        }
        self.remove_packed(name, log)
    }

    #[inline(never)]
    fn remove_packed(&mut self, name: &[u8], log: &mut Log<'_>) -> bool {
        let now_ms = log.now_ms;
        let Some((pack, width)) = self.packed_mut() else { return false };
        let Some(at) = packed::find(pack, width, name) else { return false };
        let old = packed::field(pack, at, width);
        let lived = old.lives(now_ms);
        log.changed(|| Inverse::put(&old, packed::index(pack, at, width)));
        pack.remove(at, width);
        lived
    }

    /// Gives a field another time to live, or none; false when it does not exist.
    pub fn set_expire(&mut self, name: &[u8], expire_ms: Option<i64>, log: &mut Log<'_>) -> bool {
        let Some(old) = self.field(name, log.now_ms) else { return false };
        let old_ms = old.expire_ms;
        if expire_ms.is_some() {
            self.give_times(log);
        }
        log.changed(|| Inverse::Expire { name: name.into(), old_ms });
        self.put_time(name, expire_ms);
        true
    }

    /// Sets the time of a field that exists. There is room for it.
    pub(super) fn put_time(&mut self, name: &[u8], expire_ms: Option<i64>) {
        match self {
            Hash::Large(large) => {
                if let Some((_, at)) = large.position(name) {
                    large.table.set_expire(at, expire_ms);
                }
            }
            Hash::Timed(timed) => {
                if let Some(at) = packed::find(&timed.pack, TRIPLE, name) {
                    packed::replace_time(&mut timed.pack, at, expire_ms);
                }
            }
            Hash::Pairs(_) => {}
        }
        self.note_time(expire_ms);
    }

    pub(super) fn note_time(&mut self, expire_ms: Option<i64>) {
        match self {
            Hash::Timed(timed) => timed.earliest_ms = timed.earliest_ms.min(expire_ms.unwrap_or(i64::MAX)),
            Hash::Large(large) => large.note_time(expire_ms),
            Hash::Pairs(_) => {}
        }
    }

    pub(super) fn packed_mut(&mut self) -> Option<(&mut Listpack, usize)> {
        match self {
            Hash::Pairs(pack) => Some((pack, PAIR)),
            Hash::Timed(timed) => Some((&mut timed.pack, TRIPLE)),
            Hash::Large(_) => None,
        }
    }

    /// Makes a table of a small hash.
    #[cold]
    fn grow(&mut self, log: &mut Log<'_>) -> &mut Large {
        if !matches!(self, Hash::Large(_)) {
            let large = Large::of(self, log.limits.seed);
            let small = std::mem::replace(self, Hash::Large(Box::new(large)));
            log.record(|| Inverse::Form(small));
        }
        let Hash::Large(large) = self else { unreachable!("it is large now") };
        large
    }

    /// Makes room for times in a small hash.
    fn give_times(&mut self, log: &mut Log<'_>) {
        if let Hash::Pairs(pairs) = self {
            let mut pack = Listpack::new();
            packed::each(pairs, PAIR, &mut |field| packed::push(&mut pack, TRIPLE, &field));
            let timed = Hash::Timed(Box::new(packed::Timed { pack, earliest_ms: i64::MAX }));
            let pairs = std::mem::replace(self, timed);
            log.record(|| Inverse::Form(pairs));
        }
    }
}

impl Large {
    #[inline]
    fn set(&mut self, name: &[u8], value: &[u8], expiry: Expiry, log: &mut Log<'_>) -> bool {
        let hash = self.table.hash(name);
        let Some(at) = self.table.find(hash, name) else {
            log.changed(|| Inverse::Remove(name.into()));
            self.insert(hash, Item::new(name, value, expiry.after(None)));
            return true;
        };
        let item = self.table.entry_mut(at);
        let old_ms = item.expire_ms();
        if old_ms.is_none() && expiry.after(None).is_none() && !log.wants_inverses() && item.overwrite(value) {
            log.note(1);
            return false;
        }
        let is_new = old_ms.is_some_and(|old| old < log.now_ms);
        let expire_ms = expiry.after(old_ms.filter(|_| !is_new));
        let old = self.swap(at, Item::new(name, value, expire_ms));
        log.changed(|| Inverse::Put { item: old, index: 0 });
        is_new
    }

    fn remove(&mut self, name: &[u8], log: &mut Log<'_>) -> bool {
        let Some((hash, at)) = self.position(name) else { return false };
        let old = self.table.remove(hash, at);
        let lived = old.expire_ms().is_none_or(|expire| expire >= log.now_ms);
        log.changed(|| Inverse::Put { item: old, index: 0 });
        lived
    }
}
