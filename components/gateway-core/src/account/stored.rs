//! Keys that `/admin` made: `gateway:key:<SHA-256>` is a hash with what the key may use, `gateway:keys` the set of all.

use serde_json::Value;

use crate::config::Allowance;
use crate::world::{Reply, StoreError, World};

const ALL: &[u8] = b"gateway:keys";

/// A key as it is in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) team: Option<String>,
    pub(crate) allowance: Allowance,
    /// Milliseconds since the epoch.
    pub(crate) created_ms: u64,
    pub(crate) expires_ms: Option<u64>,
}

fn name_of(hash: &str) -> String {
    format!("gateway:key:{hash}")
}

pub(crate) fn read(world: &dyn World, hash: &str) -> Result<Option<Stored>, StoreError> {
    let reply = world.store(&[b"HGETALL", name_of(hash).as_bytes()])?;
    if reply.items().is_empty() {
        return Ok(None);
    }
    let mut key = Stored::default();
    for pair in reply.items().chunks_exact(2) {
        let (Some(name), Some(value)) = (pair.first().and_then(Reply::text), pair.get(1).and_then(Reply::text)) else {
            continue;
        };
        let number = || value.parse::<u64>().ok();
        match name {
            "name" => key.name = value.to_owned(),
            "team" => key.team = Some(value.to_owned()),
            "models" => {
                // What cannot be read allows nothing.
                let models = serde_json::from_str::<Vec<String>>(value);
                key.allowance.models = Some(models.unwrap_or_default());
            }
            "rpm" => key.allowance.rpm = number(),
            "tpm" => key.allowance.tpm = number(),
            "day_micros" => key.allowance.day_micros = number(),
            "month_micros" => key.allowance.month_micros = number(),
            "created_ms" => key.created_ms = number().unwrap_or_default(),
            "expires_ms" => key.expires_ms = number(),
            _ => {}
        }
    }
    Ok(Some(key))
}

pub(crate) fn write(world: &dyn World, hash: &str, key: &Stored) -> Result<(), StoreError> {
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    let models = key.allowance.models.as_ref().map(|models| Value::from(models.clone()).to_string());
    let fields = [
        ("name", Some(key.name.clone())),
        ("team", key.team.clone()),
        ("models", models),
        ("rpm", number(key.allowance.rpm)),
        ("tpm", number(key.allowance.tpm)),
        ("day_micros", number(key.allowance.day_micros)),
        ("month_micros", number(key.allowance.month_micros)),
        ("created_ms", Some(key.created_ms.to_string())),
        ("expires_ms", number(key.expires_ms)),
    ];
    let name = name_of(hash);
    let mut argv: Vec<&[u8]> = vec![b"HSET", name.as_bytes()];
    for (field, value) in &fields {
        if let Some(value) = value {
            argv.extend([field.as_bytes(), value.as_bytes()]);
        }
    }
    world.store(&argv)?;
    world.store(&[b"SADD", ALL, hash.as_bytes()]).map(drop)
}

/// Whether there was such a key.
pub(crate) fn remove(world: &dyn World, hash: &str) -> Result<bool, StoreError> {
    let removed = world.store(&[b"DEL", name_of(hash).as_bytes()])?;
    world.store(&[b"SREM", ALL, hash.as_bytes()])?;
    Ok(removed.integer() == Some(1))
}

pub(crate) fn count(world: &dyn World) -> Result<u64, StoreError> {
    let count = world.store(&[b"SCARD", ALL])?.integer();
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// The SHA-256 of every key, sorted.
pub(crate) fn hashes(world: &dyn World) -> Result<Vec<String>, StoreError> {
    let reply = world.store(&[b"SMEMBERS", ALL])?;
    let mut hashes: Vec<String> = reply.items().iter().filter_map(|item| item.text().map(str::to_owned)).collect();
    hashes.sort_unstable();
    Ok(hashes)
}
