//! Sorted integers in one allocation, in the format that Redis keeps small sets of integers in and writes to snapshots.
//!
//! ```text
//! 0  width    u32   bytes of an integer: 2, 4 or 8, the least that holds them all
//! 4  length   u32   how many there are
//! 8  integers       ascending, no two equal
//! ```
//! Everything is little-endian.

const HEADER: usize = 8;

/// A set of integers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntSet {
    /// Header and integers, or nothing at all before the first. Nothing but the functions here changes it, so that it is
    /// always well-formed.
    bytes: Box<[u8]>,
}

impl IntSet {
    /// An empty set.
    pub fn new() -> IntSet {
        IntSet::default()
    }

    /// A set from bytes that may be anything; none unless they are a set with at least one integer.
    pub fn from_bytes(bytes: &[u8]) -> Option<IntSet> {
        let (header, integers) = bytes.split_first_chunk::<HEADER>()?;
        let [a, b, c, d, e, f, g, h] = *header;
        let width = u32::from_le_bytes([a, b, c, d]) as usize;
        let length = u32::from_le_bytes([e, f, g, h]) as usize;
        let fits = matches!(width, 2 | 4 | 8) && length > 0 && length.checked_mul(width) == Some(integers.len());
        let set = IntSet { bytes: fits.then(|| bytes.into())? };
        set.iter().is_sorted_by(|one, next| one < next).then_some(set)
    }

    /// A set of ascending numbers.
    fn from_ascending(numbers: impl Iterator<Item = i64>, width: usize, length: usize) -> IntSet {
        let mut bytes = Vec::with_capacity(HEADER + length * width);
        bytes.extend((width as u32).to_le_bytes());
        bytes.extend((length as u32).to_le_bytes());
        for number in numbers {
            bytes.extend_from_slice(number.to_le_bytes().get(..width).unwrap_or_default());
        }
        IntSet { bytes: bytes.into() }
    }

    /// The set in its format.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    fn width(&self) -> usize {
        self.bytes.first().map_or(2, |&width| usize::from(width))
    }

    /// How many integers there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len().saturating_sub(HEADER) / self.width()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.len() <= HEADER
    }

    /// The integer at this place, the least being at 0.
    #[inline]
    pub fn get(&self, at: usize) -> Option<i64> {
        let width = self.width();
        let rest = self.bytes.get(HEADER + at.checked_mul(width)?..)?;
        Some(match width {
            2 => i64::from(i16::from_le_bytes(*rest.first_chunk()?)),
            4 => i64::from(i32::from_le_bytes(*rest.first_chunk()?)),
            _ => i64::from_le_bytes(*rest.first_chunk()?),
        })
    }

    /// All integers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Whether the number is in the set.
    #[inline]
    pub fn contains(&self, number: i64) -> bool {
        width_of(number) <= self.width() && self.search(number).is_ok()
    }

    /// Where the number is, or where it would be.
    fn search(&self, number: i64) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len());
        // Ascending numbers are what sets are mostly filled with.
        if high.checked_sub(1).and_then(|last| self.get(last)).is_none_or(|greatest| greatest < number) {
            return Err(high);
        }
        while low < high {
            let middle = low.midpoint(high);
            match self.get(middle) {
                Some(found) if found < number => low = middle + 1,
                Some(found) if found == number => return Ok(middle),
                _ => high = middle,
            }
        }
        Err(low)
    }

    /// Adds a number; false when it was there already.
    pub fn insert(&mut self, number: i64) -> bool {
        let width = width_of(number);
        if self.bytes.is_empty() {
            *self = IntSet::from_ascending([number].into_iter(), width, 1);
            return true;
        }
        if width > self.width() {
            *self = IntSet::from_ascending(self.iter(), width, self.len());
        }
        let Err(at) = self.search(number) else { return false };
        let width = self.width();
        let mut bytes = std::mem::take(&mut self.bytes).into_vec();
        bytes.reserve_exact(width);
        let (start, end) = (HEADER + at * width, bytes.len());
        let little_endian = number.to_le_bytes();
        let integer = little_endian.get(..width).unwrap_or_default();
        bytes.extend_from_slice(integer);
        if start < end {
            bytes.copy_within(start..end, start + width);
            bytes.get_mut(start..start + width).unwrap_or_default().copy_from_slice(integer);
        }
        self.put(bytes);
        true
    }

    /// Removes a number; false when it was not there.
    pub fn remove(&mut self, number: i64) -> bool {
        let width = self.width();
        if width_of(number) > width {
            return false;
        }
        let Ok(at) = self.search(number) else { return false };
        let start = HEADER + at * width;
        let mut bytes = std::mem::take(&mut self.bytes).into_vec();
        bytes.drain(start..start + width);
        self.put(bytes);
        true
    }

    /// These bytes, with the length that they have.
    fn put(&mut self, mut bytes: Vec<u8>) {
        let width = bytes.first().map_or(2, |&width| usize::from(width));
        let length = (bytes.len().saturating_sub(HEADER) / width) as u32;
        if let Some(field) = bytes.get_mut(4..HEADER) {
            field.copy_from_slice(&length.to_le_bytes());
        }
        self.bytes = bytes.into();
    }
}

fn width_of(number: i64) -> usize {
    match number {
        -0x8000..=0x7fff => 2,
        -0x8000_0000..=0x7fff_ffff => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn the_format_is_that_of_redis() {
        let mut set = IntSet::new();
        assert!(set.insert(5) && set.insert(-1) && !set.insert(5));
        assert_eq!(set.as_bytes(), [2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 5, 0]);
        assert!(set.insert(0x1_0000));
        assert_eq!(set.as_bytes(), [4, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255, 5, 0, 0, 0, 0, 0, 1, 0]);
        assert!(set.insert(i64::MIN) && set.remove(0x1_0000) && set.remove(5) && set.remove(-1));
        assert_eq!(set.as_bytes(), [8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]);
    }

    #[test]
    fn bytes_from_outside_are_taken_only_when_they_are_a_set() {
        let good: &[&[u8]] = &[
            &[2, 0, 0, 0, 1, 0, 0, 0, 7, 0],
            &[2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 7, 0],
            &[8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ];
        for bytes in good {
            assert_eq!(IntSet::from_bytes(bytes).map(|set| set.as_bytes().to_vec()), Some(bytes.to_vec()));
        }
        let bad: &[&[u8]] = &[
            &[],
            &[2, 0, 0, 0, 0, 0, 0],
            &[2, 0, 0, 0, 0, 0, 0, 0],
            &[3, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0],
            &[2, 0, 0, 0, 1, 0, 0, 0, 7],
            &[2, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0],
            &[2, 0, 0, 0, 2, 0, 0, 0, 7, 0, 7, 0],
            &[2, 0, 0, 0, 2, 0, 0, 0, 7, 0, 6, 0],
            &[2, 1, 0, 0, 1, 0, 0, 0, 7, 0],
            &[8, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 7, 0],
        ];
        for bytes in bad {
            assert_eq!(IntSet::from_bytes(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_set_agrees_with_a_model_under_random_changes() {
        let seed = 0x1275e7;
        let mut random = Random::new(seed);
        for round in 0..200 {
            let (mut set, mut model) = (IntSet::new(), BTreeSet::new());
            for _ in 0..300 {
                let bits = [4, 8, 15, 16, 17, 31, 32, 33, 63][random.next() as usize % (1 + round % 9)];
                let number = (random.next() as i64) >> (63 - bits);
                match random.next() % 3 {
                    0 => assert_eq!(set.remove(number), model.remove(&number), "seed {seed}"),
                    _ => assert_eq!(set.insert(number), model.insert(number), "seed {seed}"),
                }
                assert_eq!(set.contains(number), model.contains(&number));
                assert_eq!((set.len(), set.is_empty()), (model.len(), model.is_empty()));
            }
            assert!(set.iter().eq(model.iter().copied()), "seed {seed}");
            assert_eq!(set.get(model.len()), None);
            assert_eq!(set.get(0), model.first().copied());
            if !set.is_empty() {
                assert_eq!(IntSet::from_bytes(set.as_bytes()), Some(set));
            }
        }
    }
}
