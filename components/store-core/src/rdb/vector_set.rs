//! How a vector set lies in a file: as a value of a module of our own, because Redis 7 has no such type, and Redis 8's knows
//! one metric and wants links to be mutual. Tools that read such files step over values of modules that they do not know.
//!
//! Numbers, unless something else is said: the dimension, the metric, the kind, links, the width of construction, whether it
//! stays without elements, the dimension of what is projected or 0, how many elements there are, which of them searches begin
//! at, counted from 1, or 0, what chance does next, how many vectors were ever put in. Then for each element: its name (a
//! string), its vector (a string), the length of that (a float), its attributes (a string, empty if there are none), and its
//! links (a string): for each level a count in 2 bytes and that many elements in 4, counted from 0, lowest byte first.

/// `ferrite-v` in letters of six bits, and version 1 of what follows.
pub(super) const MODULE_ID: u64 = id(*b"ferrite-v") << 10 | 1;

/// Nine letters of Redis' alphabet.
const fn id(name: [u8; 9]) -> u64 {
    let mut id = 0;
    let mut at = 0;
    while at < name.len() {
        let letter = match name[at] {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            letter @ b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            _ => 63,
        };
        id = id << 6 | letter as u64;
        at += 1;
    }
    id
}
