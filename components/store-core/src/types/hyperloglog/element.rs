//! What a HyperLogLog knows of an element: its register and its rank, both from a hash of its bytes.

use super::{REGISTER_BITS, REGISTERS};

/// The seed of Redis, without which its values could not be gone on with.
const SEED: u64 = 0xadc8_3b19;
/// Bits of the hash that the rank is made of.
const RANK_BITS: u32 = 64 - REGISTER_BITS;

/// A register and a rank for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// Below 16,384.
    pub register: u16,
    /// One more than the zeros that end the rest of the hash: 1 to 51.
    pub rank: u8,
}

impl Element {
    /// What these bytes are.
    pub fn new(bytes: &[u8]) -> Element {
        let hash = murmur(bytes);
        // A bit behind the last one ends the search for zeros.
        let rest = hash >> REGISTER_BITS | 1 << RANK_BITS;
        Element { register: (hash % REGISTERS as u64) as u16, rank: rest.trailing_zeros() as u8 + 1 }
    }
}

/// MurmurHash2 in its 64-bit form, by Austin Appleby, with words in little-endian order.
fn murmur(bytes: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    const SHIFT: u32 = 47;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    for word in words {
        let word = u64::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        hash = (hash ^ (word ^ word >> SHIFT).wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        hash = (hash ^ last).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ hash >> SHIFT).wrapping_mul(MULTIPLIER);
    hash ^ hash >> SHIFT
}
