//! A member of a large sorted set with its score, in one allocation that the index by name and the index by order share.
//!
//! ```text
//! 0  score   f64
//! 8  length  u8, or 255 and a u32 for what is longer than 254 bytes
//!    bytes
//! ```
//! On wasm32 a member of 10 bytes takes 24 with what the allocator keeps of its own.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::{self, NonNull};

const SCORE: usize = 8;
/// A length byte that says that the length follows as 32 bits.
const WIDE: u8 = 255;
const ALIGN: usize = 4;

/// An owned member.
pub struct Member(NonNull<u8>);

// SAFETY: a member owns its allocation and holds no pointer to anything else.
unsafe impl Send for Member {}

impl Member {
    /// A new member.
    pub fn new(bytes: &[u8], score: f64) -> Member {
        let short = bytes.len() < usize::from(WIDE);
        let head = SCORE + if short { 1 } else { 5 };
        let layout = layout(head + bytes.len());
        // SAFETY: the size is never zero.
        let start = unsafe { alloc(layout) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(layout) };
        // SAFETY: score, length and bytes are, one behind the other, what was just allocated.
        unsafe {
            let base = start.as_ptr();
            base.cast::<f64>().write_unaligned(score);
            if short {
                base.add(SCORE).write(bytes.len() as u8);
            } else {
                base.add(SCORE).write(WIDE);
                base.add(SCORE + 1).cast::<u32>().write_unaligned(bytes.len() as u32);
            }
            ptr::copy_nonoverlapping(bytes.as_ptr(), base.add(head), bytes.len());
        }
        Member(start)
    }

    /// The name.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the member lives as long as the borrow.
        unsafe { self.handle().bytes() }
    }

    /// The score.
    #[inline]
    pub fn score(&self) -> f64 {
        // SAFETY: the member is alive.
        unsafe { self.handle().score() }
    }

    /// Gives it another score; it must be in no order meanwhile.
    #[inline]
    pub fn set_score(&mut self, score: f64) {
        // SAFETY: every member begins with its score, and `&mut self` is the only access to it.
        unsafe { self.0.as_ptr().cast::<f64>().write_unaligned(score) }
    }

    /// What the order keeps of it.
    #[inline]
    pub(crate) fn handle(&self) -> Handle {
        Handle(self.0)
    }

    /// The size of the allocation in bytes.
    pub fn allocated(&self) -> usize {
        let len = self.bytes().len();
        len + SCORE + if len < usize::from(WIDE) { 1 } else { 5 }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this very layout; lengths never change.
        unsafe { dealloc(self.0.as_ptr(), layout(self.allocated())) }
    }
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, ALIGN).expect("members are at most 512 MiB")
}

/// A member that somebody else owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle(NonNull<u8>);

// SAFETY: a handle is nothing but an address; whoever reads through it answers for the member.
unsafe impl Send for Handle {}

impl Handle {
    /// # Safety
    /// The member is alive.
    #[inline]
    pub(crate) unsafe fn score(self) -> f64 {
        // SAFETY: every member begins with its score.
        unsafe { self.0.as_ptr().cast::<f64>().read_unaligned() }
    }

    /// # Safety
    /// The member is alive, and stays so as long as its bytes are used.
    #[inline]
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        let base = self.0.as_ptr();
        // SAFETY: as `new` wrote it.
        unsafe {
            let (head, len) = match *base.add(SCORE) {
                WIDE => (SCORE + 5, base.add(SCORE + 1).cast::<u32>().read_unaligned() as usize),
                len => (SCORE + 1, usize::from(len)),
            };
            std::slice::from_raw_parts(base.add(head), len)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_gives_back_what_it_was_made_of() {
        for len in [0, 1, 254, 255, 256, 70_000] {
            let bytes = vec![b'm'; len];
            let mut member = Member::new(&bytes, -0.0);
            assert!(member.bytes() == bytes && member.score().is_sign_negative());
            member.set_score(f64::INFINITY);
            assert!(member.bytes() == bytes && member.score() == f64::INFINITY);
        }
    }
}
