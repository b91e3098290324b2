//! `ferrite:store/keys`.

use super::core::{Core, Export, Result};
use super::types::keys::{Error, Kind, Page, Ttl};

/// The exports of the interface.
pub(super) struct Keys {
    exists: Export<(u32, u32), u32>,
    delete: Export<(u32, u32), u32>,
    kind: Export<(u32, u32), u32>,
    type_name: Export<(u32, u32), u32>,
    time_to_live: Export<(u32, u32), u32>,
    expire: Export<(u32, u32, u64), u32>,
    persist: Export<(u32, u32), u32>,
    rename: Export<(u32, u32, u32, u32), u32>,
    scan: Export<(u64, u32, u32, u32), u32>,
    size: Export<(u32, u32), u32>,
}

impl Keys {
    pub(super) fn find(core: &mut Core) -> Result<Keys> {
        Ok(Keys {
            exists: Export::find(core, "keys", "exists")?,
            delete: Export::find(core, "keys", "delete")?,
            kind: Export::find(core, "keys", "type")?,
            type_name: Export::find(core, "keys", "type-name")?,
            time_to_live: Export::find(core, "keys", "time-to-live")?,
            expire: Export::find(core, "keys", "expire")?,
            persist: Export::find(core, "keys", "persist")?,
            rename: Export::find(core, "keys", "rename")?,
            scan: Export::find(core, "keys", "scan")?,
            size: Export::find(core, "keys", "size")?,
        })
    }
}

/// What a call answers: its own result inside of that of the crossing.
type Answer<T> = Result<std::result::Result<T, Error>>;

/// The interface on one store.
pub(crate) struct KeysOf<'a>(pub(super) &'a mut Core, pub(super) &'a Keys);

impl KeysOf<'_> {
    pub(crate) fn exists(&mut self, keys: &[&[u8]]) -> Answer<u64> {
        let keys = self.0.give_all(keys)?;
        self.1.exists.load(self.0, keys)
    }

    pub(crate) fn delete(&mut self, keys: &[&[u8]]) -> Answer<u64> {
        let keys = self.0.give_all(keys)?;
        self.1.delete.load(self.0, keys)
    }

    pub(crate) fn kind(&mut self, key: &[u8]) -> Answer<Option<Kind>> {
        let key = self.0.give(key)?;
        self.1.kind.load(self.0, key)
    }

    pub(crate) fn type_name(&mut self, key: &[u8]) -> Answer<Option<String>> {
        let key = self.0.give(key)?;
        self.1.type_name.load(self.0, key)
    }

    pub(crate) fn time_to_live(&mut self, key: &[u8]) -> Answer<Ttl> {
        let key = self.0.give(key)?;
        self.1.time_to_live.load(self.0, key)
    }

    pub(crate) fn expire(&mut self, key: &[u8], ttl_ms: u64) -> Answer<bool> {
        let (key, length) = self.0.give(key)?;
        self.1.expire.load(self.0, (key, length, ttl_ms))
    }

    pub(crate) fn persist(&mut self, key: &[u8]) -> Answer<bool> {
        let key = self.0.give(key)?;
        self.1.persist.load(self.0, key)
    }

    pub(crate) fn rename(&mut self, key: &[u8], new_key: &[u8]) -> Answer<bool> {
        let (key, length) = self.0.give(key)?;
        let (new_key, new_length) = self.0.give(new_key)?;
        self.1.rename.load(self.0, (key, length, new_key, new_length))
    }

    pub(crate) fn scan(&mut self, cursor: u64, pattern: &[u8], count: u32) -> Answer<Page> {
        let (pattern, length) = self.0.give(pattern)?;
        self.1.scan.load(self.0, (cursor, pattern, length, count))
    }

    pub(crate) fn size(&mut self, key: &[u8]) -> Answer<u64> {
        let key = self.0.give(key)?;
        self.1.size.load(self.0, key)
    }
}
