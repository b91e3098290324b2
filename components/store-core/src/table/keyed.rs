//! What a table asks of its elements.

/// An element of a table.
pub trait Keyed {
    /// What it is found by.
    fn key(&self) -> &[u8];

    /// Whether this is the key.
    #[inline]
    fn has_key(&self, key: &[u8]) -> bool {
        equal(self.key(), key)
    }

    /// When it expires, in milliseconds since the Unix epoch.
    #[inline]
    fn expire_ms(&self) -> Option<i64> {
        None
    }

    /// When there is something to do about it: when it expires, or earlier if something inside of it does.
    #[inline]
    fn due_ms(&self) -> Option<i64> {
        self.expire_ms()
    }
}

/// An element that may get another time of expiry.
pub trait Expiring: Keyed + Sized {
    /// Changes the time of expiry in place; false, and nothing done, when the element has no room for one.
    fn set_expire(&mut self, expire_ms: Option<i64>) -> bool;

    /// The same with room for a time. What the element holds moves over; it is only fit to be dropped afterwards.
    fn widened(&mut self, expire_ms: Option<i64>) -> Self;
}

/// Equality without a call: `memcmp` goes byte by byte on wasm, and keys are short.
#[inline]
pub(crate) fn equal(one: &[u8], other: &[u8]) -> bool {
    let len = one.len();
    if len != other.len() {
        return false;
    }
    let (mut one, mut other) = (one, other);
    if let (Some(last), Some(other_last)) = (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        while let (Some((a, more)), Some((b, other_more))) = (one.split_first_chunk::<8>(), other.split_first_chunk()) {
            if u64::from_ne_bytes(*a) != u64::from_ne_bytes(*b) {
                return false;
            }
            (one, other) = (more, other_more);
        }
        return u64::from_ne_bytes(*last) == u64::from_ne_bytes(*other_last);
    }
    if let (Some(first), Some(last)) = (one.first_chunk::<4>(), one.last_chunk::<4>()) {
        return other.first_chunk() == Some(first) && other.last_chunk() == Some(last);
    }
    one.iter().zip(other).all(|(a, b)| a == b)
}
