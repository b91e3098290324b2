//! Ziplists, in which versions before 7.0 packed small collections.
//!
//! ```text
//! 0   total   u32 LE   bytes
//! 4   tail    u32 LE   where the last element begins
//! 8   count   u16 LE   elements, 65535 when there are as many or more
//! 10  elements         length of the element before · form and length · bytes or integer
//!     0xff
//! ```

use crate::types::Element;
use crate::types::Listpack;

const HEADER: usize = 10;
const END: u8 = 0xff;
/// In front of a length of four bytes.
const WIDE: u8 = 0xfe;

/// The same elements in a listpack; none when the bytes are no ziplist.
pub fn to_listpack(bytes: &[u8]) -> Option<Listpack> {
    let total = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
    let tail = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
    let count = u16::from_le_bytes(*bytes.get(8..)?.first_chunk()?);
    let body = bytes.get(HEADER..)?.strip_suffix(&[END])?;
    if total != bytes.len() {
        return None;
    }
    let mut pack = Listpack::new();
    let (mut rest, mut previous, mut found, mut last) = (body, 0, 0_usize, HEADER);
    while !rest.is_empty() {
        last = total - 1 - rest.len();
        let (before, behind) = previous_len(rest)?;
        let (element, behind) = element(behind)?;
        if before != previous {
            return None;
        }
        pack.push_back(element);
        (previous, rest, found) = (rest.len() - behind.len(), behind, found + 1);
    }
    (last == tail && (count == u16::MAX || usize::from(count) == found)).then_some(pack)
}

fn previous_len(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes.split_first()? {
        (&WIDE, rest) => {
            let (len, rest) = rest.split_first_chunk()?;
            Some((u32::from_le_bytes(*len) as usize, rest))
        }
        (&END, _) => None,
        (&len, rest) => Some((usize::from(len), rest)),
    }
}

fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&form, rest) = bytes.split_first()?;
    let (len, rest) = match form {
        0..=0x3f => (usize::from(form), rest),
        0x40..=0x7f => {
            let (&low, rest) = rest.split_first()?;
            (usize::from(form & 0x3f) << 8 | usize::from(low), rest)
        }
        0x80 => {
            let (len, rest) = rest.split_first_chunk()?;
            (u32::from_be_bytes(*len) as usize, rest)
        }
        0xc0 => return integer(rest, 2),
        0xd0 => return integer(rest, 4),
        0xe0 => return integer(rest, 8),
        0xf0 => return integer(rest, 3),
        0xfe => return integer(rest, 1),
        0xf1..=0xfd => return Some((Element::Integer(i64::from(form) - 0xf1), rest)),
        _ => return None,
    };
    let (text, rest) = rest.split_at_checked(len)?;
    Some((Element::compact(text), rest))
}

fn integer(bytes: &[u8], width: usize) -> Option<(Element<'_>, &[u8])> {
    let (number, rest) = bytes.split_at_checked(width)?;
    let unsigned = number.iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    let unused = 64 - 8 * width as u32;
    Some((Element::Integer((unsigned << unused).cast_signed() >> unused), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_element_is_read() {
        let elements: &[&[u8]] = &[
            &[0x02, b'h', b'i'],
            &[0xf1],
            &[0xfd],
            &[0xfe, 0xff],
            &[0xc0, 0x00, 0x80],
            &[0xf0, 0xff, 0xff, 0x7f],
            &[0xd0, 1, 0, 0, 0x80],
            &[0xe0, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0x40, 0x01, b'x'],
            &[0x80, 0, 0, 0, 1, b'y'],
        ];
        let mut body: Vec<u8> = Vec::new();
        let (mut previous, mut tail) = (0, 0);
        for element in elements {
            tail = 10 + body.len();
            body.push(previous);
            body.extend_from_slice(element);
            previous = element.len() as u8 + 1;
        }
        let mut bytes = (body.len() as u32 + 11).to_le_bytes().to_vec();
        bytes.extend((tail as u32).to_le_bytes());
        bytes.extend([elements.len() as u8, 0]);
        bytes.extend(body);
        bytes.push(0xff);
        let pack = to_listpack(&bytes).expect("it is a ziplist");
        let texts: Vec<String> = pack.iter().map(|element| String::from_utf8_lossy(&element.text()).into()).collect();
        let expected = ["hi", "0", "12", "-1", "-32768", "8388607", "-2147483647", "578437695752307201", "x", "y"];
        assert_eq!(texts, expected);
        for at in 0..bytes.len() {
            assert!(to_listpack(&bytes[..at]).is_none(), "cut at {at}");
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                // It may still be one, of other elements: it must only not be a panic.
                drop(to_listpack(&flipped));
            }
        }
    }
}
