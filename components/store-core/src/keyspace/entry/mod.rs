//! One key with its time to live and its value, in one allocation.

mod layout;
mod value;

#[cfg(test)]
mod tests;

pub use value::{Content, SHORT_MAX, Value};

use std::alloc::dealloc;
use std::ptr::{self, NonNull};

use super::access::Access;
use crate::error::Error;
use crate::table::{Expiring, Keyed};
use crate::types::Collection;
use layout::{
    FLAG_TTL, FLAG_WIDE_KEY, KIND_COLLECTION, KIND_INT, KIND_LONG, KIND_SHIFT, KIND_SHORT, KIND_TAKEN, MARK_MASK,
    MARK_SHIFT, NEVER, aligned, begin, layout,
};

/// An owned entry.
pub struct Entry(NonNull<u8>);

// SAFETY: an entry owns its allocation, and holds nothing that must not change threads.
unsafe impl Send for Entry {}
const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Collection>();
};

/// Values longer than this keep room for a time to live, so that setting one never copies them.
const TTL_ROOM_FROM: usize = 256;

impl Entry {
    /// A new entry; `room` bytes are kept free behind a long value.
    pub fn new(key: &[u8], value: Value<'_>, expire_ms: Option<i64>, access: Access, room: usize) -> Entry {
        let expire_ms = expire_ms.or((key.len() + value.stored_len() > TTL_ROOM_FROM).then_some(NEVER));
        let (kind, head, bytes, room): (u8, usize, &[u8], usize) = match value {
            Value::Int(_) => (KIND_INT, 8, &[], 0),
            Value::Short(bytes) => (KIND_SHORT, 2, bytes, 0),
            Value::Long(bytes) => (KIND_LONG, 8, bytes, room),
        };
        let (start, at, payload) = begin(key, kind, expire_ms, access, head + bytes.len() + room);
        let capacity = payload - head;
        // SAFETY: the payload's bytes begin there, and it has room for its head and the value.
        unsafe {
            match value {
                Value::Int(number) => at.cast::<i64>().write_unaligned(number),
                Value::Short(_) => {
                    at.write(bytes.len() as u8);
                    at.add(1).write(capacity as u8);
                }
                Value::Long(_) => {
                    at.cast::<u32>().write_unaligned(bytes.len() as u32);
                    at.add(4).cast::<u32>().write_unaligned(capacity as u32);
                }
            }
            ptr::copy_nonoverlapping(bytes.as_ptr(), at.add(head), bytes.len());
        }
        Entry(start)
    }

    /// A new entry that holds a collection.
    pub fn of_collection(key: &[u8], collection: Collection, expire_ms: Option<i64>, access: Access) -> Entry {
        let (start, at, _) = begin(key, KIND_COLLECTION, expire_ms, access, size_of::<Collection>());
        // SAFETY: the payload is just the collection, and aligned for it.
        unsafe { at.cast::<Collection>().write(collection) };
        Entry(start)
    }

    /// A copy of it under another key, a string without room to grow.
    pub fn copied(&self, key: &[u8]) -> Entry {
        match self.content() {
            Content::String(value) => Entry::new(key, value, self.expire_ms(), self.access(), 0),
            Content::Collection(collection) => {
                Entry::of_collection(key, collection.duplicate(), self.expire_ms(), self.access())
            }
        }
    }

    /// The same under another key; a collection moves.
    pub fn renamed(mut self, key: &[u8]) -> Entry {
        self.moved(Some(key), self.expire_ms())
    }

    fn moved(&mut self, key: Option<&[u8]>, expire_ms: Option<i64>) -> Entry {
        let (access, mark, collection) = (self.access(), self.mark(), self.take_collection());
        let key = key.unwrap_or(self.key());
        let entry = match collection {
            Some(collection) => Entry::of_collection(key, collection, expire_ms, access),
            None => {
                let value = self.string().expect("what holds no collection holds a string");
                Entry::new(key, value, expire_ms, access, 0)
            }
        };
        entry.set_mark(mark);
        entry
    }

    /// Which snapshots have it, as the keyspace counts them.
    #[inline]
    pub fn mark(&self) -> u8 {
        (self.flags() & MARK_MASK) >> MARK_SHIFT
    }

    /// Says which snapshots have it. The mark is no part of what an entry holds, and nothing refers to it.
    #[inline]
    pub fn set_mark(&self, mark: u8) {
        // SAFETY: every entry has its header, of which this byte is never borrowed, and entries are not shared by threads.
        unsafe { self.base().add(3).write(self.flags() & !MARK_MASK | mark << MARK_SHIFT & MARK_MASK) }
    }

    /// Takes the collection out, if it holds one. The entry is only fit to be dropped afterwards.
    pub fn take_collection(&mut self) -> Option<Collection> {
        if self.kind() != KIND_COLLECTION {
            return None;
        }
        // SAFETY: the kind says that the payload is a collection. The kind changes, so that nobody reads it again.
        unsafe {
            let flags = self.base().add(3);
            flags.write(*flags & ((1 << KIND_SHIFT) - 1) | KIND_TAKEN << KIND_SHIFT);
            Some(self.collection_place().read())
        }
    }

    #[inline]
    fn base(&self) -> *mut u8 {
        self.0.as_ptr()
    }

    #[inline]
    fn flags(&self) -> u8 {
        // SAFETY: every entry has its header.
        unsafe { *self.base().add(3) }
    }

    /// Offset of the expire time (there or not) and length of the key.
    #[inline]
    fn key_parts(&self) -> (usize, usize) {
        // SAFETY: the header says which of both forms of the key's length is there.
        unsafe {
            if self.flags() & FLAG_WIDE_KEY == 0 {
                (5, *self.base().add(4) as usize)
            } else {
                (8, self.base().add(4).cast::<u32>().read_unaligned() as usize)
            }
        }
    }

    #[inline]
    fn key_offset(&self) -> (usize, usize) {
        let (offset, len) = self.key_parts();
        (offset + if self.flags() & FLAG_TTL != 0 { 8 } else { 0 }, len)
    }

    #[inline]
    fn payload(&self) -> *mut u8 {
        let (offset, len) = self.key_offset();
        // SAFETY: the value follows the key inside the allocation.
        unsafe { self.base().add(offset + len) }
    }

    /// Where the collection is, in an entry that holds one.
    #[inline]
    fn collection_place(&self) -> *mut Collection {
        let (offset, len) = self.key_offset();
        // SAFETY: the collection follows the key inside the allocation, as far behind as it has to be aligned.
        unsafe { self.base().add(aligned(offset + len)).cast() }
    }

    #[inline]
    fn kind(&self) -> u8 {
        self.flags() >> KIND_SHIFT
    }

    /// The key.
    #[inline]
    pub fn key(&self) -> &[u8] {
        let (offset, len) = self.key_offset();
        // SAFETY: these bytes were written by `begin` and live as long as the entry.
        unsafe { std::slice::from_raw_parts(self.base().add(offset), len) }
    }

    /// When it expires, in milliseconds since the Unix epoch.
    #[inline]
    pub fn expire_ms(&self) -> Option<i64> {
        if self.flags() & FLAG_TTL == 0 {
            return None;
        }
        let (offset, _) = self.key_parts();
        // SAFETY: the flag says that the time is there.
        Some(unsafe { self.base().add(offset).cast::<i64>().read_unaligned() }).filter(|&expire| expire != NEVER)
    }

    /// What it holds.
    #[inline]
    pub fn content(&self) -> Content<'_> {
        let payload = self.payload();
        // SAFETY: the kind says what `new` and the writers below have put there.
        unsafe {
            Content::String(match self.kind() {
                KIND_INT => Value::Int(payload.cast::<i64>().read_unaligned()),
                KIND_SHORT => Value::Short(std::slice::from_raw_parts(payload.add(2), *payload as usize)),
                KIND_LONG => {
                    let len = payload.cast::<u32>().read_unaligned() as usize;
                    Value::Long(std::slice::from_raw_parts(payload.add(8), len))
                }
                kind => {
                    debug_assert_eq!(kind, KIND_COLLECTION, "an entry is dropped when its collection was taken");
                    return Content::Collection(&*self.collection_place());
                }
            })
        }
    }

    /// The string that it holds, or WRONGTYPE.
    #[inline]
    pub fn string(&self) -> Result<Value<'_>, Error> {
        self.content().string()
    }

    /// The collection that it holds.
    #[inline]
    pub fn collection(&self) -> Option<&Collection> {
        if self.kind() != KIND_COLLECTION {
            return None;
        }
        // SAFETY: the kind says that the payload is a collection.
        Some(unsafe { &*self.collection_place() })
    }

    /// The collection that it holds, to be changed.
    #[inline]
    pub fn collection_mut(&mut self) -> Option<&mut Collection> {
        if self.kind() != KIND_COLLECTION {
            return None;
        }
        // SAFETY: the kind says that the payload is a collection, and `&mut self` is the only access to it.
        Some(unsafe { &mut *self.collection_place() })
    }

    /// Whether it has a time of expiry that is before this one.
    #[inline]
    pub fn expires_before(&self, time_ms: i64) -> bool {
        self.flags() & FLAG_TTL != 0 && self.expire_ms().is_some_and(|expire| expire < time_ms)
    }

    /// How the entry was used.
    #[inline]
    pub fn access(&self) -> Access {
        // SAFETY: every entry has its header.
        Access::from_bits(unsafe { self.base().cast::<u32>().read_unaligned() } & 0x00ff_ffff)
    }

    /// Notes a use.
    #[inline]
    pub fn set_access(&mut self, access: Access) {
        // SAFETY: every entry has its header.
        unsafe {
            let header = self.base().cast::<u32>();
            header.write_unaligned(header.read_unaligned() & 0xff00_0000 | access.bits());
        }
    }

    /// Overwrites the value in place if it has the same kind and fits; false, and nothing done, otherwise.
    #[inline]
    pub fn overwrite(&mut self, value: Value<'_>) -> bool {
        let payload = self.payload();
        // SAFETY: the kind says what the payload is, and nothing longer than its capacity is written.
        unsafe {
            match (self.kind(), value) {
                (KIND_INT, Value::Int(number)) => payload.cast::<i64>().write_unaligned(number),
                (KIND_SHORT, Value::Short(bytes)) if bytes.len() <= *payload.add(1) as usize => {
                    payload.write(bytes.len() as u8);
                    ptr::copy_nonoverlapping(bytes.as_ptr(), payload.add(2), bytes.len());
                }
                (KIND_LONG, Value::Long(bytes)) if self.fits_long(bytes.len()) => {
                    payload.cast::<u32>().write_unaligned(bytes.len() as u32);
                    ptr::copy_nonoverlapping(bytes.as_ptr(), payload.add(8), bytes.len());
                }
                _ => return false,
            }
        }
        true
    }

    /// Whether a long value of this length may take the place of the one there: it fits, and wastes at most half.
    fn fits_long(&self, len: usize) -> bool {
        let capacity = self.long_capacity();
        len <= capacity && len >= capacity / 2
    }

    /// Whether the value is a long one and can have this length where it is.
    pub fn can_resize_long(&self, len: usize) -> bool {
        self.kind() == KIND_LONG && len <= self.long_capacity()
    }

    fn long_capacity(&self) -> usize {
        debug_assert_eq!(self.kind(), KIND_LONG);
        // SAFETY: a long value's capacity stands behind its length.
        unsafe { self.payload().add(4).cast::<u32>().read_unaligned() as usize }
    }

    /// The bytes of a long value, to be changed in place.
    pub fn long_mut(&mut self) -> Option<&mut [u8]> {
        match self.content() {
            Content::String(Value::Long(bytes)) => {
                // SAFETY: `&mut self` is the only access to these bytes.
                Some(unsafe { std::slice::from_raw_parts_mut(self.payload().add(8), bytes.len()) })
            }
            _ => None,
        }
    }

    /// Sets the length of a long value within its capacity, new bytes are zero; false when it does not fit.
    pub fn resize_long(&mut self, len: usize) -> bool {
        if !self.can_resize_long(len) {
            return false;
        }
        let payload = self.payload();
        // SAFETY: the length stays within the capacity, and bytes beyond the old length are written before they count.
        unsafe {
            let old = payload.cast::<u32>().read_unaligned() as usize;
            if len > old {
                ptr::write_bytes(payload.add(8 + old), 0, len - old);
            }
            payload.cast::<u32>().write_unaligned(len as u32);
        }
        true
    }

    /// The size of the allocation in bytes, without what a collection has of its own.
    pub fn allocated(&self) -> usize {
        let (offset, key_len) = self.key_offset();
        let payload = self.payload();
        // SAFETY: the kind says what the payload is.
        let value = unsafe {
            match self.kind() {
                KIND_INT => 8,
                KIND_SHORT => 2 + *payload.add(1) as usize,
                KIND_COLLECTION | KIND_TAKEN => return aligned(offset + key_len) + size_of::<Collection>(),
                _ => 8 + payload.add(4).cast::<u32>().read_unaligned() as usize,
            }
        };
        offset + key_len + value
    }
}

impl Keyed for Entry {
    #[inline]
    fn key(&self) -> &[u8] {
        Entry::key(self)
    }

    #[inline]
    fn expire_ms(&self) -> Option<i64> {
        Entry::expire_ms(self)
    }

    #[inline]
    fn due_ms(&self) -> Option<i64> {
        let expire = self.expire_ms();
        match self.collection().and_then(|collection| collection.due_ms()) {
            Some(due) => Some(expire.map_or(due, |expire| expire.min(due))),
            None => expire,
        }
    }
}

impl Expiring for Entry {
    #[inline]
    fn set_expire(&mut self, expire_ms: Option<i64>) -> bool {
        if self.flags() & FLAG_TTL == 0 {
            return expire_ms.is_none();
        }
        let (offset, _) = self.key_parts();
        // SAFETY: the flag says that the time is there.
        unsafe { self.base().add(offset).cast::<i64>().write_unaligned(expire_ms.unwrap_or(NEVER)) };
        true
    }

    fn widened(&mut self, expire_ms: Option<i64>) -> Entry {
        self.moved(None, expire_ms)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let _ = self.take_collection();
        let size = self.allocated();
        // SAFETY: allocated by `begin` with this very layout; capacities never change afterwards.
        unsafe { dealloc(self.base(), layout(size)) }
    }
}
