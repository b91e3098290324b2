//! How an entry lies in memory.
//!
//! ```text
//! 0  access   u24   when or how often it was used (see `access.rs`)
//! 3  flags    u8    kind of value, mark of snapshots, has a time to live, wide key length
//! 4  key len  u8, or u32 when the key is longer than 255 bytes
//!    expire   i64   milliseconds since the Unix epoch, `i64::MIN` for never, only with the flag
//!    key      bytes
//!    value    int: i64 · short: len u8, capacity u8, bytes · long: len u32, capacity u32, bytes
//!             collection: aligned, as it is
//! ```
//! Nothing in it is aligned but its start and a collection. On wasm32 a key of 10 bytes with a value of 16 takes 33 bytes.

use std::alloc::{Layout, alloc, handle_alloc_error};
use std::ptr::{self, NonNull};

use crate::keyspace::access::Access;
use crate::memory::usable;
use crate::types::Collection;

/// Behind the key's length there is a time of expiry.
pub(super) const FLAG_TTL: u8 = 1;
/// The key's length has 32 bits.
pub(super) const FLAG_WIDE_KEY: u8 = 2;
/// Two bits that tell which entries a snapshot has (see `keyspace/saving`).
pub(super) const MARK_SHIFT: u8 = 2;
pub(super) const MARK_MASK: u8 = 3 << MARK_SHIFT;
/// No time of expiry: before any that a command accepts.
pub(super) const NEVER: i64 = i64::MIN;
/// Above the flags stands the kind of value.
pub(super) const KIND_SHIFT: u8 = 4;
pub(super) const KIND_INT: u8 = 0;
pub(super) const KIND_SHORT: u8 = 1;
pub(super) const KIND_LONG: u8 = 2;
pub(super) const KIND_COLLECTION: u8 = 3;
/// A collection that was taken out: all that is left to do is to drop the entry.
pub(super) const KIND_TAKEN: u8 = 4;

const ALIGN: usize = align_of::<Collection>();

/// A new entry without its payload: the allocation, where the payload begins, and how many bytes it has, at least
/// `payload`. All of what the allocator gives counts, but for payloads that never have another size.
#[cfg_attr(feature = "inlining", inline(always))]
pub(super) fn begin(
    key: &[u8],
    kind: u8,
    expire_ms: Option<i64>,
    access: Access,
    payload: usize,
) -> (NonNull<u8>, *mut u8, usize) {
    let wide = key.len() > u8::MAX as usize;
    let prefix = 4 + if wide { 4 } else { 1 } + if expire_ms.is_some() { 8 } else { 0 } + key.len();
    let prefix = if kind == KIND_COLLECTION { aligned(prefix) } else { prefix };
    let least = prefix + payload;
    let size = if matches!(kind, KIND_SHORT | KIND_LONG) { usable(least) } else { least };
    // SAFETY: the size is never zero.
    let start = unsafe { alloc(layout(size)) };
    let Some(start) = NonNull::new(start) else { handle_alloc_error(layout(size)) };
    let mut flags = kind << KIND_SHIFT;
    // SAFETY: the fields written here, one behind the other, are the first of the `size` bytes just allocated.
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
        (start, base.add(prefix), size - prefix)
    }
}

/// Where a collection is that comes behind so many bytes.
#[inline]
pub(super) fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(ALIGN)
}

pub(super) fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, ALIGN).expect("keys and values are at most 512 MiB each")
}
