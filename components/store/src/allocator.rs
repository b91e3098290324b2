//! The component's allocator: dlmalloc, which is that of Rust's standard library as well, over memory that grows to whole
//! huge pages. A host that can back the memory with pages of 2 MiB does so when one is first touched, if all of it is
//! there then; with small pages most of a lookup's time goes into translating addresses.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;
use std::ptr;

use dlmalloc::Dlmalloc;

/// A page of WebAssembly, in bytes.
const PAGE: usize = 64 << 10;
/// So many of them are a huge page of x86-64 and of AArch64.
const HUGE: usize = (2 << 20) / PAGE;

/// The linear memory: it grows, and nothing of it is ever given back.
struct LinearMemory;

// SAFETY: what `alloc` returns was not there before, so that nobody else has it.
unsafe impl dlmalloc::Allocator for LinearMemory {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let (end, least) = (memory_size(0), size.div_ceil(PAGE));
        // To the end of a huge page, or as far as it goes.
        let generous = (end + least).next_multiple_of(HUGE) - end;
        let grown = [generous, least].into_iter().find(|&pages| memory_grow(0, pages) != usize::MAX);
        let Some(pages) = grown else { return (ptr::null_mut(), 0, 0) };
        let start = end * PAGE;
        // A pointer behind the very last byte of 4 GiB would be null.
        let bytes = if end + pages == 1 << 16 { pages * PAGE - 16 } else { pages * PAGE };
        (ptr::without_provenance_mut(start), bytes, 0)
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
        Allocator(UnsafeCell::new(Dlmalloc::new_with_allocator(LinearMemory)))
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
