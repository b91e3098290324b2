//! The numbers that say what comes next in a file.

/// A string.
pub const STRING: u8 = 0;
/// A list of strings.
pub const LIST: u8 = 1;
/// A set of strings.
pub const SET: u8 = 2;
/// Members with scores in decimal text.
pub const ZSET: u8 = 3;
/// Fields and values.
pub const HASH: u8 = 4;
/// Members with binary scores.
pub const ZSET_2: u8 = 5;
/// Values of modules, in an early form.
pub const MODULE: u8 = 6;
/// Values of modules.
pub const MODULE_2: u8 = 7;
/// In a value of a module: nothing more.
pub const MODULE_END: u64 = 0;
/// In a value of a module: a number without a sign.
pub const MODULE_NUMBER: u64 = 2;
/// In a value of a module: 32 bits of a float.
pub const MODULE_FLOAT: u64 = 3;
/// In a value of a module: a string.
pub const MODULE_STRING: u64 = 5;
/// Fields and values in a zipmap.
pub const HASH_ZIPMAP: u8 = 9;
/// Elements in a ziplist.
pub const LIST_ZIPLIST: u8 = 10;
/// Integers in an array.
pub const SET_INTSET: u8 = 11;
/// Members and scores in a ziplist.
pub const ZSET_ZIPLIST: u8 = 12;
/// Fields and values in a ziplist.
pub const HASH_ZIPLIST: u8 = 13;
/// Elements in ziplists.
pub const LIST_QUICKLIST: u8 = 14;
/// A stream of Redis 5.
pub const STREAM_LISTPACKS: u8 = 15;
/// Fields and values in a listpack.
pub const HASH_LISTPACK: u8 = 16;
/// Members and scores in a listpack.
pub const ZSET_LISTPACK: u8 = 17;
/// Elements in listpacks, or by themselves.
pub const LIST_QUICKLIST_2: u8 = 18;
/// A stream of Redis 7.0.
pub const STREAM_LISTPACKS_2: u8 = 19;
/// Members in a listpack, from Redis 7.2 on.
pub const SET_LISTPACK: u8 = 20;
/// A stream of Redis 7.2.
pub const STREAM_LISTPACKS_3: u8 = 21;
/// Fields, values and times, from Redis 7.4 on.
pub const HASH_METADATA: u8 = 24;
/// Fields, values and times in a listpack, from Redis 7.4 on.
pub const HASH_LISTPACK_EX: u8 = 25;

/// Figures of a cluster's slot: three lengths.
pub const SLOT_INFO: u8 = 244;
/// A library of functions.
pub const FUNCTION_2: u8 = 245;
/// Functions of a version that was never released.
pub const FUNCTION: u8 = 246;
/// What a module keeps besides its values.
pub const MODULE_AUX: u8 = 247;
/// Seconds since the next key was used, a length.
pub const IDLE: u8 = 248;
/// How often the next key was used, a byte.
pub const FREQUENCY: u8 = 249;
/// A remark: two strings.
pub const AUX: u8 = 250;
/// How many keys follow, and how many of them expire: two lengths.
pub const RESIZE: u8 = 251;
/// When the next key expires, milliseconds in 8 bytes.
pub const EXPIRE_MS: u8 = 252;
/// When the next key expires, seconds in 4 bytes.
pub const EXPIRE_S: u8 = 253;
/// The database of the keys that follow, a length.
pub const SELECT: u8 = 254;
/// The end, followed by the checksum.
pub const END: u8 = 255;

/// Whether this is the number of a type of value, also of one that cannot be read.
pub fn is_value(number: u8) -> bool {
    matches!(number, STRING..=MODULE_2 | HASH_ZIPMAP..=HASH_LISTPACK_EX)
}
