//! A bucket: the keys of the store that begin with its name.

use crate::bindings::exports::wasi::keyvalue::store::{Error, GuestBucket, KeyResponse};
use crate::bindings::ferrite::store::keys;
use crate::bindings::ferrite::store::strings::{self, Condition, Expiry};

/// Bytes of a bucket's name.
const NAME_BYTES: usize = 256;
/// About how many keys one `list-keys` looks at.
const PAGE: u32 = 1000;

/// What stands before the keys of a bucket; empty for the whole store.
pub(crate) struct Prefix(String);

impl Prefix {
    /// The bucket of this name. A colon ends a name, so that no bucket reaches into another one.
    pub(crate) fn of(name: &str) -> Result<Prefix, Error> {
        match name {
            "" | "default" => Ok(Prefix(String::new())),
            _ if name.contains(':') || name.len() > NAME_BYTES => Err(Error::NoSuchStore),
            _ => Ok(Prefix(format!("{name}:"))),
        }
    }

    /// The key as the store knows it.
    pub(crate) fn key(&self, key: &str) -> Vec<u8> {
        [self.0.as_bytes(), key.as_bytes()].concat()
    }

    /// A pattern for SCAN that all keys of the bucket fit.
    fn pattern(&self) -> Vec<u8> {
        let mut pattern = Vec::with_capacity(self.0.len() + 1);
        for byte in self.0.bytes() {
            if b"*?[]\\".contains(&byte) {
                pattern.push(b'\\');
            }
            pattern.push(byte);
        }
        pattern.push(b'*');
        pattern
    }

    pub(crate) fn write(&self, key: &str, value: &[u8], expiry: Expiry) -> Result<(), Error> {
        strings::set(&self.key(key), value, expiry, Condition::Always).map(|_| ()).map_err(of_string)
    }
}

impl GuestBucket for Prefix {
    fn get(&self, key: String) -> Result<Option<Vec<u8>>, Error> {
        strings::get(&self.key(&key)).map_err(of_string)
    }

    fn set(&self, key: String, value: Vec<u8>) -> Result<(), Error> {
        self.write(&key, &value, Expiry::Clear)
    }

    fn delete(&self, key: String) -> Result<(), Error> {
        keys::delete(&[self.key(&key)]).map(|_| ()).map_err(of_key)
    }

    fn exists(&self, key: String) -> Result<bool, Error> {
        keys::exists(&[self.key(&key)]).map(|count| count > 0).map_err(of_key)
    }

    /// Keys of every type. Those that are no UTF-8, which no Redis client keeps from being written, are left out: the standard
    /// has no words for them.
    fn list_keys(&self, cursor: Option<u64>) -> Result<KeyResponse, Error> {
        let page = keys::scan(cursor.unwrap_or(0), &self.pattern(), PAGE).map_err(of_key)?;
        let named = page.keys.into_iter();
        let named = named.filter_map(|key| Some(String::from_utf8(key).ok()?.strip_prefix(&self.0)?.to_owned()));
        Ok(KeyResponse { keys: named.collect(), cursor: (page.cursor != 0).then_some(page.cursor) })
    }
}

fn denied(what: &str) -> Error {
    Error::Other(what.to_owned())
}

pub(crate) fn of_string(error: strings::Error) -> Error {
    match error {
        strings::Error::WrongType => denied("the key holds a value of Redis that is no string"),
        strings::Error::NotAnInteger => denied("the value is no decimal integer of 64 bits"),
        strings::Error::Overflow => denied("the sum does not fit 64 bits"),
        strings::Error::NotPermitted => Error::AccessDenied,
        strings::Error::OutOfMemory => denied("the memory limit of the store is reached"),
        strings::Error::LimitExceeded(limit) => {
            Error::Other(format!("{} is {}, {} were asked for", limit.name, limit.allowed, limit.requested))
        }
    }
}

pub(crate) fn of_key(error: keys::Error) -> Error {
    match error {
        keys::Error::NotPermitted => Error::AccessDenied,
        keys::Error::OutOfMemory => denied("the memory limit of the store is reached"),
        keys::Error::LimitExceeded(limit) => {
            Error::Other(format!("{} is {}, {} were asked for", limit.name, limit.allowed, limit.requested))
        }
    }
}
