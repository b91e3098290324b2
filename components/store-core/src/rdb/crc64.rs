//! The checksum of Redis' files and payloads: CRC-64 with the polynomial of Jones, reflected, from zero.

use std::sync::OnceLock;

const POLYNOMIAL: u64 = 0x95ac_9329_ac4b_c9b5;
/// So many bytes are taken in at once, each with a table of its own.
const AT_ONCE: usize = 8;

type Tables = [[u64; 256]; AT_ONCE];

/// Made at the first use: sixteen KiB that the component need not carry.
static TABLES: OnceLock<Box<Tables>> = OnceLock::new();

fn tables() -> Box<Tables> {
    let mut tables = Box::new([[0; 256]; AT_ONCE]);
    for byte in 0..256 {
        let mut crc = byte as u64;
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 != 0 { POLYNOMIAL } else { 0 };
        }
        tables[0][byte] = crc;
    }
    for table in 1..AT_ONCE {
        for byte in 0..256 {
            let crc = tables[table - 1][byte];
            tables[table][byte] = crc >> 8 ^ tables[0][(crc & 0xff) as usize];
        }
    }
    tables
}

/// The checksum of what had the checksum `crc` (0 for nothing) followed by these bytes.
pub fn update(crc: u64, bytes: &[u8]) -> u64 {
    let tables = TABLES.get_or_init(tables);
    let mut crc = crc;
    let mut words = bytes.chunks_exact(AT_ONCE);
    for word in &mut words {
        let word = word.first_chunk().map_or(0, |word| u64::from_le_bytes(*word)) ^ crc;
        let bytes = word.to_le_bytes();
        crc = tables.iter().rev().zip(bytes).fold(0, |crc, (table, byte)| crc ^ table[usize::from(byte)]);
    }
    for &byte in words.remainder() {
        crc = crc >> 8 ^ tables[0][usize::from(crc as u8 ^ byte)];
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::update;

    #[test]
    fn the_checksum_is_that_of_redis() {
        assert_eq!(update(0, b"123456789"), 0xe9c6_d914_c4b8_d9ca);
        assert_eq!(update(update(0, b"1234"), b"56789"), update(0, b"123456789"));
        assert_eq!(update(0, b""), 0);
    }
}
