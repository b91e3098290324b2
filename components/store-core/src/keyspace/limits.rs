//! When small collections, which are packed into one piece, become large ones: the `*-max-listpack-*` settings of CONFIG.

use crate::settings::Settings;

/// The limits, and what new tables begin with.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The seed of collections' tables.
    pub seed: [u64; 2],
    /// The most fields of a packed hash.
    pub hash_entries: usize,
    /// The longest field or value of a packed hash, in bytes.
    pub hash_bytes: usize,
    /// The most members of a set that is an array of integers.
    pub set_integers: usize,
    /// The most members of a packed sorted set.
    pub sorted_set_entries: usize,
    /// The longest member of a packed sorted set, in bytes.
    pub sorted_set_bytes: usize,
    /// The most elements of a list's node, or -1 to -5 for 4 to 64 KiB.
    pub list_node: i32,
    /// The most bytes of a stream's node, 0 for any number.
    pub stream_bytes: usize,
    /// The most entries of a stream's node, 0 for any number.
    pub stream_entries: usize,
    /// The most bytes of a sparse HyperLogLog.
    pub sparse_bytes: usize,
}

impl Limits {
    /// Those that hold when nobody sets any. The seed must not be known to whoever chooses members.
    pub fn new(seed: [u64; 2]) -> Limits {
        let mut limits = Limits {
            seed,
            hash_entries: 0,
            hash_bytes: 0,
            set_integers: 0,
            sorted_set_entries: 0,
            sorted_set_bytes: 0,
            list_node: 0,
            stream_bytes: 0,
            stream_entries: 0,
            sparse_bytes: 0,
        };
        limits.apply(&Settings::default());
        limits
    }

    /// Takes settings over.
    pub fn apply(&mut self, settings: &Settings) {
        let number = |name| settings.number(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX);
        self.hash_entries = number("hash-max-listpack-entries");
        self.hash_bytes = number("hash-max-listpack-value");
        self.set_integers = number("set-max-intset-entries");
        self.sorted_set_entries = number("zset-max-listpack-entries");
        self.sorted_set_bytes = number("zset-max-listpack-value");
        self.list_node = settings.number("list-max-listpack-size").map_or(-2, |size| size as i32);
        self.stream_bytes = number("stream-node-max-bytes");
        self.stream_entries = number("stream-node-max-entries");
        self.sparse_bytes = number("hll-sparse-max-bytes");
    }
}
