//! Few bytes in words, as `strings.get-short` takes and gives them. Word by word, because copying a few bytes as memory is a
//! call of the host's.

type Words = (u64, u64, u64, u64);

/// Bytes that there is room for.
const MOST: usize = 32;

/// These bytes, if there is room for them.
#[inline]
pub(super) fn words(bytes: &[u8]) -> Option<Words> {
    if bytes.len() > MOST {
        return None;
    }
    let mut words = [0; MOST / 8];
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (place, chunk) in words.iter_mut().zip(chunks) {
        *place = u64::from_le_bytes(*chunk);
    }
    if let Some(place) = words.get_mut(chunks.len()) {
        *place = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    let [a, b, c, d] = words;
    Some((a, b, c, d))
}

/// The first bytes of the words.
#[inline]
pub(super) fn bytes(length: u32, (a, b, c, d): Words) -> Vec<u8> {
    let length = length as usize;
    let mut bytes = Vec::with_capacity(length.next_multiple_of(8));
    for word in [a, b, c, d] {
        if bytes.len() >= length {
            break;
        }
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
