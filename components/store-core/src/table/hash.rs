//! SipHash-1-3 of a whole key at once, as Aumasson and Bernstein define it: <https://www.aumasson.jp/siphash/siphash.pdf>.
//!
//! The `siphasher` crate computes the same (a test compares them); its state for input in pieces costs a lookup a tenth of
//! its instructions.

/// The hash of a key under a seed that whoever chooses keys must not know.
#[cfg_attr(feature = "inlining", inline(always))]
pub(super) fn hash(seed: [u64; 2], key: &[u8]) -> u64 {
    let mut state = [
        seed[0] ^ 0x736f_6d65_7073_6575,
        seed[1] ^ 0x646f_7261_6e64_6f6d,
        seed[0] ^ 0x6c79_6765_6e65_7261,
        seed[1] ^ 0x7465_6462_7974_6573,
    ];
    let mut rest = key;
    while let Some((word, more)) = rest.split_first_chunk::<8>() {
        absorb(&mut state, u64::from_le_bytes(*word));
        rest = more;
    }
    absorb(&mut state, tail(key, rest) | (key.len() as u64) << 56);
    state[2] ^= 0xff;
    round(&mut state);
    round(&mut state);
    round(&mut state);
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

/// The up to 7 bytes behind the last whole word, as one.
#[cfg_attr(feature = "inlining", inline(always))]
fn tail(key: &[u8], rest: &[u8]) -> u64 {
    let free_bits = 64 - 8 * rest.len() as u32;
    if rest.is_empty() {
        0
    } else if let Some(last) = key.last_chunk::<8>() {
        u64::from_le_bytes(*last) >> free_bits
    } else if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        // Both overlap where there are less than eight.
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (32 - free_bits)
    } else {
        rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }
}

#[cfg_attr(feature = "inlining", inline(always))]
fn absorb(state: &mut [u64; 4], word: u64) {
    state[3] ^= word;
    round(state);
    state[0] ^= word;
}

#[cfg_attr(feature = "inlining", inline(always))]
fn round(state: &mut [u64; 4]) {
    let [mut a, mut b, mut c, mut d] = *state;
    a = a.wrapping_add(b);
    b = b.rotate_left(13) ^ a;
    a = a.rotate_left(32);
    c = c.wrapping_add(d);
    d = d.rotate_left(16) ^ c;
    a = a.wrapping_add(d);
    d = d.rotate_left(21) ^ a;
    c = c.wrapping_add(b);
    b = b.rotate_left(17) ^ c;
    c = c.rotate_left(32);
    *state = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use super::*;
    use siphasher::sip::SipHasher13;

    #[test]
    fn every_length_hashes_as_in_the_siphasher_crate() {
        let text: Vec<u8> = (0..100_u8).map(|byte| byte.wrapping_mul(151)).collect();
        for seed in [[0, 0], [1, 2], [u64::MAX, 0x0123_4567_89ab_cdef]] {
            for len in 0..text.len() {
                let expected = SipHasher13::new_with_keys(seed[0], seed[1]).hash(&text[..len]);
                assert_eq!(hash(seed, &text[..len]), expected, "{len} bytes");
            }
        }
    }
}
