//! Declared keys with their values, for a function that the host hands both.

use crate::{Error, Keys, Result, keys::Kind, strings};
use std::ops::Deref;

/// The keys that the caller declared, in their order, and what each held right before the call. What the function writes
/// does not show here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysWithValues {
    keys: Keys,
    values: Vec<Value>,
}

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: the key does not exist.
    Absent,
    /// A string, these bytes.
    String(Vec<u8>),
    /// A hash, a list, a set, a sorted set or a stream.
    Other,
}

impl KeysWithValues {
    /// Keys and as many values, in one order.
    #[cfg(any(target_family = "wasm", test))]
    pub(crate) fn new(keys: Vec<Vec<u8>>, values: Vec<Value>) -> Self {
        Self { keys: keys.into(), values }
    }

    /// The string at the key of an index from 0, or none when the key does not exist. The error says that the caller has
    /// to pass the key, or that it holds another type.
    pub fn value(&self, index: usize) -> Result<Option<&[u8]>> {
        self.keys.get(index)?;
        match self.values.get(index) {
            Some(Value::String(bytes)) => Ok(Some(bytes)),
            Some(Value::Other) => Err(Error::from(strings::Error::WrongType)),
            Some(Value::Absent) | None => Ok(None),
        }
    }

    /// All values, in the order of their keys.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

/// The keys alone.
impl Deref for KeysWithValues {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        &self.keys
    }
}

/// What a function takes as its keys.
pub trait Declared: Sized {
    /// Made of the keys that the caller passed; for values, the store is asked.
    fn declare(keys: Vec<Vec<u8>>) -> Result<Self>;
}

impl Declared for Keys {
    fn declare(keys: Vec<Vec<u8>>) -> Result<Self> {
        Ok(keys.into())
    }
}

impl Declared for KeysWithValues {
    fn declare(keys: Vec<Vec<u8>>) -> Result<Self> {
        let values = strings::get_many(&keys)?
            .iter()
            .zip(&keys)
            .map(|(value, key)| {
                Ok(match value {
                    Some(bytes) => Value::String(bytes.to_vec()),
                    None => match crate::keys::kind(key)? {
                        None | Some(Kind::String) => Value::Absent,
                        Some(_) => Value::Other,
                    },
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self { keys: keys.into(), values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_string_or_nothing_and_anything_else_an_error() {
        let names = ["a", "b", "c"].map(|name| name.as_bytes().to_vec()).to_vec();
        let keys = KeysWithValues::new(names, vec![Value::String(b"1".to_vec()), Value::Absent, Value::Other]);
        assert_eq!(keys.value(0), Ok(Some(&b"1"[..])));
        assert_eq!(keys.value(1), Ok(None));
        assert!(keys.value(2).expect_err("no string").line().starts_with("WRONGTYPE"));
        assert_eq!(keys.value(3).expect_err("there are three").line(), "ERR key 4 is missing: the caller passed 3");
        assert_eq!(keys.get(1), Ok(&b"b"[..]));
    }
}
