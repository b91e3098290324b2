//! The bytes of many values: read at once or one by one, of keys that the caller declared or that are named here.

use ferrite_udf::prelude::*;

pub(crate) fn declared(keys: &Keys) -> Result<Reply> {
    let names: Vec<&[u8]> = (0..keys.len()).map(|index| keys.get(index)).collect::<Result<_, _>>()?;
    at_once(&names)
}

pub(crate) fn declared_one_by_one(keys: &Keys) -> Result<Reply> {
    let mut bytes = 0;
    for index in 0..keys.len() {
        bytes += length(keys.get(index)?)?;
    }
    Ok(bytes.into())
}

/// `key:000000000000` and those that follow.
pub(crate) fn range(count: u32) -> Result<Reply> {
    let names: Vec<String> = (0..count).map(name).collect();
    at_once(&names)
}

pub(crate) fn range_one_by_one(count: u32) -> Result<Reply> {
    let mut bytes = 0;
    for number in 0..count {
        bytes += length(name(number).as_bytes())?;
    }
    Ok(bytes.into())
}

fn name(number: u32) -> String {
    format!("key:{number:012}")
}

fn at_once(names: &[impl AsRef<[u8]>]) -> Result<Reply> {
    let values = strings::get_many(names)?;
    Ok(values.iter().flatten().map(|value| value.len() as i64).sum::<i64>().into())
}

fn length(name: &[u8]) -> Result<i64> {
    Ok(strings::get(name)?.map_or(0, |value| value.len() as i64))
}
