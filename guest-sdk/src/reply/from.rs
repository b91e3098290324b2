//! Replies from ordinary Rust values.

use super::Reply;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

macro_rules! from_integer {
    ($($type:ty)*) => {$(
        impl From<$type> for Reply {
            fn from(number: $type) -> Self {
                Self::Integer(number.into())
            }
        }
    )*};
}

// Not `u8`: the compiler then knows that `Vec<u8>` is no `Vec<T: Into<Reply>>`, and lets it be bytes.
from_integer!(i8 i16 i32 i64 u16 u32);

macro_rules! from_wide_integer {
    ($($type:ty)*) => {$(
        impl From<$type> for Reply {
            fn from(number: $type) -> Self {
                match i64::try_from(number) {
                    Ok(number) => Self::Integer(number),
                    Err(_) => number.to_string().into(),
                }
            }
        }
    )*};
}

from_wide_integer!(isize u64 usize i128 u128);

impl From<f32> for Reply {
    fn from(number: f32) -> Self {
        Self::Double(number.into())
    }
}

impl From<f64> for Reply {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<bool> for Reply {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::status("OK")
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl From<Cow<'_, str>> for Reply {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

impl From<Vec<u8>> for Reply {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Reply {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Cow<'_, [u8]>> for Reply {
    fn from(bytes: Cow<'_, [u8]>) -> Self {
        Self::Bytes(bytes.into_owned())
    }
}

impl<const N: usize> From<[u8; N]> for Reply {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Reply {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Reply>> From<Option<T>> for Reply {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Reply>> From<Vec<T>> for Reply {
    fn from(items: Vec<T>) -> Self {
        Self::array(items)
    }
}

impl<T: Into<Reply> + Clone> From<&[T]> for Reply {
    fn from(items: &[T]) -> Self {
        Self::array(items.iter().cloned())
    }
}

impl<T: Into<Reply>, const N: usize> From<[T; N]> for Reply {
    fn from(items: [T; N]) -> Self {
        Self::array(items)
    }
}

impl<T: Into<Reply>, S> From<HashSet<T, S>> for Reply {
    fn from(members: HashSet<T, S>) -> Self {
        Self::Set(members.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Reply>> From<BTreeSet<T>> for Reply {
    fn from(members: BTreeSet<T>) -> Self {
        Self::Set(members.into_iter().map(Into::into).collect())
    }
}

impl<K: Into<Reply>, V: Into<Reply>, S> From<HashMap<K, V, S>> for Reply {
    fn from(pairs: HashMap<K, V, S>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Into<Reply>, V: Into<Reply>> From<BTreeMap<K, V>> for Reply {
    fn from(pairs: BTreeMap<K, V>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

macro_rules! from_tuple {
    ($($name:ident)*) => {
        impl<$($name: Into<Reply>),*> From<($($name,)*)> for Reply {
            fn from(tuple: ($($name,)*)) -> Self {
                #[allow(non_snake_case, reason = "the type parameters name the elements too")]
                let ($($name,)*) = tuple;
                Self::Array(vec![$($name.into()),*])
            }
        }
    };
}

from_tuple!(A);
from_tuple!(A B);
from_tuple!(A B C);
from_tuple!(A B C D);
from_tuple!(A B C D E);
from_tuple!(A B C D E F);
from_tuple!(A B C D E F G);
from_tuple!(A B C D E F G H);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_bytes_are_bytes_and_other_vectors_are_arrays() {
        assert_eq!(Reply::from(vec![1_u8, 2]), Reply::Bytes(vec![1, 2]));
        assert_eq!(Reply::from(vec![1_u32, 2]), Reply::Array(vec![Reply::Integer(1), Reply::Integer(2)]));
        assert_eq!(
            Reply::from(vec![vec![1_u8], vec![]]),
            Reply::Array(vec![Reply::Bytes(vec![1]), Reply::Bytes(vec![])])
        );
        assert_eq!(Reply::from(*b"ab"), Reply::from("ab"));
    }

    #[test]
    fn nested_values_become_nested_replies() {
        let value = vec![("a", Some(1.5)), ("b", None)];
        let expected = Reply::Array(vec![
            Reply::Array(vec![Reply::Bytes(b"a".to_vec()), Reply::Double(1.5)]),
            Reply::Array(vec![Reply::Bytes(b"b".to_vec()), Reply::Null]),
        ]);
        assert_eq!(Reply::from(value), expected);
        assert_eq!(
            Reply::from(BTreeMap::from([("on", true)])),
            Reply::Map(vec![(Reply::Bytes(b"on".to_vec()), Reply::Boolean(true))])
        );
    }

    #[test]
    fn an_integer_beyond_the_protocol_keeps_its_digits() {
        assert_eq!(Reply::from(7_usize), Reply::Integer(7));
        assert_eq!(Reply::from(u64::MAX), Reply::Bytes(b"18446744073709551615".to_vec()));
        assert_eq!(Reply::from(()), Reply::status("OK"));
    }
}
