//! One key with its time to live and its value, in one allocation.
//!
//! ```text
//! 0  access   u24   when or how often it was used (see `access.rs`)
//! 3  flags    u8    kind of value, has a time to live, wide key length
//! 4  key len  u8, or u32 when the key is longer than 255 bytes
//!    expire   i64   milliseconds since the Unix epoch, `i64::MIN` for never, only with the flag
//!    key      bytes
//!    value    int: i64 · short: len u8, capacity u8, bytes · long: len u32, capacity u32, bytes
//! ```
//! Nothing in it is aligned but its start. On wasm32 a key of 10 bytes with a value of 16 takes 33 bytes.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::{self, NonNull};

use super::access::Access;

/// An owned entry.
pub struct Entry(NonNull<u8>);

// SAFETY: an entry owns its allocation and holds no pointer to anything else.
unsafe impl Send for Entry {}

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string that is a decimal integer, kept as one (`int`).
    Int(i64),
    /// A string that never grew in place, at most 44 bytes (`embstr`).
    Short(&'a [u8]),
    /// Any other string (`raw`).
    Long(&'a [u8]),
}

/// The longest string that `OBJECT ENCODING` calls `embstr`, as in Redis.
pub const SHORT_MAX: usize = 44;

const FLAG_TTL: u8 = 1;
const FLAG_WIDE_KEY: u8 = 2;
/// Values longer than this keep room for a time to live, so that setting one never copies them.
const TTL_ROOM_FROM: usize = 256;
/// No time of expiry: before any that a command accepts.
const NEVER: i64 = i64::MIN;
const KIND_SHIFT: u8 = 4;
const KIND_INT: u8 = 0;
const KIND_SHORT: u8 = 1;
const KIND_LONG: u8 = 2;

const ALIGN: usize = 4;
/// An allocator's own header on wasm32: sizes are rounded so that header and entry together fill whole units.
const ALLOCATOR_HEADER: usize = 4;
const ALLOCATOR_UNIT: usize = 8;

/// What an allocation of at least `size` bytes gets anyway.
fn usable(size: usize) -> usize {
    (size + ALLOCATOR_HEADER).next_multiple_of(ALLOCATOR_UNIT) - ALLOCATOR_HEADER
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, ALIGN).expect("keys and values are at most 512 MiB each")
}

impl Entry {
    /// A new entry; `room` bytes are kept free behind a long value.
    pub fn new(key: &[u8], value: Value<'_>, expire_ms: Option<i64>, access: Access, room: usize) -> Entry {
        let wide = key.len() > u8::MAX as usize;
        let expire_ms = expire_ms.or((key.len() + value.stored_len() > TTL_ROOM_FROM).then_some(NEVER));
        let prefix = 4 + if wide { 4 } else { 1 } + if expire_ms.is_some() { 8 } else { 0 };
        let (kind, head, bytes): (u8, usize, &[u8]) = match value {
            Value::Int(_) => (KIND_INT, 8, &[]),
            Value::Short(bytes) => (KIND_SHORT, 2, bytes),
            Value::Long(bytes) => (KIND_LONG, 8, bytes),
        };
        let least = prefix + key.len() + head + bytes.len() + if kind == KIND_LONG { room } else { 0 };
        let size = if kind == KIND_INT { least } else { usable(least) };
        let capacity = size - (prefix + key.len() + head);
        // SAFETY: the size is never zero.
        let start = unsafe { alloc(layout(size)) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout(size)) };
        let mut flags = kind << KIND_SHIFT;
        // SAFETY: the fields written here, one behind the other, are the `size` bytes just allocated.
        unsafe {
            let base = start.as_ptr();
            let mut at = base.add(4);
            if wide {
                flags |= FLAG_WIDE_KEY;
                at.cast::<u32>().write_unaligned(key.len() as u32);
                at = at.add(4);
            } else {
                at.write(key.len() as u8);
                at = at.add(1);
            }
            if let Some(expire) = expire_ms {
                flags |= FLAG_TTL;
                at.cast::<i64>().write_unaligned(expire);
                at = at.add(8);
            }
            base.cast::<u32>().write_unaligned(access.bits() | u32::from(flags) << 24);
            ptr::copy_nonoverlapping(key.as_ptr(), at, key.len());
            at = at.add(key.len());
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

    /// A second entry that is equal, without room to grow.
    pub fn duplicate(&self) -> Entry {
        Entry::new(self.key(), self.value(), self.expire_ms(), self.access(), 0)
    }

    /// The same with another time to live.
    pub fn with(&self, expire_ms: Option<i64>) -> Entry {
        Entry::new(self.key(), self.value(), expire_ms, self.access(), 0)
    }

    /// The same under another key.
    pub fn renamed(&self, key: &[u8]) -> Entry {
        Entry::new(key, self.value(), self.expire_ms(), self.access(), 0)
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

    #[inline]
    fn kind(&self) -> u8 {
        self.flags() >> KIND_SHIFT
    }

    /// The key.
    #[inline]
    pub fn key(&self) -> &[u8] {
        let (offset, len) = self.key_offset();
        // SAFETY: these bytes were written by `new` and live as long as the entry.
        unsafe { std::slice::from_raw_parts(self.base().add(offset), len) }
    }

    /// Whether this is the key.
    #[inline]
    pub fn has_key(&self, key: &[u8]) -> bool {
        equal(self.key(), key)
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> Value<'_> {
        let payload = self.payload();
        // SAFETY: the kind says what `new` and the writers below have put there.
        unsafe {
            match self.kind() {
                KIND_INT => Value::Int(payload.cast::<i64>().read_unaligned()),
                KIND_SHORT => Value::Short(std::slice::from_raw_parts(payload.add(2), *payload as usize)),
                _ => {
                    let len = payload.cast::<u32>().read_unaligned() as usize;
                    Value::Long(std::slice::from_raw_parts(payload.add(8), len))
                }
            }
        }
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

    /// Whether it has a time of expiry that is before this one.
    #[inline]
    pub fn expires_before(&self, time_ms: i64) -> bool {
        self.flags() & FLAG_TTL != 0 && self.expire_ms().is_some_and(|expire| expire < time_ms)
    }

    /// Changes the time of expiry in place; false, and nothing done, when the entry has no room for one.
    #[inline]
    pub fn set_expire(&mut self, expire_ms: Option<i64>) -> bool {
        if self.flags() & FLAG_TTL == 0 {
            return expire_ms.is_none();
        }
        let (offset, _) = self.key_parts();
        // SAFETY: the flag says that the time is there.
        unsafe { self.base().add(offset).cast::<i64>().write_unaligned(expire_ms.unwrap_or(NEVER)) };
        true
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
        match self.value() {
            // SAFETY: `&mut self` is the only access to these bytes.
            Value::Long(bytes) => Some(unsafe { std::slice::from_raw_parts_mut(self.payload().add(8), bytes.len()) }),
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

    /// The size of the allocation in bytes.
    pub fn allocated(&self) -> usize {
        let (offset, key_len) = self.key_offset();
        let payload = self.payload();
        // SAFETY: the kind says what the payload is.
        let value = unsafe {
            match self.kind() {
                KIND_INT => 8,
                KIND_SHORT => 2 + *payload.add(1) as usize,
                _ => 8 + payload.add(4).cast::<u32>().read_unaligned() as usize,
            }
        };
        offset + key_len + value
    }
}

/// Equality without a call: `memcmp` goes byte by byte on wasm, and keys are short.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    let len = one.len();
    if len != other.len() {
        return false;
    }
    let (mut one, mut other) = (one, other);
    if let (Some(last), Some(other_last)) = (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        while let (Some((a, more)), Some((b, other_more))) = (one.split_first_chunk::<8>(), other.split_first_chunk()) {
            if u64::from_ne_bytes(*a) != u64::from_ne_bytes(*b) {
                return false;
            }
            (one, other) = (more, other_more);
        }
        return u64::from_ne_bytes(*last) == u64::from_ne_bytes(*other_last);
    }
    one.iter().zip(other).all(|(a, b)| a == b)
}

impl Drop for Entry {
    fn drop(&mut self) {
        let size = self.allocated();
        // SAFETY: allocated by `new` with this very layout; capacities never change afterwards.
        unsafe { dealloc(self.base(), layout(size)) }
    }
}

impl Value<'_> {
    fn stored_len(&self) -> usize {
        match self {
            Value::Int(_) => 8,
            Value::Short(bytes) | Value::Long(bytes) => bytes.len(),
        }
    }

    /// The length of the string in bytes.
    pub fn len(&self) -> usize {
        match self {
            Value::Int(number) => crate::types::string::decimal_len(*number),
            Value::Short(bytes) | Value::Long(bytes) => bytes.len(),
        }
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name that TYPE gives it.
    pub fn type_name(&self) -> &'static str {
        "string"
    }

    /// The name that `OBJECT ENCODING` gives it.
    pub fn encoding(&self) -> &'static str {
        match self {
            Value::Int(_) => "int",
            Value::Short(_) => "embstr",
            Value::Long(_) => "raw",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_gives_back_what_it_was_made_of() {
        let long_key = vec![b'k'; 300];
        let long_value = vec![b'v'; 5000];
        for key in [&b""[..], b"k", &long_key] {
            for expire in [None, Some(-1), Some(i64::MAX - 1)] {
                for value in [Value::Int(i64::MIN), Value::Short(b""), Value::Short(b"abc"), Value::Long(&long_value)] {
                    let entry = Entry::new(key, value, expire, Access::from_bits(7), 0);
                    assert_eq!((entry.key(), entry.value(), entry.expire_ms()), (key, value, expire));
                    assert_eq!(entry.access(), Access::from_bits(7));
                    let copy = entry.duplicate();
                    assert_eq!((copy.key(), copy.value(), copy.expire_ms()), (key, value, expire));
                }
            }
        }
    }

    #[test]
    fn a_value_is_overwritten_in_place_only_when_it_fits() {
        let mut entry = Entry::new(b"key", Value::Short(b"0123456789"), Some(5), Access::default(), 0);
        assert!(entry.overwrite(Value::Short(b"abc")));
        assert_eq!(entry.value(), Value::Short(b"abc"));
        assert!(!entry.overwrite(Value::Int(1)));
        assert!(!entry.overwrite(Value::Short(&[b'x'; 44])));
        assert_eq!((entry.key(), entry.value(), entry.expire_ms()), (&b"key"[..], Value::Short(b"abc"), Some(5)));
        assert!(entry.set_expire(Some(9)));
        assert_eq!(entry.expire_ms(), Some(9));
        assert!(entry.set_expire(None));
        assert_eq!((entry.expire_ms(), entry.value()), (None, Value::Short(b"abc")));
    }

    #[test]
    fn a_long_value_grows_into_its_room() {
        let mut entry = Entry::new(b"k", Value::Long(b"abc"), None, Access::default(), 100);
        assert!(entry.resize_long(50));
        assert_eq!(entry.value().len(), 50);
        assert_eq!(entry.long_mut().map(|bytes| bytes[..5].to_vec()), Some(b"abc\0\0".to_vec()));
        assert!(!entry.resize_long(10_000));
    }
}
