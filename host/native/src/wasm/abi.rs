//! The canonical ABI, as far as the store's contract uses it: how typed values lie in the store's memory.
//!
//! The server calls the core module inside of the store component directly: wasmtime's own component calls cost five
//! times as much, and the store is called for every pipeline (`docs/decisions/0006-core-calls.md`). So the layouts that
//! wasmtime would know are written here, after
//! <https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md>. Everything read is checked
//! against the bounds of memory; a fault means that the store is broken.

use std::fmt;

/// A value that lies where it may not, or is none of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Bytes behind the end of memory.
    OutOfBounds { at: u32, length: u32 },
    /// A variant has no case of this number.
    Case(u32),
    /// A string is not UTF-8.
    Utf8,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::OutOfBounds { at, length } => write!(f, "{length} bytes at {at} are out of the store's memory"),
            Fault::Case(case) => write!(f, "the store answered with case {case}, which its type does not have"),
            Fault::Utf8 => f.write_str("the store answered with a string that is not UTF-8"),
        }
    }
}

impl std::error::Error for Fault {}

/// A value that can be read from memory.
pub(crate) trait Load: Sized {
    /// Bytes that it takes, a multiple of the alignment.
    const SIZE: u32;
    /// What its address is a multiple of.
    const ALIGN: u32;

    /// The value at an address.
    fn load(memory: &[u8], at: u32) -> Result<Self, Fault>;
}

/// Some bytes of memory.
#[inline]
pub(crate) fn bytes(memory: &[u8], at: u32, length: u32) -> Result<&[u8], Fault> {
    memory.get(at as usize..).and_then(|rest| rest.get(..length as usize)).ok_or(Fault::OutOfBounds { at, length })
}

#[inline]
fn array<const N: usize>(memory: &[u8], at: u32) -> Result<[u8; N], Fault> {
    memory
        .get(at as usize..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(Fault::OutOfBounds { at, length: N as u32 })
}

/// Address and length of a list or a string.
#[inline]
pub(crate) fn span(memory: &[u8], at: u32) -> Result<(u32, u32), Fault> {
    Ok((u32::load(memory, at)?, u32::load(memory, at + 4)?))
}

/// The bytes of the `list<u8>` that lies at an address.
#[inline]
pub(crate) fn list(memory: &[u8], at: u32) -> Result<&[u8], Fault> {
    let (start, length) = span(memory, at)?;
    bytes(memory, start, length)
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Load for $number {
            const SIZE: u32 = size_of::<$number>() as u32;
            const ALIGN: u32 = Self::SIZE;

            #[inline]
            fn load(memory: &[u8], at: u32) -> Result<$number, Fault> {
                array(memory, at).map(<$number>::from_le_bytes)
            }
        }
    )*};
}

number!(u8, u32, u64, i64, f32, f64);

impl Load for bool {
    const SIZE: u32 = 1;
    const ALIGN: u32 = 1;

    #[inline]
    fn load(memory: &[u8], at: u32) -> Result<bool, Fault> {
        u8::load(memory, at).map(|byte| byte != 0)
    }
}

/// Words that bytes are handed over in.
impl Load for (u64, u64, u64, u64) {
    const SIZE: u32 = 32;
    const ALIGN: u32 = 8;

    #[inline]
    fn load(memory: &[u8], at: u32) -> Result<Self, Fault> {
        let word = |index: u32| u64::load(memory, at + 8 * index);
        Ok((word(0)?, word(1)?, word(2)?, word(3)?))
    }
}

impl Load for () {
    const SIZE: u32 = 0;
    const ALIGN: u32 = 1;

    fn load(_: &[u8], _: u32) -> Result<(), Fault> {
        Ok(())
    }
}

impl Load for String {
    const SIZE: u32 = 8;
    const ALIGN: u32 = 4;

    fn load(memory: &[u8], at: u32) -> Result<String, Fault> {
        std::str::from_utf8(list(memory, at)?).map(str::to_owned).map_err(|_| Fault::Utf8)
    }
}

/// `list<u8>`, which is by far the most frequent list.
impl Load for Vec<u8> {
    const SIZE: u32 = 8;
    const ALIGN: u32 = 4;

    #[inline]
    fn load(memory: &[u8], at: u32) -> Result<Vec<u8>, Fault> {
        list(memory, at).map(<[u8]>::to_vec)
    }
}

/// The elements of a list of anything but bytes.
pub(crate) fn elements<T: Load>(memory: &[u8], at: u32) -> Result<Vec<T>, Fault> {
    let (start, count) = span(memory, at)?;
    let length = count.checked_mul(T::SIZE).ok_or(Fault::OutOfBounds { at: start, length: u32::MAX })?;
    bytes(memory, start, length)?;
    (0..count).map(|index| T::load(memory, start + index * T::SIZE)).collect()
}

/// Lists that are not lists of bytes.
macro_rules! list_of {
    ($($element:ty),*) => {$(
        impl $crate::wasm::abi::Load for Vec<$element> {
            const SIZE: u32 = 8;
            const ALIGN: u32 = 4;

            fn load(memory: &[u8], at: u32) -> ::std::result::Result<Self, $crate::wasm::abi::Fault> {
                $crate::wasm::abi::elements(memory, at)
            }
        }
    )*};
}
pub(crate) use list_of;

list_of!(Vec<u8>, Option<Vec<u8>>, Option<u32>);

impl<T: Load> Load for Option<T> {
    const SIZE: u32 = variant_size(Self::ALIGN, T::SIZE);
    const ALIGN: u32 = T::ALIGN;

    #[inline]
    fn load(memory: &[u8], at: u32) -> Result<Option<T>, Fault> {
        match u8::load(memory, at)? {
            0 => Ok(None),
            1 => T::load(memory, at + Self::ALIGN).map(Some),
            other => Err(Fault::Case(other.into())),
        }
    }
}

impl<T: Load, E: Load> Load for Result<T, E> {
    const SIZE: u32 = variant_size(Self::ALIGN, max(&[T::SIZE, E::SIZE]));
    const ALIGN: u32 = max(&[1, T::ALIGN, E::ALIGN]);

    #[inline]
    fn load(memory: &[u8], at: u32) -> Result<Result<T, E>, Fault> {
        match u8::load(memory, at)? {
            0 => T::load(memory, at + Self::ALIGN).map(Ok),
            1 => E::load(memory, at + Self::ALIGN).map(Err),
            other => Err(Fault::Case(other.into())),
        }
    }
}

/// The greatest of some sizes or alignments.
pub(crate) const fn max(numbers: &[u32]) -> u32 {
    let (mut greatest, mut at) = (0, 0);
    while at < numbers.len() {
        if numbers[at] > greatest {
            greatest = numbers[at];
        }
        at += 1;
    }
    greatest
}

/// The size of a variant of at most 256 cases: its payload lies at the first multiple of the alignment behind one byte.
pub(crate) const fn variant_size(align: u32, payload: u32) -> u32 {
    (align + payload).next_multiple_of(align)
}

/// How a record lies in memory: its fields, in their order.
macro_rules! record {
    ($record:ty { $($field:ident: $type:ty),* $(,)? }) => {
        impl $crate::wasm::abi::Load for $record {
            const SIZE: u32 = {
                let mut end = 0u32;
                $(end = end.next_multiple_of(<$type>::ALIGN) + <$type>::SIZE;)*
                end.next_multiple_of(Self::ALIGN)
            };
            const ALIGN: u32 = $crate::wasm::abi::max(&[1, $(<$type>::ALIGN),*]);

            #[inline]
            #[allow(unused_assignments, reason = "nothing follows the last field")]
            fn load(memory: &[u8], at: u32) -> ::std::result::Result<Self, $crate::wasm::abi::Fault> {
                let mut next = at;
                $(
                    next = next.next_multiple_of(<$type>::ALIGN);
                    let $field = <$type>::load(memory, next)?;
                    next += <$type>::SIZE;
                )*
                Ok(Self { $($field),* })
            }
        }
    };
}
pub(crate) use record;

/// How a variant or an enum lies in memory: the number of its case, then what the case holds.
macro_rules! variant {
    ($variant:ty { $($number:literal => $case:ident $(($payload:ty))?),* $(,)? }) => {
        impl $crate::wasm::abi::Load for $variant {
            const SIZE: u32 =
                $crate::wasm::abi::variant_size(Self::ALIGN, $crate::wasm::abi::max(&[$($(<$payload>::SIZE,)?)*]));
            const ALIGN: u32 = $crate::wasm::abi::max(&[1, $($(<$payload>::ALIGN,)?)*]);

            #[inline]
            fn load(memory: &[u8], at: u32) -> ::std::result::Result<Self, $crate::wasm::abi::Fault> {
                Ok(match u8::load(memory, at)? {
                    $($number => Self::$case $((<$payload>::load(memory, at + Self::ALIGN)?))?,)*
                    other => return Err($crate::wasm::abi::Fault::Case(other.into())),
                })
            }
        }
    };
}
pub(crate) use variant;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Sample {
        Nothing,
        Flag(bool),
        Number(i64),
    }
    variant!(Sample { 0 => Nothing, 1 => Flag(bool), 2 => Number(i64) });

    #[derive(Debug, PartialEq)]
    enum Plain {
        A,
        B,
    }
    variant!(Plain { 0 => A, 1 => B });

    #[derive(Debug, PartialEq)]
    struct Mixed {
        small: u8,
        wide: u64,
        text: String,
    }
    record!(Mixed { small: u8, wide: u64, text: String });

    #[test]
    fn sizes_follow_the_canonical_abi() {
        assert_eq!((Sample::SIZE, Sample::ALIGN), (16, 8));
        assert_eq!((Plain::SIZE, Plain::ALIGN), (1, 1));
        assert_eq!((Mixed::SIZE, Mixed::ALIGN), (24, 8));
        assert_eq!((Option::<Vec<u8>>::SIZE, Option::<Vec<u8>>::ALIGN), (12, 4));
        assert_eq!((Result::<(), Sample>::SIZE, Result::<(), Sample>::ALIGN), (24, 8));
        assert_eq!((Result::<u64, Plain>::SIZE, Result::<bool, Plain>::SIZE), (16, 2));
    }

    #[test]
    fn values_are_read_from_where_they_lie() {
        let mut memory = vec![0; 64];
        memory[8] = 2;
        memory[16..24].copy_from_slice(&(-7i64).to_le_bytes());
        assert_eq!(Sample::load(&memory, 8), Ok(Sample::Number(-7)));
        memory[8] = 1;
        assert_eq!(Sample::load(&memory, 8), Ok(Sample::Flag(true)));
        memory[32] = 5;
        memory[40..48].copy_from_slice(&9u64.to_le_bytes());
        memory[48..52].copy_from_slice(&60u32.to_le_bytes());
        memory[52..56].copy_from_slice(&2u32.to_le_bytes());
        memory[60..62].copy_from_slice(b"ab");
        assert_eq!(Mixed::load(&memory, 32), Ok(Mixed { small: 5, wide: 9, text: "ab".to_owned() }));
        assert_eq!(Vec::<u8>::load(&memory, 48), Ok(b"ab".to_vec()));
    }

    #[test]
    fn what_cannot_be_is_a_fault() {
        let memory = [3u8; 16];
        assert_eq!(Sample::load(&memory, 0), Err(Fault::Case(3)));
        assert_eq!(u64::load(&memory, 12), Err(Fault::OutOfBounds { at: 12, length: 8 }));
        let far = u32::from_le_bytes([3; 4]);
        assert_eq!(Vec::<u8>::load(&memory, 0), Err(Fault::OutOfBounds { at: far, length: far }));
        assert!(matches!(elements::<Option<Vec<u8>>>(&[0xff; 16], 0), Err(Fault::OutOfBounds { .. })));
        let memory = [8, 0, 0, 0, 1, 0, 0, 0, 0xff];
        assert_eq!(String::load(&memory, 0), Err(Fault::Utf8));
    }
}
