//! The header: a length of eight bytes, then a JSON object that gives each tensor its type, shape and place.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::{FILE, piece};
use crate::Error;
use crate::error::within;
use crate::limits;
use crate::source::{self, Source};

/// What the numbers of a tensor are. All types of the format are known, so that tensors that nobody asks for may have
/// any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dtype {
    F32,
    F16,
    Bf16,
    /// Its name, and how many bytes a number has.
    Other(&'static str, u64),
}

const DTYPES: &[Dtype] = &[
    Dtype::F32,
    Dtype::F16,
    Dtype::Bf16,
    Dtype::Other("F64", 8),
    Dtype::Other("I64", 8),
    Dtype::Other("U64", 8),
    Dtype::Other("C64", 8),
    Dtype::Other("I32", 4),
    Dtype::Other("U32", 4),
    Dtype::Other("I16", 2),
    Dtype::Other("U16", 2),
    Dtype::Other("I8", 1),
    Dtype::Other("U8", 1),
    Dtype::Other("BOOL", 1),
    Dtype::Other("F8_E4M3", 1),
    Dtype::Other("F8_E5M2", 1),
    Dtype::Other("F8_E8M0", 1),
];

impl Dtype {
    pub(super) fn name(self) -> &'static str {
        match self {
            Dtype::F32 => "F32",
            Dtype::F16 => "F16",
            Dtype::Bf16 => "BF16",
            Dtype::Other(name, _) => name,
        }
    }

    pub(super) fn bytes(self) -> u64 {
        match self {
            Dtype::F32 => 4,
            Dtype::F16 | Dtype::Bf16 => 2,
            Dtype::Other(_, bytes) => bytes,
        }
    }
}

/// A tensor, as the header describes it and as it was checked.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<u64>,
    /// Bytes from the begin of the data.
    pub(super) begin: u64,
    pub(super) end: u64,
}

/// Reads the header. Returns the tensors by name, and where the data begin.
pub(super) fn read(source: &mut dyn Source) -> Result<(Vec<Entry>, u64), Error> {
    let file_bytes = source::size(source, FILE)?;
    if file_bytes < 8 {
        let reason = format!("it has {file_bytes} bytes; a safetensors file begins with eight for the header's length");
        return Err(Error::malformed(FILE, reason));
    }
    let mut length = [0; 8];
    length.copy_from_slice(&piece(source, 0, 8)?);
    let length = u64::from_le_bytes(length);
    within("bytes in the header of model.safetensors", length, limits::HEADER_BYTES)?;
    let data = 8 + length;
    if data > file_bytes {
        let reason = format!("the header should end at {data}, and the file ends at {file_bytes}");
        return Err(Error::malformed(FILE, reason));
    }
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let json = piece(source, 8, length)?;
    let Header(described) = serde_json::from_slice(&json)
        .map_err(|error| Error::malformed(FILE, format!("the header is not what it should be: {error}")))?;
    let mut entries = described.into_iter().map(|(name, tensor)| entry(name, tensor)).collect::<Result<Vec<_>, _>>()?;
    check_places(&mut entries, file_bytes - data)?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some([twice, _]) = entries.array_windows().find(|[a, b]| a.name == b.name) {
        return Err(Error::malformed(FILE, format!("the tensor `{}` is there twice", twice.name)));
    }
    Ok((entries, data))
}

fn entry(name: String, tensor: Described) -> Result<Entry, Error> {
    let Some(&dtype) = DTYPES.iter().find(|dtype| dtype.name() == tensor.dtype) else {
        return Err(Error::malformed(FILE, format!("the tensor `{name}` is of `{}`, which is no type", tensor.dtype)));
    };
    within("dimensions of a tensor", tensor.shape.len() as u64, limits::RANK as u64)?;
    let [begin, end] = tensor.data_offsets;
    let bytes = tensor.shape.iter().try_fold(dtype.bytes(), |bytes, size| bytes.checked_mul(*size));
    if end.checked_sub(begin).is_none() || bytes != end.checked_sub(begin) {
        let reason = format!(
            "the tensor `{name}` of {} with the shape {:?} does not fit into the bytes {begin} to {end}",
            dtype.name(),
            tensor.shape
        );
        return Err(Error::malformed(FILE, reason));
    }
    Ok(Entry { name, dtype, shape: tensor.shape, begin, end })
}

/// The format has neither overlaps nor holes: the tensors fill the data.
fn check_places(entries: &mut [Entry], data_bytes: u64) -> Result<(), Error> {
    entries.sort_by_key(|entry| (entry.begin, entry.end));
    let mut filled = 0;
    for entry in &*entries {
        if entry.begin != filled {
            let how = if entry.begin < filled { "overlaps the one before" } else { "leaves a hole before it" };
            let reason =
                format!("the tensor `{}` begins at {} and {how}, which ends at {filled}", entry.name, entry.begin);
            return Err(Error::malformed(FILE, reason));
        }
        filled = entry.end;
    }
    if filled != data_bytes {
        return Err(Error::malformed(FILE, format!("the tensors have {filled} bytes, and the file has {data_bytes}")));
    }
    Ok(())
}

/// A tensor in the words of the header.
#[derive(Deserialize)]
struct Described {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// The header's object, with names as often as they are there: a map would hide that one comes twice.
struct Header(Vec<(String, Described)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Header, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut tensors = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    if tensors.len() == limits::TENSORS {
                        return Err(A::Error::custom(format!("more than {} tensors", limits::TENSORS)));
                    }
                    tensors.push((name, map.next_value()?));
                }
                Ok(Header(tensors))
            }
        }
        deserializer.deserialize_map(Names)
    }
}
