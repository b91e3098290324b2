//! Zipmaps, in which versions before 2.6 packed small hashes.
//!
//! ```text
//! fields   u8, 254 when there are as many or more
//! each     length · name · length · free bytes u8 · value · free bytes
//! 0xff
//! ```
//! A length is a byte below 254, or 254 and a u32 LE.

use crate::types::{Element, Listpack};

const END: u8 = 0xff;
const WIDE: u8 = 0xfe;

/// Names and values in turn in a listpack; none when the bytes are no zipmap.
pub fn to_listpack(bytes: &[u8]) -> Option<Listpack> {
    let (&count, mut rest) = bytes.split_first()?;
    let mut pack = Listpack::new();
    let mut found = 0_usize;
    while rest != [END] {
        let (len, behind) = length(rest)?;
        let (name, behind) = behind.split_at_checked(len)?;
        let (len, behind) = length(behind)?;
        let (&free, behind) = behind.split_first()?;
        let (value, behind) = behind.split_at_checked(len)?;
        let (_, behind) = behind.split_at_checked(usize::from(free))?;
        pack.push_back(Element::compact(name));
        pack.push_back(Element::compact(value));
        (rest, found) = (behind, found + 1);
    }
    (count >= WIDE || usize::from(count) == found).then_some(pack)
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes.split_first()? {
        (&WIDE, rest) => {
            let (len, rest) = rest.split_first_chunk()?;
            Some((u32::from_le_bytes(*len) as usize, rest))
        }
        (&END, _) => None,
        (&len, rest) => Some((usize::from(len), rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zipmap_is_read() {
        let bytes = b"\x02\x03foo\x03\x00bar\x05hello\x05\x02world--\xff";
        let pack = to_listpack(bytes).expect("it is one");
        let texts: Vec<Vec<u8>> = pack.iter().map(|element| element.text().to_vec()).collect();
        assert_eq!(texts, [&b"foo"[..], b"bar", b"hello", b"world"]);
        (0..bytes.len()).for_each(|cut| assert!(to_listpack(&bytes[..cut]).is_none(), "cut at {cut}"));
    }
}
