//! LZF as Redis compresses strings: literals and references to what came at most 8 KiB before.
//!
//! ```text
//! 000lllll                     l + 1 literal bytes follow
//! lllooooo oooooooo            l + 2 bytes from o + 1 bytes back, l from 1 to 6
//! 111ooooo llllllll oooooooo   l + 9 bytes from o + 1 bytes back
//! ```
//! Any sequence of these is valid; which matches are looked for, and so the bytes that come out, is Redis' own choice.

/// Bits of the hash of three bytes.
const HASH_BITS: u32 = 16;
const LITERALS_MAX: usize = 1 << 5;
const OFFSET_MAX: usize = 1 << 13;
const MATCH_MAX: usize = (1 << 8) + (1 << 3);
/// A long enough rest is compared in one stretch of so many bytes first.
const STRETCH: usize = 16;
/// The most bytes that one byte of compressed input stands for.
const EXPANSION: u64 = MATCH_MAX as u64 / 3 + 1;

/// Compresses, and remembers where it saw what, so that its table need not be cleared for each string.
#[derive(Default)]
pub struct Compressor {
    /// By hash, the position of three bytes, counted over all strings so far.
    seen: Vec<u32>,
    /// The position of the next string's first byte. Never 0, which stands for nothing.
    base: u32,
}

impl Compressor {
    fn start(&mut self, len: usize) -> Option<()> {
        let len = u32::try_from(len).ok()?;
        if self.seen.is_empty() || self.base.checked_add(len)?.checked_add(1).is_none() {
            self.seen = vec![0; 1 << HASH_BITS];
            self.base = 1;
        }
        Some(())
    }

    /// Notes a place; the one of this hash before it.
    #[inline]
    fn note(&mut self, three: [u8; 3], at: usize) -> Option<usize> {
        let word = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        let hash = (word >> (24 - HASH_BITS)).wrapping_sub(word.wrapping_mul(5)) & ((1 << HASH_BITS) - 1);
        let slot = self.seen.get_mut(hash as usize)?;
        let before = std::mem::replace(slot, self.base + at as u32);
        before.checked_sub(self.base).map(|before| before as usize)
    }

    /// Compresses into at most `room` bytes behind what `out` has; false, and nothing added, when that is not enough.
    pub fn compress(&mut self, input: &[u8], room: usize, out: &mut Vec<u8>) -> bool {
        if self.base > u32::MAX / 2 {
            self.seen = Vec::new();
        }
        if self.start(input.len()).is_none() {
            return false;
        }
        let start = out.len();
        let fits = self.run(input, room, out).is_some();
        self.base += input.len() as u32;
        if !fits {
            out.truncate(start);
        }
        fits
    }

    fn run(&mut self, input: &[u8], room: usize, out: &mut Vec<u8>) -> Option<()> {
        let (start, len) = (out.len(), input.len());
        // Where the literals begin that were not written yet.
        let (mut at, mut literals) = (0, 0);
        while let Some(three) = input.get(at..).and_then(|rest| rest.first_chunk::<3>()) {
            let before = self.note(*three, at);
            let found = before.filter(|&before| {
                before > 0 && before < at && at - before <= OFFSET_MAX && input.get(before..before + 3) == Some(three)
            });
            // What the output has with the length byte of the run of literals that is open, and with its bytes.
            let used = out.len() - start + 1 + (at - literals);
            let Some(before) = found else {
                if used >= room {
                    return None;
                }
                at += 1;
                if at - literals == LITERALS_MAX {
                    write_literals(input.get(literals..at)?, out);
                    literals = at;
                }
                continue;
            };
            if used + 4 - usize::from(at == literals) >= room {
                return None;
            }
            write_literals(input.get(literals..at)?, out);
            let size = match_len(input, before, at);
            let (offset, code) = (at - before - 1, size - 2);
            if code < 7 {
                out.push((offset >> 8) as u8 | (code as u8) << 5);
            } else {
                out.extend([(offset >> 8) as u8 | 7 << 5, (code - 7) as u8]);
            }
            out.push(offset as u8);
            at += size;
            literals = at;
            if at + 2 >= len {
                break;
            }
            // Only the last two places within a match are noted: Redis' trade of size for speed.
            for place in [at - 2, at - 1] {
                if let Some(three) = input.get(place..).and_then(|rest| rest.first_chunk::<3>()) {
                    self.note(*three, place);
                }
            }
        }
        if out.len() - start + 1 + (at - literals) + 3 > room {
            return None;
        }
        input.get(literals..)?.chunks(LITERALS_MAX).for_each(|run| write_literals(run, out));
        Some(())
    }
}

fn write_literals(run: &[u8], out: &mut Vec<u8>) {
    if let Some(more) = run.len().checked_sub(1) {
        out.push(more as u8);
        out.extend_from_slice(run);
    }
}

/// How many bytes from `at` on are those from `before` on, as far as Redis looks; the first three are.
fn match_len(input: &[u8], before: usize, at: usize) -> usize {
    let same = |len: usize| input.get(before + len) == input.get(at + len);
    let most = (input.len() - at - 2).min(MATCH_MAX);
    let mut len = 3;
    if most > STRETCH {
        while len < 3 + STRETCH {
            if !same(len) {
                return len;
            }
            len += 1;
        }
    }
    while len < most && same(len) {
        len += 1;
    }
    len
}

/// The `len` bytes that were compressed; none when the input is not that.
pub fn decompress(input: &[u8], len: u64) -> Option<Vec<u8>> {
    let len = usize::try_from(len).ok().filter(|&len| len as u64 <= (input.len() as u64).saturating_mul(EXPANSION))?;
    let mut out = Vec::new();
    if !crate::memory::has_room(len) || out.try_reserve_exact(len).is_err() {
        return None;
    }
    let mut rest = input;
    while let Some((&control, behind)) = rest.split_first() {
        let control = usize::from(control);
        if control < LITERALS_MAX {
            let (run, behind) = behind.split_at_checked(control + 1)?;
            if out.len() + run.len() > len {
                return None;
            }
            out.extend_from_slice(run);
            rest = behind;
            continue;
        }
        let (mut size, mut behind) = (control >> 5, behind);
        if size == 7 {
            let (&more, further) = behind.split_first()?;
            (size, behind) = (size + usize::from(more), further);
        }
        let (&low, further) = behind.split_first()?;
        let back = ((control & 0x1f) << 8 | usize::from(low)) + 1;
        let from = out.len().checked_sub(back)?;
        let size = size + 2;
        if out.len() + size > len {
            return None;
        }
        // What is copied may be what was copied just before.
        for at in from..from + size {
            out.push(*out.get(at)?);
        }
        rest = further;
    }
    (out.len() == len).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn what_was_compressed_comes_back() {
        let seed = 0x12f;
        let (mut random, mut compressor) = (Random::new(seed), Compressor::default());
        for round in 0..2_000 {
            let alphabet = 1 + random.next() % [2, 4, 26, 256][round % 4];
            let len = 5 + random.next() as usize % [10, 60, 600, 20_000][round / 4 % 4];
            let text: Vec<u8> = (0..len).map(|_| (random.next() % alphabet) as u8).collect();
            let mut packed = b"before".to_vec();
            if compressor.compress(&text, len - 4, &mut packed) {
                assert!(packed.len() <= len + 6 - 4, "seed {seed}");
                assert_eq!(decompress(&packed[6..], len as u64), Some(text), "seed {seed}");
            } else {
                assert_eq!(packed, b"before");
            }
        }
    }

    #[test]
    fn no_input_decompresses_to_more_or_less_than_it_says() {
        let mut packed = Vec::new();
        assert!(Compressor::default().compress(&[b'x'; 1000], 996, &mut packed));
        for len in [0, 1, 999, 1001, 1 << 40, u64::MAX] {
            assert_eq!(decompress(&packed, len), None);
        }
        for cut in 0..packed.len() {
            assert_eq!(decompress(&packed[..cut], 1000), None);
        }
        assert_eq!(decompress(&[0x20, 0], 3), None, "nothing is in front of the first byte");
    }
}
