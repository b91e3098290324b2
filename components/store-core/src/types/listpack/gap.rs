//! The gap in front of the first element of a listpack at whose front elements come and go, so that the others stay where
//! they are. It begins with a byte that begins no element:
//!
//! ```text
//! 0xf5, 0xf6  a gap of one byte, of two
//! 0xf7        a gap of more: u16 LE its length, this and the first byte included
//! ```
//! Room at the front is made of what is allocated and not in use anyway, so that a gap takes no memory.

use std::borrow::Cow;
use std::ptr;

use super::encoding::Encoded;
use super::memory::capacity;
use super::{HEADER, Listpack};

const ONE: u8 = 0xf5;
const TWO: u8 = 0xf6;
const MORE: u8 = 0xf7;

impl Listpack {
    /// How many bytes are unused in front of the first element.
    #[inline]
    pub(super) fn gap(&self) -> usize {
        // SAFETY: behind the header stands the end mark at least, and a gap is as long as it says.
        unsafe {
            let at = self.0.as_ptr().add(HEADER);
            match at.read() {
                ONE => 1,
                TWO => 2,
                MORE => usize::from(u16::from_le(at.add(1).cast::<u16>().read_unaligned())),
                _ => 0,
            }
        }
    }

    /// # Safety
    ///
    /// So many bytes are there behind the header and in front of an element or of the end, at most 65,535.
    #[inline]
    unsafe fn set_gap(&mut self, gap: usize) {
        // SAFETY: neither writes more bytes than the gap has.
        unsafe {
            let at = self.0.as_ptr().add(HEADER);
            match gap {
                0 => {}
                1 => at.write(ONE),
                2 => at.write(TWO),
                _ => {
                    at.write(MORE);
                    at.add(1).cast::<u16>().write_unaligned((gap as u16).to_le());
                }
            }
        }
    }

    /// Adds an element in front of the first; its count is another matter.
    #[inline]
    pub(super) fn extend_front(&mut self, element: &Encoded<'_>) {
        let mut gap = self.gap();
        if gap < element.len() {
            gap = self.widen(gap, element.len());
        }
        let rest = gap - element.len();
        // SAFETY: the gap is as large as the element and what is left of it.
        unsafe {
            self.set_gap(rest);
            element.write(self.0.as_ptr().add(HEADER + rest));
        }
    }

    /// Makes the gap one of at least so many bytes and of all that are allocated then; how many it has now.
    #[inline(never)]
    fn widen(&mut self, gap: usize, least: usize) -> usize {
        let old = self.total();
        let needed = old - gap + least;
        let total = capacity(needed);
        if total > capacity(old) {
            self.reallocate(old, total);
        }
        let wider = total - (old - gap);
        // SAFETY: so many bytes are allocated, and all behind the gap move to their end.
        unsafe {
            let start = self.0.as_ptr().add(HEADER);
            ptr::copy(start.add(gap), start.add(wider), old - HEADER - gap);
            self.set_total(total);
        }
        wider
    }

    /// Leaves the bytes in front of `at` to the gap, where an element or the end is.
    #[inline]
    pub(super) fn widen_to(&mut self, at: usize) {
        let (gap, total) = (at - HEADER, self.total());
        assert!(HEADER <= at && at < total, "what is removed is there");
        if gap > usize::from(u16::MAX) || gap > total / 4 {
            return self.splice(HEADER, gap, b"");
        }
        // SAFETY: this is where the elements begin then.
        unsafe { self.set_gap(gap) };
    }

    /// Moves the elements to the header.
    pub fn close_gap(&mut self) {
        let gap = self.gap();
        self.splice(HEADER, gap, b"");
    }

    /// How many bytes are in use, as Redis counts them.
    #[inline]
    pub fn used(&self) -> usize {
        self.total() - self.gap()
    }

    /// Its bytes, as Redis has them in DUMP and RDB.
    pub fn dumped(&self) -> Cow<'_, [u8]> {
        match self.gap() {
            0 => Cow::Borrowed(self.as_bytes()),
            _ => Cow::Owned(self.clone().as_bytes().to_vec()),
        }
    }
}
