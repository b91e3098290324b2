//! Files by the standard library.

use ferrite_udf::prelude::*;

pub(crate) fn read(path: &str) -> Result<Reply> {
    Ok(std::fs::read(path)?.into())
}

pub(crate) fn write(path: &str, text: &str) -> Result<Reply> {
    std::fs::write(path, text)?;
    Ok(().into())
}

pub(crate) fn list(path: &str) -> Result<Reply> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        names.push(Reply::from(entry?.file_name().to_string_lossy().into_owned()));
    }
    Ok(Reply::Array(names))
}
