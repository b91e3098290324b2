//! Digests of what databases and keys hold, as Redis computes them: equal contents have equal digests, in whatever order and
//! form they are kept.

use ferrite_resp::number::format_f64;

use super::sha1::sha1;
use crate::keyspace::entry::{Content, Entry};
use crate::keyspace::{DATABASES, Keyspace};
use crate::types::stream::StreamId;
use crate::types::{Collection, string};

/// Twenty bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Digest([u8; 20]);

impl Digest {
    /// Adds what comes in no order.
    fn add(&mut self, bytes: &[u8]) {
        self.0.iter_mut().zip(sha1(bytes)).for_each(|(own, byte)| *own ^= byte);
    }

    /// Adds what comes next in an order.
    fn mix(&mut self, bytes: &[u8]) {
        self.add(bytes);
        self.0 = sha1(&self.0);
    }

    /// In 40 hexadecimal digits.
    pub(super) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn pair(&mut self, one: &[u8], other: &[u8]) {
        let mut digest = Digest::default();
        digest.mix(one);
        digest.mix(other);
        self.add(&digest.0);
    }

    fn entry(&mut self, entry: &Entry, now_ms: i64) {
        let kind: u32 = match entry.content() {
            Content::String(_) => 0,
            Content::Collection(Collection::List(_)) => 1,
            Content::Collection(Collection::Set(_)) => 2,
            Content::Collection(Collection::SortedSet(_)) => 3,
            Content::Collection(Collection::Hash(_)) => 4,
            #[cfg(feature = "vectors")]
            Content::Collection(Collection::VectorSet(_)) => 5,
            Content::Collection(Collection::Stream(_)) => 6,
        };
        self.mix(&kind.to_be_bytes());
        match entry.content() {
            Content::String(value) => self.mix(&string::text(value)),
            Content::Collection(Collection::List(list)) => {
                list.iter(0, false).for_each(|element| self.mix(&element.text()));
            }
            Content::Collection(Collection::Set(set)) => set.each(&mut |member| {
                self.add(&member.text());
                true
            }),
            Content::Collection(Collection::SortedSet(set)) => set.each(0, usize::MAX, false, &mut |member, score| {
                self.pair(member, format_f64(score).as_bytes());
                true
            }),
            Content::Collection(Collection::Hash(hash)) => {
                hash.each(now_ms, &mut |field| self.pair(&field.name.text(), &field.value.text()));
            }
            Content::Collection(Collection::Stream(stream)) => {
                for entry in stream.range(StreamId::MIN, StreamId::MAX, false) {
                    self.mix(format!("{}.{}", entry.id.ms, entry.id.seq).as_bytes());
                    for (field, value) in entry.pairs {
                        self.mix(&field.text());
                        self.mix(&value.text());
                    }
                }
            }
            #[cfg(feature = "vectors")]
            Content::Collection(Collection::VectorSet(set)) => {
                for slot in set.index().slots() {
                    let mut digest = Digest::default();
                    digest.mix(&set.index().bytes_of(slot));
                    digest.mix(set.name(slot).unwrap_or_default());
                    set.attributes(slot).into_iter().for_each(|attributes| digest.mix(attributes));
                    self.add(&digest.0);
                }
            }
        }
        if entry.expire_ms().is_some() {
            self.add(b"!!expire!!");
        }
    }
}

/// The digest of a key's value.
pub(super) fn of_value(entry: &Entry, now_ms: i64) -> Digest {
    let mut digest = Digest::default();
    digest.entry(entry, now_ms);
    digest
}

/// The digest of all databases.
pub(super) fn of_all(keys: &Keyspace) -> Digest {
    let mut digest = Digest::default();
    for database in (0..DATABASES).filter(|&database| keys.len(database) > 0) {
        digest.mix(&database.to_be_bytes());
        for entry in keys.entries(database) {
            let mut of_key = Digest::default();
            of_key.mix(entry.key());
            of_key.entry(entry, keys.now_ms());
            digest.add(&of_key.0);
        }
    }
    digest
}
