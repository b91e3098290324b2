//! The component's allocator: dlmalloc, which is that of Rust's standard library as well, over memory that grows to whole
//! huge pages. A host that can back the memory with pages of 2 MiB does so when one is first touched, if all of it is
//! there then; with small pages most of a lookup's time goes into translating addresses.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::{Cell, UnsafeCell};
use std::ops::Range;
use std::ptr;

use dlmalloc::Dlmalloc;

/// A page of WebAssembly, in bytes.
const PAGE: usize = 64 << 10;
/// So many of them are a huge page of x86-64 and of AArch64.
const HUGE: usize = (2 << 20) / PAGE;

/// The linear memory: it grows, and nothing of it is ever given back. One huge page more than what was asked for is always
/// there, so that a host with a thread to spare can have it ready before anybody needs it: the first touch of a page is
/// the kernel's work of clearing it.
struct LinearMemory {
    /// How many pages at the end of the memory nobody has yet.
    ahead: Cell<usize>,
}

impl LinearMemory {
    /// The pages ahead, and as many more as it takes to have `least`.
    fn take(&self, least: usize) -> Option<Range<usize>> {
        let (end, ahead) = (memory_size(0), self.ahead.get());
        let start = end - ahead;
        if least <= ahead {
            return Some(start..end);
        }
        let more = least - ahead;
        // To the end of a huge page, or as far as it goes.
        let generous = (end + more).next_multiple_of(HUGE) - end;
        let grown = [generous, more].into_iter().find(|&pages| memory_grow(0, pages) != usize::MAX)?;
        Some(start..end + grown)
    }
}

// SAFETY: what `alloc` returns was not there before, or ahead, so that nobody else has it.
unsafe impl dlmalloc::Allocator for LinearMemory {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let Some(pages) = self.take(size.div_ceil(PAGE)) else { return (ptr::null_mut(), 0, 0) };
        self.ahead.set(if memory_grow(0, HUGE) == usize::MAX { 0 } else { HUGE });
        // A pointer behind the very last byte of 4 GiB would be null.
        let bytes = if pages.end == 1 << 16 { pages.len() * PAGE - 16 } else { pages.len() * PAGE };
        (ptr::without_provenance_mut(pages.start * PAGE), bytes, 0)
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE
    }
}

/// The allocator itself.
pub(crate) struct Allocator(UnsafeCell<Dlmalloc<LinearMemory>>);

// SAFETY: a component has one thread.
unsafe impl Sync for Allocator {}

impl Allocator {
    pub(crate) const fn new() -> Allocator {
        Allocator(UnsafeCell::new(Dlmalloc::new_with_allocator(LinearMemory { ahead: Cell::new(0) })))
    }
}

// SAFETY: dlmalloc keeps the contract; it is borrowed for the length of one call, and calls none of ours.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above; the block is one of this allocator's, with this layout.
        unsafe { (*self.0.get()).free(start, layout.size(), layout.align()) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    #[inline]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; the block is one of this allocator's, with this layout.
        unsafe { (*self.0.get()).realloc(start, layout.size(), layout.align(), size) }
    }
}
