//! The exported functions.

use crate::bindings::exports::ferrite::keyvalue::expiry;
use crate::bindings::exports::wasi::keyvalue::store::{Bucket, BucketBorrow, Error};
use crate::bindings::exports::wasi::keyvalue::{atomics, batch, store};
use crate::bindings::ferrite::store::strings::{self, Expiry};
use crate::bindings::ferrite::store::{keys, keys::Ttl};
use crate::bucket::{of_key, of_string};
use crate::{Adapter, Prefix};

/// Keys that the store takes at once.
const MANY: usize = 65_536;

impl store::Guest for Adapter {
    type Bucket = Prefix;

    fn open(identifier: String) -> Result<Bucket, Error> {
        Prefix::of(&identifier).map(Bucket::new)
    }
}

impl atomics::Guest for Adapter {
    fn increment(bucket: BucketBorrow<'_>, key: String, delta: u64) -> Result<u64, Error> {
        let most = || Error::Other("the store counts to 9,223,372,036,854,775,807".to_owned());
        let by = i64::try_from(delta).map_err(|_| most())?;
        let sum = strings::increment(&bucket.get::<Prefix>().key(&key), by).map_err(of_string)?;
        u64::try_from(sum).map_err(|_| Error::Other(format!("the value is {sum}, which is below zero")))
    }
}

impl batch::Guest for Adapter {
    fn get_many(bucket: BucketBorrow<'_>, keys: Vec<String>) -> Result<Vec<Option<(String, Vec<u8>)>>, Error> {
        let bucket = bucket.get::<Prefix>();
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MANY) {
            let named: Vec<_> = keys.iter().map(|key| bucket.key(key)).collect();
            let values = strings::get_many(&named).map_err(of_string)?;
            found.extend(keys.iter().zip(values).map(|(key, value)| value.map(|value| (key.clone(), value))));
        }
        Ok(found)
    }

    fn set_many(bucket: BucketBorrow<'_>, entries: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        let bucket = bucket.get::<Prefix>();
        let entries: Vec<_> = entries.into_iter().map(|(key, value)| (bucket.key(&key), value)).collect();
        entries.chunks(MANY).try_for_each(|entries| strings::set_many(entries).map_err(of_string))
    }

    fn delete_many(bucket: BucketBorrow<'_>, names: Vec<String>) -> Result<(), Error> {
        let bucket = bucket.get::<Prefix>();
        let names: Vec<_> = names.iter().map(|key| bucket.key(key)).collect();
        names.chunks(MANY).try_for_each(|names| keys::delete(names).map(|_| ()).map_err(of_key))
    }
}

impl expiry::Guest for Adapter {
    fn set_expiring(bucket: BucketBorrow<'_>, key: String, value: Vec<u8>, ttl_ms: u64) -> Result<(), Error> {
        if ttl_ms == 0 {
            return Err(Error::Other("ttl-ms is 0, expected at least 1".to_owned()));
        }
        bucket.get::<Prefix>().write(&key, &value, Expiry::AfterMs(ttl_ms))
    }

    fn expire(bucket: BucketBorrow<'_>, key: String, ttl_ms: u64) -> Result<bool, Error> {
        keys::expire(&bucket.get::<Prefix>().key(&key), ttl_ms).map_err(of_key)
    }

    fn ttl_ms(bucket: BucketBorrow<'_>, key: String) -> Result<Option<u64>, Error> {
        match keys::time_to_live(&bucket.get::<Prefix>().key(&key)).map_err(of_key)? {
            Ttl::Absent | Ttl::Persistent => Ok(None),
            Ttl::ExpiresInMs(ms) => Ok(Some(ms)),
        }
    }
}
