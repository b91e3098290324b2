//! Registers of 6 bits, one behind the other from the lowest bit of each byte on.

use super::{Element, HEADER, registers};

/// Two bytes of a dense HyperLogLog as they must be for a register to have another rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Where they are in the string.
    pub offset: usize,
    bytes: [u8; 2],
    len: usize,
}

impl Patch {
    /// The bytes: two, or one at the end of the string.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn apply(&self, bytes: &mut [u8]) {
        if let Some(place) = bytes.get_mut(self.offset..self.offset + self.len) {
            place.copy_from_slice(self.bytes());
        }
    }
}

/// What a dense HyperLogLog must become to have seen an element; none when nothing changes.
pub fn patch(bytes: &[u8], element: Element) -> Option<Patch> {
    let first_bit = usize::from(element.register) * 6;
    let (at, shift) = (first_bit / 8, first_bit % 8);
    let rest = registers(bytes).get(at..)?;
    let (low, high) = (*rest.first()?, rest.get(1).copied());
    let pair = u16::from_le_bytes([low, high.unwrap_or(0)]);
    let old = pair >> shift & 0x3f;
    if old >= u16::from(element.rank) {
        return None;
    }
    let pair = pair & !(0x3f << shift) | u16::from(element.rank) << shift;
    Some(Patch { offset: HEADER + at, bytes: pair.to_le_bytes(), len: if high.is_some() { 2 } else { 1 } })
}

/// Visits the ranks of all registers in order.
pub(super) fn visit(registers: &[u8], visit: &mut dyn FnMut(u8)) {
    for &[one, two, three] in registers.as_chunks::<3>().0 {
        visit(one & 0x3f);
        visit(one >> 6 | two << 2 & 0x3f);
        visit(two >> 4 | three << 4 & 0x3f);
        visit(three >> 2);
    }
}
