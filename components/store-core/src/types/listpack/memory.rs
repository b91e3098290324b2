//! The memory of a listpack: one allocation that its owner points to, and whose size follows from the bytes in use.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::ptr::{self, NonNull};

use super::encoding::END;
use super::{HEADER, validate};

/// An owned listpack.
pub struct Listpack(NonNull<u8>);

// SAFETY: a listpack owns its allocation and holds no pointer to anything else.
unsafe impl Send for Listpack {}
// SAFETY: nothing is written through a shared reference.
unsafe impl Sync for Listpack {}

const ALIGN: usize = 4;
/// Beyond this size, steps are no longer.
const LARGE: usize = 1 << 16;

/// How much is allocated for so many bytes: up to a sixteenth more, so that a listpack that grows element by element
/// does not move each time.
#[inline]
fn capacity(total: usize) -> usize {
    /// What an allocator keeps of its own in front.
    const HEADER: usize = 4;
    let step = (total.min(LARGE).next_power_of_two() / 16).clamp(8, 4096);
    (total + HEADER).next_multiple_of(step) - HEADER
}

fn layout(total: usize) -> Layout {
    Layout::from_size_align(capacity(total), ALIGN).expect("listpacks have less than 4 GiB")
}

impl Listpack {
    /// An empty one.
    pub fn new() -> Listpack {
        let total = HEADER + 1;
        // SAFETY: the size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout(total)) }) else { handle_alloc_error(layout(total)) };
        // SAFETY: the bytes written are the first of the allocation.
        unsafe {
            start.as_ptr().cast::<u32>().write_unaligned((total as u32).to_le());
            start.as_ptr().add(4).cast::<u16>().write_unaligned(0);
            start.as_ptr().add(HEADER).write(END);
        }
        Listpack(start)
    }

    /// A copy of bytes that come from outside, unless they are no listpack.
    pub fn from_bytes(bytes: &[u8]) -> Option<Listpack> {
        validate::elements(bytes)?;
        let mut pack = Listpack::new();
        pack.splice(0, HEADER + 1, &[bytes]);
        Some(pack)
    }

    /// Its bytes, as Redis has them in DUMP and RDB.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: so many bytes were written, and live as long as the listpack.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr(), self.total()) }
    }

    #[inline]
    fn total(&self) -> usize {
        // SAFETY: every listpack has its header.
        u32::from_le(unsafe { self.0.as_ptr().cast::<u32>().read_unaligned() }) as usize
    }

    #[inline]
    pub(super) fn count(&self) -> u16 {
        // SAFETY: every listpack has its header.
        u16::from_le(unsafe { self.0.as_ptr().add(4).cast::<u16>().read_unaligned() })
    }

    pub(super) fn set_count(&mut self, count: u16) {
        // SAFETY: every listpack has its header.
        unsafe { self.0.as_ptr().add(4).cast::<u16>().write_unaligned(count.to_le()) };
    }

    /// The size of the allocation in bytes.
    pub fn allocated(&self) -> usize {
        capacity(self.total())
    }

    /// Puts bytes in the place of `removed` bytes from `at` on.
    pub(super) fn splice(&mut self, at: usize, removed: usize, parts: &[&[u8]]) {
        let added: usize = parts.iter().map(|part| part.len()).sum();
        let old = self.total();
        let behind = at + removed;
        assert!(behind <= old, "what is removed is there");
        let total = old - removed + added;
        assert!(u32::try_from(total).is_ok(), "listpacks have less than 4 GiB");
        if capacity(total) > capacity(old) {
            self.reallocate(old, total);
        }
        // SAFETY: both what moves and what is written lie within the larger of both sizes, for which there is room.
        unsafe {
            let base = self.0.as_ptr();
            if removed != added {
                ptr::copy(base.add(behind), base.add(at + added), old - behind);
            }
            let mut to = at;
            for part in parts {
                ptr::copy_nonoverlapping(part.as_ptr(), base.add(to), part.len());
                to += part.len();
            }
        }
        if capacity(total) < capacity(old) {
            self.reallocate(old, total);
        }
        // SAFETY: every listpack has its header. It is written last: what was spliced may have been the header.
        unsafe { self.0.as_ptr().cast::<u32>().write_unaligned((total as u32).to_le()) };
    }

    #[inline(never)]
    fn reallocate(&mut self, old: usize, total: usize) {
        // SAFETY: this is the layout of the allocation, and the new size is not zero.
        let start = unsafe { realloc(self.0.as_ptr(), layout(old), layout(total).size()) };
        self.0 = NonNull::new(start).unwrap_or_else(|| handle_alloc_error(layout(total)));
    }
}

impl Drop for Listpack {
    fn drop(&mut self) {
        // SAFETY: this is the layout of the allocation: its size follows from the bytes in use.
        unsafe { dealloc(self.0.as_ptr(), layout(self.total())) }
    }
}
