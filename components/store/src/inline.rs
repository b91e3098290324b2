//! Few bytes in words, as `strings.get-short` takes and gives them.

use ferrite_store_core::typed::Limit;

use crate::bindings::exports::ferrite::store::strings::InlineBytes;

/// Bytes that there is room for.
pub(crate) const MOST: usize = 32;

impl InlineBytes {
    /// All the room there is.
    #[inline]
    pub(crate) fn room(&self) -> [u8; MOST] {
        let (a, b, c, d) = self.words;
        let mut room = [0; MOST];
        for (place, word) in room.as_chunks_mut::<8>().0.iter_mut().zip([a, b, c, d]) {
            *place = word.to_le_bytes();
        }
        room
    }

    /// The bytes that count, of all the room.
    #[inline]
    pub(crate) fn of<'a>(&self, room: &'a [u8; MOST]) -> Result<&'a [u8], Limit> {
        let requested = u64::from(self.length);
        room.get(..self.length as usize).ok_or(Limit { name: "inline-bytes", allowed: MOST as u64, requested })
    }

    /// These bytes, if they are few.
    #[inline]
    pub(crate) fn new(bytes: &[u8]) -> Option<InlineBytes> {
        if bytes.len() > MOST {
            return None;
        }
        let mut words = [0; MOST / 8];
        let (chunks, rest) = bytes.as_chunks::<8>();
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*chunk);
        }
        if let Some(word) = words.get_mut(chunks.len()) {
            *word = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        let [a, b, c, d] = words;
        Some(InlineBytes { length: bytes.len() as u32, words: (a, b, c, d) })
    }
}
