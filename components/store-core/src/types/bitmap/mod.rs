//! Strings as arrays of bits, the highest bit of a byte being its first, and as arrays of small integers.

mod combine;
mod field;

#[cfg(test)]
mod tests;

pub use combine::{Operation, combine};
pub use field::{Field, Overflow};

/// What the positions of a range count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    #[default]
    Byte,
    /// Bits.
    Bit,
}

/// Bits from the first to the last one, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    first: u64,
    last: u64,
}

impl Range {
    /// All bits of a string of so many bytes; none if it is empty.
    pub fn all(len: usize) -> Option<Range> {
        Some(Range { first: 0, last: (len as u64 * 8).checked_sub(1)? })
    }

    /// From one position to another in a string of so many bytes; negative ones count from the end, and what lies outside
    /// of the string counts as its first or last one. None if there is nothing in between.
    pub fn clamped(len: usize, start: i64, end: i64, unit: Unit) -> Option<Range> {
        let per_unit = if unit == Unit::Bit { 1 } else { 8 };
        let total = (len as i64) * 8 / per_unit;
        let from_front = |position: i64| if position < 0 { (total + position).max(0) } else { position };
        let (start, end) = (from_front(start), from_front(end).min(total - 1));
        if start > end {
            return None;
        }
        Some(Range { first: (start * per_unit) as u64, last: ((end + 1) * per_unit - 1) as u64 })
    }

    /// The byte at this index without the bits that are not in the range.
    fn masked(&self, at: usize, byte: u8) -> u8 {
        let (first, last) = self.bytes();
        let from = if at == first { 0xff >> (self.first % 8) } else { 0xff };
        let to = if at == last { 0xff << (7 - self.last % 8) } else { 0xff };
        byte & from & to
    }

    /// The indexes of the first and the last byte.
    fn bytes(&self) -> (usize, usize) {
        ((self.first / 8) as usize, (self.last / 8) as usize)
    }
}

/// The bit at this position; 0 behind the end.
pub fn bit(bytes: &[u8], position: u64) -> bool {
    let byte = usize::try_from(position / 8).ok().and_then(|at| bytes.get(at));
    byte.is_some_and(|byte| byte >> (7 - position % 8) & 1 != 0)
}

/// How many bits are set.
pub fn count(bytes: &[u8], range: Range) -> usize {
    let (first, last) = range.bytes();
    let edge = |at: usize| bytes.get(at).map_or(0, |&byte| range.masked(at, byte).count_ones() as usize);
    if first == last {
        return edge(first);
    }
    let (words, rest) = bytes.get(first + 1..last).unwrap_or_default().as_chunks::<8>();
    let inside: usize = words.iter().map(|word| u64::from_ne_bytes(*word).count_ones() as usize).sum();
    let rest: usize = rest.iter().map(|byte| byte.count_ones() as usize).sum();
    edge(first) + inside + rest + edge(last)
}

/// The position of the first bit that is set, or that is not.
pub fn position(bytes: &[u8], set: bool, range: Range) -> Option<u64> {
    let flip = if set { 0 } else { 0xff };
    let (first, last) = range.bytes();
    let look = |at: usize| {
        let byte = range.masked(at, bytes.get(at)? ^ flip);
        (byte != 0).then(|| at as u64 * 8 + u64::from(byte.leading_zeros()))
    };
    if let Some(found) = look(first) {
        return Some(found);
    }
    let inside = bytes.get(first + 1..last).unwrap_or_default();
    let words = inside.as_chunks::<8>().0;
    let skipped = words.iter().take_while(|word| **word == [flip; 8]).count() * 8;
    let rest = inside.get(skipped..).unwrap_or_default();
    match rest.iter().position(|&byte| byte != flip) {
        Some(at) => look(first + 1 + skipped + at),
        None => look(last),
    }
}
