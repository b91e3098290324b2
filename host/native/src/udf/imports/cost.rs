//! What work of the host for a function costs in fuel, whose unit is about one wasm operator.

use crate::udf::bindings::Node;
use crate::wasm::StoreInstance;
use crate::wasm::vectors::Figures;

/// Any call to the host: checks, a crossing into the store and back, a lookup there.
pub(crate) const CALL: u64 = 100;
/// One element of an argument or of a reply: an allocation on either side.
pub(crate) const ELEMENT: u64 = 20;
/// One key that a command looks at while it goes through all keys.
pub(super) const VISIT: u64 = 10;

/// One vector that is looked at: a distance.
const LOOK: u64 = 50;
/// How many vectors a search looks at for each that it keeps on the way, about.
const LOOKS: u64 = 16;
/// How many it may look at when a filter refuses most of them.
const FILTERED_LOOKS: u64 = 100;
/// How wide a search is when nobody says.
pub(super) const USUAL_EF: u32 = 100;

/// What linking a new vector depends on.
#[derive(Clone, Copy, Default)]
pub(super) struct Linking {
    /// How many vectors the set has.
    vectors: u64,
    /// How wide the search for neighbours is when the command does not say.
    width: u64,
}

impl Linking {
    /// Of the set that a key holds; of nothing when it holds none.
    pub(super) fn of(store: &mut StoreInstance, key: &[u8]) -> wasmtime::Result<Linking> {
        let figures = store.vectors().describe(key)?.ok().flatten();
        let linking = |set: Figures| Linking { vectors: set.elements, width: set.options.ef_construction.into() };
        Ok(figures.map(linking).unwrap_or_default())
    }

    /// What each of so many more vectors costs.
    pub(super) fn fuel(self, more: u64) -> u64 {
        looks(self.width, false, self.vectors.saturating_add(more))
    }
}

/// What a search of this width costs among so many vectors.
pub(super) fn looks(ef: u64, has_filter: bool, vectors: u64) -> u64 {
    ef.saturating_mul(if has_filter { FILTERED_LOOKS } else { LOOKS }).min(vectors).saturating_mul(LOOK)
}

/// Bytes that are copied, as `memory.copy` charges them.
#[inline]
pub(in crate::udf) fn bytes(count: usize) -> u64 {
    count as u64
}

/// What a reply costs: its nodes and their bytes.
pub(super) fn reply(nodes: &[Node]) -> u64 {
    nodes
        .iter()
        .map(|node| {
            ELEMENT
                + match node {
                    Node::Bytes(value) => bytes(value.len()),
                    Node::Status(text) | Node::Failure(text) => bytes(text.len()),
                    _ => 0,
                }
        })
        .sum()
}

/// Commands whose work does not follow the size of what they are given and return. Everything else costs its
/// arguments and its reply. Indexes are those of arguments, the command's name being 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// The arguments and the reply say it all.
    Plain,
    /// Every key of the server may be looked at.
    AllKeys,
    /// As many keys as the word `COUNT` says, 10 without it.
    Scan,
    /// As many elements of the value at this argument as the word `COUNT` says, 10 without it.
    ScanOf(usize),
    /// The value at this argument grows to at least the number in the next one.
    Extent(usize),
    /// The value at this argument grows to at least the bit in the next one.
    Bit(usize),
    /// The value at the first argument grows to at least any bit that another argument names.
    Bits,
    /// The value at this argument is gone through.
    Value(usize),
    /// The values at all arguments from this one on are gone through.
    Values(usize),
    /// At this argument stands how many keys follow, whose values are gone through.
    Counted(usize),
    /// Each key from the first argument on is a HyperLogLog.
    HyperLogLogs,
    /// Each byte of the value at the first argument meets each byte of the second's.
    Product(usize, usize),
    /// What is near is searched for in the value at the first argument, as widely as the words say.
    Search,
    /// The neighbours of a vector are searched for in the value at the first argument, or linked with each other when it
    /// goes.
    Link,
}

/// What a HyperLogLog has: its registers are gone through.
pub(super) const REGISTERS: u64 = 16_384;

/// Where the name of a command leads; the commands that a function may use and that are not `Plain`.
const WORK: &[(&str, Work)] = &[
    ("BITCOUNT", Work::Value(1)),
    ("BITFIELD", Work::Bits),
    ("BITOP", Work::Values(3)),
    ("BITPOS", Work::Value(1)),
    ("COPY", Work::Value(1)),
    ("DUMP", Work::Value(1)),
    ("FLUSHALL", Work::AllKeys),
    ("FLUSHDB", Work::AllKeys),
    ("GEORADIUS", Work::Value(1)),
    ("GEORADIUSBYMEMBER", Work::Value(1)),
    ("GEORADIUSBYMEMBER_RO", Work::Value(1)),
    ("GEORADIUS_RO", Work::Value(1)),
    ("GEOSEARCH", Work::Value(1)),
    ("GEOSEARCHSTORE", Work::Value(2)),
    ("HSCAN", Work::ScanOf(1)),
    ("KEYS", Work::AllKeys),
    ("LCS", Work::Product(1, 2)),
    ("LINSERT", Work::Value(1)),
    ("LPOS", Work::Value(1)),
    ("LREM", Work::Value(1)),
    ("LTRIM", Work::Value(1)),
    ("MEMORY", Work::Value(2)),
    ("PFCOUNT", Work::HyperLogLogs),
    ("PFMERGE", Work::HyperLogLogs),
    ("SCAN", Work::Scan),
    ("SDIFF", Work::Values(1)),
    ("SDIFFSTORE", Work::Values(2)),
    ("SETBIT", Work::Bit(1)),
    ("SETRANGE", Work::Extent(1)),
    ("SINTER", Work::Values(1)),
    ("SINTERCARD", Work::Counted(1)),
    ("SINTERSTORE", Work::Values(2)),
    ("SORT", Work::Value(1)),
    ("SORT_RO", Work::Value(1)),
    ("SSCAN", Work::ScanOf(1)),
    ("SUNION", Work::Values(1)),
    ("SUNIONSTORE", Work::Values(2)),
    ("VADD", Work::Link),
    ("VECTOR.ADD", Work::Link),
    ("VECTOR.DEL", Work::Link),
    ("VECTOR.LIST", Work::AllKeys),
    ("VECTOR.SEARCH", Work::Search),
    ("VRANGE", Work::Value(1)),
    ("VREM", Work::Link),
    ("VSIM", Work::Search),
    ("XAUTOCLAIM", Work::Value(1)),
    ("XINFO", Work::Value(2)),
    ("XPENDING", Work::Value(1)),
    ("XTRIM", Work::Value(1)),
    ("ZDIFF", Work::Counted(1)),
    ("ZDIFFSTORE", Work::Counted(2)),
    ("ZINTER", Work::Counted(1)),
    ("ZINTERCARD", Work::Counted(1)),
    ("ZINTERSTORE", Work::Counted(2)),
    ("ZRANGESTORE", Work::Value(2)),
    ("ZREMRANGEBYLEX", Work::Value(1)),
    ("ZREMRANGEBYRANK", Work::Value(1)),
    ("ZREMRANGEBYSCORE", Work::Value(1)),
    ("ZSCAN", Work::ScanOf(1)),
    ("ZUNION", Work::Counted(1)),
    ("ZUNIONSTORE", Work::Counted(2)),
];

/// What kind of work a command is.
pub(super) fn work(name: &[u8]) -> Work {
    WORK.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes())).map_or(Work::Plain, |(_, work)| *work)
}

/// The number after the word `COUNT`, or Redis' default.
pub(super) fn scan_count(args: &[&[u8]]) -> u64 {
    number_behind("COUNT", args).unwrap_or(10)
}

/// The number behind a word.
fn number_behind(word: &str, args: &[&[u8]]) -> Option<u64> {
    args.windows(2).find_map(|pair| match pair {
        [own, number] if own.eq_ignore_ascii_case(word.as_bytes()) => parse(number),
        _ => None,
    })
}

/// What the search of a command costs in a set of so many vectors.
pub(super) fn search(args: &[&[u8]], vectors: u64) -> u64 {
    let has = |word: &str| args.iter().any(|arg| arg.eq_ignore_ascii_case(word.as_bytes()));
    let all = vectors.saturating_mul(LOOK);
    if has("TRUTH") {
        return all;
    }
    let count = ["K", "COUNT"].iter().filter_map(|word| number_behind(word, args)).max().unwrap_or_default();
    let ef = number_behind("EF", args).unwrap_or(USUAL_EF.into()).max(count);
    let effort = number_behind("FILTER-EF", args).unwrap_or_default().saturating_mul(LOOK);
    looks(ef, has("FILTER"), vectors).max(effort.min(all))
}

/// What linking the vectors of a command costs in a set.
pub(super) fn link(args: &[&[u8]], set: Linking) -> u64 {
    let ef = number_behind("EF", args).unwrap_or(set.width);
    let is_removal = args.first().is_some_and(|name| name.eq_ignore_ascii_case(b"VECTOR.DEL"));
    let times = if is_removal { args.len() as u64 } else { 1 };
    looks(ef, false, set.vectors).saturating_mul(times)
}

/// A natural number among the arguments; anything else is the command's to refuse.
pub(super) fn parse(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_known_in_any_case() {
        assert_eq!(work(b"keys"), Work::AllKeys);
        assert_eq!(work(b"GET"), Work::Plain);
        assert_eq!(work(b"Lcs"), Work::Product(1, 2));
        assert_eq!(work(b"zunionstore"), Work::Counted(2));
    }

    #[test]
    fn scan_costs_its_count() {
        assert_eq!(scan_count(&[b"SCAN", b"0"]), 10);
        assert_eq!(scan_count(&[b"SCAN", b"0", b"count", b"5000", b"MATCH", b"a"]), 5000);
        assert_eq!(scan_count(&[b"SCAN", b"0", b"COUNT", b"-1"]), 10);
    }

    #[test]
    fn a_reply_costs_its_nodes_and_bytes() {
        assert_eq!(reply(&[Node::Array(1), Node::Bytes(vec![0; 7])]), 2 * ELEMENT + 7);
    }
}
