//! Many values that came in one piece.

use crate::Reply;
use std::{fmt, ops::Range};

/// The values of many keys, in their order: none where a key is absent or not a string.
///
/// ```
/// use ferrite_udf::{prelude::*, testing::Sandbox};
///
/// #[ferrite_udf::function]
/// fn call(keys: Keys, _args: Args) -> Result<i64> {
///     let values = strings::get_many(&keys)?;
///     Ok(values.iter().flatten().map(|value| value.len() as i64).sum())
/// }
///
/// # fn main() {
/// let sandbox = Sandbox::new();
/// sandbox.command(&["SET", "a", "text"]).expect("SET works");
/// assert_eq!(sandbox.call(call, &["a", "none"], &[]), Ok(Reply::Integer(4)));
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Values {
    spans: Vec<Option<Range<usize>>>,
    bytes: Vec<u8>,
}

impl Values {
    /// Of values that lie one behind the other. Lengths that do not fit are the platform's fault, and give no value.
    pub(crate) fn new(lengths: &[Option<u32>], bytes: Vec<u8>) -> Self {
        let mut start = 0;
        let spans = lengths
            .iter()
            .map(|length| {
                length.map(|length| {
                    let span = start..start + length as usize;
                    start = span.end;
                    span
                })
            })
            .collect();
        Self { spans, bytes }
    }

    /// How many keys were asked for.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no key was asked for.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The value of the key with this number, counted from 0; none when it is absent or not a string, and behind the last.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.spans.get(index)?.clone().and_then(|span| self.bytes.get(span))
    }

    /// All of them, in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&[u8]>> {
        self.spans.iter().map(|span| span.clone().and_then(|span| self.bytes.get(span)))
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An array of bytes and nulls, as MGET replies.
impl From<Values> for Reply {
    fn from(values: Values) -> Self {
        Reply::Array(values.iter().map(|value| value.map_or(Reply::Null, Reply::from)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_number() {
        let values = Values::new(&[Some(1), None, Some(0), Some(3)], b"abcd".to_vec());
        let found: Vec<_> = values.iter().collect();
        assert_eq!(found, [Some(&b"a"[..]), None, Some(b""), Some(b"bcd")]);
        assert_eq!((values.get(3), values.get(1), values.get(4)), (Some(&b"bcd"[..]), None, None));
        assert_eq!(format!("{:?}", Values::new(&[None, Some(1)], b"a".to_vec())), "[None, Some([97])]");
        assert_eq!(values.len(), 4);
    }
}
