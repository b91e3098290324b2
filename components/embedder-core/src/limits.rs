//! Every limit of the embedder, with its unit and its reason. Weights, vocabulary and texts all come from outside.

/// Bytes of one `read` of a file: the copies on both sides of the sandbox stay small beside the weights.
pub const PIECE_BYTES: u32 = 1 << 20;

/// Bytes of the JSON header of a safetensors file. The format allows 100 MB; that of all-MiniLM has 11 KiB.
pub const HEADER_BYTES: u64 = 1 << 20;

/// Tensors that a header may list. A BERT encoder of 48 layers has 800.
pub const TENSORS: usize = 4096;

/// Dimensions of a tensor. Those of BERT have at most two; the rest is for what else a file may hold.
pub const RANK: usize = 8;

/// Bytes of a configuration file. That of all-MiniLM has 612.
pub const CONFIG_BYTES: u64 = 256 << 10;

/// Bytes of `tokenizer.json` or `vocab.txt`. The longer of all-MiniLM's has 466 KB.
pub const VOCABULARY_BYTES: u64 = 16 << 20;

/// Tokens of a vocabulary. BERT in 104 languages has 119,547.
pub const VOCABULARY_TOKENS: usize = 1 << 18;

/// Bytes of one token of the vocabulary: words have at most 100 characters, by default.
pub const TOKEN_BYTES: usize = 1024;

/// Characters of a word that a vocabulary may ask for. BERT asks for 100.
pub const WORD_CHARS: usize = 1024;

/// Tokens that are found in a text as they stand, such as `[SEP]`: each costs a comparison where a text might have one.
pub const ADDED_TOKENS: usize = 64;

/// Layers of an encoder. BERT large has 24.
pub const LAYERS: usize = 48;

/// Numbers of a token's state. BERT large has 1,024.
pub const HIDDEN: usize = 2048;

/// Numbers between the two halves of a layer. BERT large has 4,096. With weights of 8 bits, a sum of so many products
/// leaves activations 11 bits in an `i32`.
pub const INTERMEDIATE: usize = 8192;

/// Positions that a model may have. BERT has 512. Attention takes memory with the square of it.
pub const POSITIONS: usize = 2048;

/// Types of segments. BERT has two, and one is used here.
pub const SEGMENT_TYPES: usize = 16;

/// Bytes that all weights may take in memory, as they are kept. The memory of a component ends at 4 GiB.
pub const WEIGHTS_BYTES: u64 = 1 << 30;

/// Tokens of a text, where the model does not say less: more of it is not read. all-MiniLM was trained with 128, and
/// its authors set 256.
pub const TOKENS: usize = 512;

/// Tokens of several texts that go through the encoder together, unless a single one is longer: more of them would not
/// be faster, and each takes about 12 KB of memory.
pub const TOKENS_AT_ONCE: usize = 256;

/// Texts of one call. With the longest texts this takes seconds, for which nobody else is served.
pub const TEXTS: usize = 64;

/// Bytes of all texts of one call.
pub const TEXT_BYTES: usize = 1 << 20;
