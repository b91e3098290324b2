//! The keys that a call on the store touches: whoever adds a call has to say which, so that none is forgotten when a
//! function is narrowed to some keys.

use super::Context;
use super::collections::Bytes;
use crate::udf::bindings::strings::PackedKeys;
use crate::udf::permissions::Permissions;
use crate::udf::scope::{Access, Scope};

/// What is done to which keys.
pub(super) enum Touch<'a> {
    Read(&'a Bytes),
    ReadEach(&'a [Bytes]),
    ReadPacked(&'a PackedKeys),
    ReadInline(&'a [u8]),
    Write(&'a Bytes),
    WriteEach(&'a [Bytes]),
    WriteBoth(&'a Bytes, &'a Bytes),
    /// Writes the first from what it reads of the others.
    WriteFrom(&'a Bytes, &'a [Bytes]),
    /// Goes through names, of which only those are handed on that may be read.
    Names,
}

impl Touch<'_> {
    /// The harder of what it does.
    #[inline]
    pub(super) fn access(&self) -> Access {
        match self {
            Touch::Read(_) | Touch::ReadEach(_) | Touch::ReadPacked(_) | Touch::ReadInline(_) | Touch::Names => {
                Access::Read
            }
            Touch::Write(_) | Touch::WriteEach(_) | Touch::WriteBoth(..) | Touch::WriteFrom(..) => Access::Write,
        }
    }

    /// What a function has to be granted for it, whatever the keys.
    #[inline]
    pub(super) fn permission(&self) -> Permissions {
        match self.access() {
            Access::Read => Permissions::READ,
            Access::Write => Permissions::WRITE,
        }
    }

    /// Why the scope does not have it.
    pub(super) fn refusal(&self, scope: &Scope, context: &Context<'_>) -> Option<String> {
        let one = |access, key: &Bytes| scope.refusal(access, key.as_le_slice(context));
        let each = |access, keys: &[Bytes]| keys.iter().find_map(|key| one(access, key));
        match self {
            Touch::Read(key) => one(Access::Read, key),
            Touch::ReadEach(keys) => each(Access::Read, keys),
            Touch::ReadPacked(keys) => {
                let mut rest = keys.bytes.as_le_slice(context);
                // Lengths that do not fit are refused by the store.
                keys.lengths.as_le_slice(context).iter().find_map(|length| {
                    let (key, behind) = rest.split_at_checked(*length as usize).unwrap_or((rest, &[]));
                    rest = behind;
                    scope.refusal(Access::Read, key)
                })
            }
            Touch::ReadInline(key) => scope.refusal(Access::Read, key),
            Touch::Write(key) => one(Access::Write, key),
            Touch::WriteEach(keys) => each(Access::Write, keys),
            Touch::WriteBoth(key, other) => one(Access::Write, key).or_else(|| one(Access::Write, other)),
            Touch::WriteFrom(key, from) => one(Access::Write, key).or_else(|| each(Access::Read, from)),
            Touch::Names => None,
        }
    }
}
