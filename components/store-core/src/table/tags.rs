//! Sixteen one-byte tags compared at once: the part of a bucket that is looked at before any key.

/// The tag of a free slot. Tags of entries have their top bit set.
pub(super) const FREE: u8 = 0;

/// The tag of an entry whose key has this hash.
#[inline]
pub(super) fn of(hash: u64) -> u8 {
    hash as u8 | 0x80
}

/// A bit for each of the tags that equals `tag`.
#[inline]
pub(super) fn matching(tags: &[u8; 16], tag: u8) -> u16 {
    platform::matching(tags, tag)
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod platform {
    use std::arch::wasm32::{i8x16_bitmask, i8x16_eq, i8x16_splat, v128_load};

    #[inline]
    pub(super) fn matching(tags: &[u8; 16], tag: u8) -> u16 {
        // SAFETY: the array is 16 readable bytes, and wasm has no alignment rule.
        let group = unsafe { v128_load(tags.as_ptr().cast()) };
        i8x16_bitmask(i8x16_eq(group, i8x16_splat(tag as i8)))
    }
}

#[cfg(target_arch = "x86_64")]
mod platform {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};

    #[inline]
    pub(super) fn matching(tags: &[u8; 16], tag: u8) -> u16 {
        // SAFETY: SSE2 is part of x86-64, and the array is 16 readable bytes.
        unsafe {
            let group = _mm_loadu_si128(tags.as_ptr().cast());
            _mm_movemask_epi8(_mm_cmpeq_epi8(group, _mm_set1_epi8(tag as i8))) as u16
        }
    }
}

#[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
mod platform {
    #[inline]
    pub(super) fn matching(tags: &[u8; 16], tag: u8) -> u16 {
        tags.iter().enumerate().fold(0, |mask, (at, &there)| mask | u16::from(there == tag) << at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_equal_tag_sets_its_bit() {
        let mut tags = [FREE; 16];
        tags[0] = of(5);
        tags[7] = of(5);
        tags[15] = of(6);
        assert_eq!(matching(&tags, of(5)), 1 | 1 << 7);
        assert_eq!(matching(&tags, of(6)), 1 << 15);
        assert_eq!(matching(&tags, FREE).count_ones(), 13);
    }
}
