//! One value as DUMP gives it: its type, itself, the format's version, and a checksum of all that.

use super::input::Input;
use super::output::Output;
use super::read::{Building, Loaded};
use super::write::{self, Slice, Steps};
use super::{LATEST, VERSION, crc64};
use crate::keyspace::entry::Content;
use crate::keyspace::limits::Limits;

/// Version and checksum.
const FOOTER: usize = 10;

/// Why there is no value in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// It is from a later version, or it was changed on its way.
    Footer,
    /// Its bytes are no value.
    Value,
}

/// The payload of a value.
pub fn dump(content: Content<'_>, now_ms: i64) -> Vec<u8> {
    let mut out = Output::default();
    out.byte(write::form(content, now_ms));
    Steps::default().write(content, Slice::whole(now_ms), &mut out);
    out.bytes.extend(VERSION.to_le_bytes());
    let checksum = crc64::update(0, &out.bytes);
    out.bytes.extend(checksum.to_le_bytes());
    out.bytes
}

/// The bytes of the value in a payload whose version and checksum are right.
pub fn verify(payload: &[u8]) -> Result<&[u8], PayloadError> {
    let (rest, checksum) = payload.split_last_chunk::<8>().ok_or(PayloadError::Footer)?;
    let (value, version) = rest.split_last_chunk::<2>().ok_or(PayloadError::Footer)?;
    debug_assert_eq!(payload.len() - value.len(), FOOTER);
    if u16::from_le_bytes(*version) > LATEST || u64::from_le_bytes(*checksum) != crc64::update(0, rest) {
        return Err(PayloadError::Footer);
    }
    Ok(value)
}

/// The value in the bytes that [`verify`] gave. What follows it counts for nothing, as in Redis.
pub fn value(bytes: &[u8], limits: &Limits) -> Result<Loaded, PayloadError> {
    let wrong = |_| PayloadError::Value;
    let mut input = Input::new(bytes);
    let form = input.byte().map_err(|_| PayloadError::Value)?;
    let mut building = Building::new(form).map_err(wrong)?;
    while !building.step(&mut input, limits).map_err(|_| PayloadError::Value)? {}
    match building.finish().map_err(wrong)? {
        Loaded::Nothing => Err(PayloadError::Value),
        value => Ok(value),
    }
}
