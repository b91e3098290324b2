//! A function that was compiled against an earlier version of the contract still loads and runs.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ferrite_tests::FerriteServer;

use crate::{golden_folder, resolve};

#[test]
fn functions_of_every_version_load_and_run() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let folder = golden_folder().join("guests");
    write_missing(&folder)?;
    let mut tried = 0;
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let module = fs::read(&path)?;
        let loaded = client.command(&[b"WASM.LOAD".as_slice(), b"old", &module, b"REPLACE"])?;
        assert_eq!(loaded.escape_ascii().to_string(), "+OK\\r\\n", "{}", path.display());
        assert_eq!(client.command(&["SET", "k", "kept"])?, b"+OK\r\n");
        let reply = client.command(&["WASM.CALL", "old", "KEYS", "k"])?;
        assert_eq!(reply.escape_ascii().to_string(), "$4\\r\\nkept\\r\\n", "{}", path.display());
        tried += 1;
    }
    assert!(tried > 0, "{} holds a function of each version", folder.display());
    Ok(())
}

/// With `FERRITE_WRITE_GOLDEN` set, keeps the function `get` as the contract's version of today compiles it.
fn write_missing(folder: &Path) -> Result<()> {
    let (resolve, package) = resolve("udf")?;
    let name = &resolve.packages.get(package).context("it has just been resolved")?.name;
    let version = name.version.as_ref().context("a package has a version")?;
    let path = folder.join(format!("get@{version}.wasm"));
    if env::var_os("FERRITE_WRITE_GOLDEN").is_some() && !path.exists() {
        fs::create_dir_all(folder)?;
        fs::write(&path, &ferrite_build::guest("get")?.bytes)?;
    }
    Ok(())
}
