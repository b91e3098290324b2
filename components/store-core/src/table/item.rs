//! A key with a value in one allocation: a field of a hash, or with an empty value a member of a set.
//!
//! ```text
//! 0  key len    u8, or u32 in a wide one
//!    value len  u8, or u32 in a wide one
//!    expire     i64   milliseconds since the Unix epoch, `i64::MIN` for never, only in one with room for a time
//!    key        bytes
//!    value      bytes
//! ```
//! Which of these it is stands in the two low bits of the pointer. On wasm32 a field of 10 bytes with a value of 16 takes
//! 32 with what the allocator keeps of its own, and a member of 10 bytes takes 16.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::num::NonZero;
use std::ptr::{self, NonNull};

use super::keyed::{Expiring, Keyed};
use crate::memory;

#[cfg(feature = "vectors")]
mod key_of;

#[cfg(feature = "vectors")]
pub(crate) use key_of::KeyOf;

/// An owned key with its value.
pub struct Item(NonNull<u8>);

// SAFETY: an item owns its allocation and holds no pointer to anything else.
unsafe impl Send for Item {}

/// In the pointer: there is room for a time.
const TIMED: usize = 1;
/// In the pointer: both lengths have 32 bits.
const WIDE: usize = 2;
const ALIGN: usize = 4;
/// No time of expiry: before any that a command accepts.
const NEVER: i64 = i64::MIN;

/// What the parts of an item are, without reading more than its head.
#[derive(Clone, Copy)]
struct Parts {
    /// Where the time is, or the key if there is no room for one.
    head: usize,
    key: usize,
    key_len: usize,
    value_len: usize,
}

impl Parts {
    fn new(form: usize, key_len: usize, value_len: usize) -> Parts {
        let head = if form & WIDE == 0 { 2 } else { 8 };
        Parts { head, key: head + if form & TIMED == 0 { 0 } else { 8 }, key_len, value_len }
    }

    fn value(&self) -> usize {
        self.key + self.key_len
    }

    /// The size of the allocation: all of what an allocator would give anyway.
    fn size(&self) -> usize {
        memory::usable(self.value() + self.value_len)
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, ALIGN).expect("keys and values are at most 512 MiB each")
}

impl Item {
    /// A new item.
    pub fn new(key: &[u8], value: &[u8], expire_ms: Option<i64>) -> Item {
        let wide = key.len().max(value.len()) > usize::from(u8::MAX);
        let form = if wide { WIDE } else { 0 } | if expire_ms.is_some() { TIMED } else { 0 };
        let parts = Parts::new(form, key.len(), value.len());
        let layout = layout(parts.size());
        // SAFETY: the size is never zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        // SAFETY: lengths, time, key and value are, one behind the other, within the size just allocated.
        unsafe {
            let base = start.as_ptr();
            if wide {
                base.cast::<u32>().write_unaligned(key.len() as u32);
                base.add(4).cast::<u32>().write_unaligned(value.len() as u32);
            } else {
                base.write(key.len() as u8);
                base.add(1).write(value.len() as u8);
            }
            if let Some(expire) = expire_ms {
                base.add(parts.head).cast::<i64>().write_unaligned(expire);
            }
            ptr::copy_nonoverlapping(key.as_ptr(), base.add(parts.key), key.len());
            ptr::copy_nonoverlapping(value.as_ptr(), base.add(parts.value()), value.len());
        }
        Item(start.map_addr(|address| address | form))
    }

    /// The same once more.
    pub fn duplicate(&self) -> Item {
        Item::new(self.key(), self.value(), self.expire_ms())
    }

    #[inline]
    fn form(&self) -> usize {
        self.0.addr().get() & (TIMED | WIDE)
    }

    #[inline]
    fn base(&self) -> *mut u8 {
        self.0.as_ptr().map_addr(|address| address & !(TIMED | WIDE))
    }

    #[inline]
    fn parts(&self) -> Parts {
        let (base, form) = (self.base(), self.form());
        // SAFETY: the form says how wide the lengths are that `new` has written.
        let (key_len, value_len) = unsafe {
            if form & WIDE == 0 {
                (usize::from(*base), usize::from(*base.add(1)))
            } else {
                (base.cast::<u32>().read_unaligned() as usize, base.add(4).cast::<u32>().read_unaligned() as usize)
            }
        };
        Parts::new(form, key_len, value_len)
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> &[u8] {
        let parts = self.parts();
        // SAFETY: these bytes were written by `new` or `overwrite` and live as long as the item.
        unsafe { std::slice::from_raw_parts(self.base().add(parts.value()), parts.value_len) }
    }

    /// Overwrites the value in place when the allocation has just the size for it; false, and nothing done, otherwise.
    #[inline]
    pub fn overwrite(&mut self, value: &[u8]) -> bool {
        let parts = self.parts();
        let next = Parts { value_len: value.len(), ..parts };
        let wide = self.form() & WIDE != 0;
        if next.size() != parts.size() || !wide && value.len() > usize::from(u8::MAX) {
            return false;
        }
        let base = self.base();
        // SAFETY: the size stays the same, so the value lies within it; the form says how wide its length is.
        unsafe {
            if wide {
                base.add(4).cast::<u32>().write_unaligned(value.len() as u32);
            } else {
                base.add(1).write(value.len() as u8);
            }
            ptr::copy_nonoverlapping(value.as_ptr(), base.add(parts.value()), value.len());
        }
        true
    }

    /// The size of the allocation in bytes.
    pub fn allocated(&self) -> usize {
        self.parts().size()
    }

    /// A number that no other item has that is alive.
    pub fn address(&self) -> NonZero<usize> {
        self.0.addr()
    }
}

impl Keyed for Item {
    #[inline]
    fn key(&self) -> &[u8] {
        let parts = self.parts();
        // SAFETY: these bytes were written by `new` and live as long as the item.
        unsafe { std::slice::from_raw_parts(self.base().add(parts.key), parts.key_len) }
    }

    #[inline]
    fn expire_ms(&self) -> Option<i64> {
        if self.form() & TIMED == 0 {
            return None;
        }
        // SAFETY: the form says that the time is there, behind the lengths.
        let time = unsafe { self.base().add(self.parts().head).cast::<i64>().read_unaligned() };
        Some(time).filter(|&time| time != NEVER)
    }
}

impl Expiring for Item {
    fn set_expire(&mut self, expire_ms: Option<i64>) -> bool {
        if self.form() & TIMED == 0 {
            return expire_ms.is_none();
        }
        // SAFETY: the form says that the time is there, behind the lengths.
        unsafe { self.base().add(self.parts().head).cast::<i64>().write_unaligned(expire_ms.unwrap_or(NEVER)) };
        true
    }

    fn widened(&mut self, expire_ms: Option<i64>) -> Item {
        Item::new(self.key(), self.value(), expire_ms.or(Some(NEVER)))
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this very size; `overwrite` keeps it.
        unsafe { dealloc(self.base(), layout(self.parts().size())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_gives_back_what_it_was_made_of() {
        let long = vec![b'x'; 300];
        for key in [&b""[..], b"k", b"a field", &long] {
            for value in [&b""[..], b"v", &long[..255], &long] {
                for expire in [None, Some(0), Some(i64::MAX)] {
                    let item = Item::new(key, value, expire);
                    assert_eq!((item.key(), item.value(), item.expire_ms()), (key, value, expire));
                    let copy = item.duplicate();
                    assert_eq!((copy.key(), copy.value(), copy.expire_ms()), (key, value, expire));
                }
            }
        }
    }

    #[test]
    fn a_value_is_overwritten_in_place_only_when_the_allocation_stays() {
        let mut item = Item::new(b"field", b"12345", Some(7));
        assert!(item.overwrite(b"54321"));
        assert_eq!((item.key(), item.value(), item.expire_ms()), (&b"field"[..], &b"54321"[..], Some(7)));
        assert!(!item.overwrite(&[b'x'; 100]));
        assert_eq!(item.value(), b"54321");
        let mut wide = Item::new(b"field", &[b'x'; 260], None);
        assert!(!wide.overwrite(b"short"));
        assert!(wide.overwrite(&[b'y'; 256]));
        assert_eq!((wide.key(), wide.value()), (&b"field"[..], &[b'y'; 256][..]));
        let mut narrow = Item::new(b"", &[b'x'; 255], None);
        assert!(!narrow.overwrite(&[b'x'; 256]), "its length has a byte");
    }

    #[test]
    fn a_time_needs_room() {
        let mut item = Item::new(b"field", b"value", None);
        assert!(item.set_expire(None));
        assert!(!item.set_expire(Some(5)));
        let mut timed = item.widened(Some(5));
        assert_eq!((timed.key(), timed.value(), timed.expire_ms()), (&b"field"[..], &b"value"[..], Some(5)));
        assert!(timed.set_expire(None));
        assert_eq!(timed.expire_ms(), None);
        assert!(timed.set_expire(Some(i64::MAX)));
        assert_eq!(timed.expire_ms(), Some(i64::MAX));
    }
}
