//! `ferrite:store/strings`.

use super::core::{Core, Export, Result};
use super::types::strings::{Condition, Error, Expiry, InlineBytes, PackedValues, ShortValue};

/// The exports of the interface.
pub(super) struct Strings {
    get: Export<(u32, u32), u32>,
    get_many: Export<(u32, u32), u32>,
    get_packed: Export<(u32, u32, u32, u32), u32>,
    #[allow(clippy::type_complexity, reason = "a length and words, laid flat")]
    get_short: Export<(u32, u64, u64, u64, u64), u32>,
    set_many: Export<(u32, u32), u32>,
    #[allow(clippy::type_complexity, reason = "key, value, expiry and condition, laid flat")]
    set: Export<(u32, u32, u32, u32, u32, u64, u32), u32>,
    increment: Export<(u32, u32, i64), u32>,
    append: Export<(u32, u32, u32, u32), u32>,
    length: Export<(u32, u32), u32>,
}

impl Strings {
    pub(super) fn find(core: &mut Core) -> Result<Strings> {
        Ok(Strings {
            get: Export::find(core, "strings", "get")?,
            get_many: Export::find(core, "strings", "get-many")?,
            get_packed: Export::find(core, "strings", "get-packed")?,
            get_short: Export::find(core, "strings", "get-short")?,
            set_many: Export::find(core, "strings", "set-many")?,
            set: Export::find(core, "strings", "set")?,
            increment: Export::find(core, "strings", "increment")?,
            append: Export::find(core, "strings", "append")?,
            length: Export::find(core, "strings", "length")?,
        })
    }
}

/// What a call answers: its own result inside of that of the crossing.
type Answer<T> = Result<std::result::Result<T, Error>>;

/// The interface on one store.
pub(crate) struct StringsOf<'a>(pub(super) &'a mut Core, pub(super) &'a Strings);

impl StringsOf<'_> {
    #[inline]
    pub(crate) fn get(&mut self, key: &[u8]) -> Answer<Option<Vec<u8>>> {
        let key = self.0.give(key)?;
        self.1.get.load(self.0, key)
    }

    pub(crate) fn get_many(&mut self, keys: &[&[u8]]) -> Answer<Vec<Option<Vec<u8>>>> {
        let keys = self.0.give_all(keys)?;
        self.1.get_many.load(self.0, keys)
    }

    pub(crate) fn get_packed(&mut self, lengths: &[u32], keys: &[u8]) -> Answer<PackedValues> {
        let (lengths, count) = self.0.give_numbers(lengths)?;
        let (keys, bytes) = self.0.give(keys)?;
        self.1.get_packed.load(self.0, (lengths, count, keys, bytes))
    }

    #[inline]
    pub(crate) fn get_short(&mut self, key: InlineBytes) -> Answer<Option<ShortValue>> {
        let (a, b, c, d) = key.words;
        // Nothing else that it answers is in memory of its own.
        let owns = |answer: &std::result::Result<_, _>| !matches!(answer, Ok(None | Some(ShortValue::Inline(_))));
        self.1.get_short.load_if_owned(self.0, (key.length, a, b, c, d), owns)
    }

    /// Keys and values in turn: a list of pairs of lists lies in memory as the list of all of them does.
    pub(crate) fn set_many(&mut self, keys_and_values: &[&[u8]]) -> Answer<()> {
        let (at, count) = self.0.give_all(keys_and_values)?;
        self.1.set_many.load(self.0, (at, count / 2))
    }

    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expiry: Expiry, condition: Condition) -> Answer<bool> {
        let (key, key_length) = self.0.give(key)?;
        let (value, value_length) = self.0.give(value)?;
        let (case, ms) = expiry.flat();
        self.1.set.load(self.0, (key, key_length, value, value_length, case, ms, condition as u32))
    }

    pub(crate) fn increment(&mut self, key: &[u8], by: i64) -> Answer<i64> {
        let (key, length) = self.0.give(key)?;
        self.1.increment.load(self.0, (key, length, by))
    }

    pub(crate) fn append(&mut self, key: &[u8], value: &[u8]) -> Answer<u64> {
        let (key, key_length) = self.0.give(key)?;
        let (value, value_length) = self.0.give(value)?;
        self.1.append.load(self.0, (key, key_length, value, value_length))
    }

    pub(crate) fn length(&mut self, key: &[u8]) -> Answer<u64> {
        let key = self.0.give(key)?;
        self.1.length.load(self.0, key)
    }
}
