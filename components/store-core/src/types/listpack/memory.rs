//! The memory of a listpack: one allocation that its owner points to, and whose size follows from the bytes in use.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::ptr::{self, NonNull};

use super::encoding::{END, Encoded};
use super::{HEADER, validate};

/// An owned listpack.
pub struct Listpack(pub(super) NonNull<u8>);

// SAFETY: a listpack owns its allocation and holds no pointer to anything else.
unsafe impl Send for Listpack {}
// SAFETY: nothing is written through a shared reference.
unsafe impl Sync for Listpack {}

const ALIGN: usize = 4;
/// Beyond this size, steps are no longer.
const LARGE: usize = 1 << 16;

/// How much is allocated for so many bytes: up to a sixteenth more, so that a listpack that grows element by element
/// does not move each time. It is as much for all sizes up to that.
#[inline]
pub(super) fn capacity(total: usize) -> usize {
    let (less, step) = steps(total);
    less + step
}

/// As much as is not enough for so many bytes, and how much more is.
#[inline]
fn steps(total: usize) -> (usize, usize) {
    /// What an allocator keeps of its own in front.
    const HEADER: usize = 4;
    let whole = total + HEADER;
    let step = (whole.min(LARGE).next_power_of_two() / 16).clamp(8, 4096);
    // A multiple of the step, which is a power of two.
    (((whole - 1) & !(step - 1)) - HEADER, step)
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
        pack.splice(0, HEADER + 1, bytes);
        Some(pack)
    }

    /// Its bytes: those that Redis has in DUMP and RDB, unless there is a gap (see `gap.rs`).
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: so many bytes were written, and live as long as the listpack.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr(), self.total()) }
    }

    #[inline]
    pub(super) fn total(&self) -> usize {
        // SAFETY: every listpack has its header.
        u32::from_le(unsafe { self.0.as_ptr().cast::<u32>().read_unaligned() }) as usize
    }

    /// # Safety
    ///
    /// So many bytes are allocated, and the last of them is or becomes the end mark.
    #[inline]
    pub(super) unsafe fn set_total(&mut self, total: usize) {
        // SAFETY: every listpack has its header.
        unsafe { self.0.as_ptr().cast::<u32>().write_unaligned((total as u32).to_le()) };
    }

    #[inline]
    pub(super) fn count(&self) -> u16 {
        // SAFETY: every listpack has its header.
        u16::from_le(unsafe { self.0.as_ptr().add(4).cast::<u16>().read_unaligned() })
    }

    #[inline]
    pub(super) fn set_count(&mut self, count: u16) {
        // SAFETY: every listpack has its header.
        unsafe { self.0.as_ptr().add(4).cast::<u16>().write_unaligned(count.to_le()) };
    }

    /// The size of the allocation in bytes.
    pub fn allocated(&self) -> usize {
        capacity(self.total())
    }

    /// Adds an element behind the last; its count is another matter.
    #[inline]
    pub(super) fn extend(&mut self, element: &Encoded<'_>) {
        let old = self.total();
        let total = old + element.len();
        if total > capacity(old) {
            self.reallocate(old, total);
        }
        // SAFETY: there is room for all bytes, and the last of the old ones was the end mark.
        unsafe {
            let base = self.0.as_ptr();
            element.write(base.add(old - 1));
            base.add(total - 1).write(END);
            self.set_total(total);
        }
    }

    /// Forgets what stands from `at` on.
    #[inline]
    pub(super) fn truncate(&mut self, at: usize) {
        let (old, total) = (self.total(), at + 1);
        assert!(HEADER <= at && at < old, "what is removed is there");
        if total <= steps(old).0 {
            return self.truncate_much(at);
        }
        // SAFETY: so many bytes are there.
        unsafe {
            self.0.as_ptr().add(at).write(END);
            self.set_total(total);
        }
    }

    #[inline(never)]
    fn truncate_much(&mut self, at: usize) {
        self.splice(at, self.total() - 1 - at, b"");
        if self.gap() > self.total() / 4 {
            self.close_gap();
        }
    }

    /// Puts bytes in the place of `removed` bytes from `at` on.
    pub(super) fn splice(&mut self, at: usize, removed: usize, bytes: &[u8]) {
        let hole = self.resize(at, removed, bytes.len());
        // SAFETY: the hole has so many bytes.
        unsafe { hole.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }

    /// Puts an element in the place of `removed` bytes from `at` on.
    pub(super) fn splice_element(&mut self, at: usize, removed: usize, element: &Encoded<'_>) {
        let hole = self.resize(at, removed, element.len());
        // SAFETY: the hole has so many bytes.
        unsafe { element.write(hole) };
    }

    /// Makes the `removed` bytes from `at` on `added` bytes, which are to be written then; where they are.
    fn resize(&mut self, at: usize, removed: usize, added: usize) -> *mut u8 {
        let old = self.total();
        let behind = at + removed;
        assert!(behind <= old, "what is removed is there");
        let total = old - removed + added;
        assert!(u32::try_from(total).is_ok(), "listpacks have less than 4 GiB");
        if capacity(total) > capacity(old) {
            self.reallocate(old, total);
        }
        // SAFETY: what moves lies within the larger of both sizes, for which there is room.
        unsafe {
            let base = self.0.as_ptr();
            if removed != added {
                ptr::copy(base.add(behind), base.add(at + added), old - behind);
            }
        }
        if capacity(total) < capacity(old) {
            self.reallocate(old, total);
        }
        // SAFETY: the end mark has moved to the last byte, or is to be written with all the rest; the hole is there.
        unsafe {
            self.set_total(total);
            self.0.as_ptr().add(at)
        }
    }

    #[inline(never)]
    pub(super) fn reallocate(&mut self, old: usize, total: usize) {
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
