//! What is compiled is kept on disk, where only the server's user can reach it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load, load_as};

fn compiled(folder: &Path) -> Result<Vec<(String, std::time::SystemTime)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join(".ferrite-cache"))? {
        let entry = entry?;
        assert_eq!(entry.metadata()?.permissions().mode() & 0o077, 0, "others may not touch it");
        files.push((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.created()?));
    }
    files.sort();
    Ok(files)
}

#[test]
fn a_module_is_compiled_once_and_not_at_every_start() -> Result<()> {
    let data = tempfile::tempdir()?;
    let dir = data.path().to_str().context("a plain path")?;
    let server = FerriteServer::start(&["--dir", dir])?;
    // The store component's own code is there already.
    let at_start = compiled(data.path())?.len();
    let mut client = server.connect()?;
    load(&mut client, "empty", &[])?;
    load_as(&mut client, "twin", "empty", &[])?;
    let before = compiled(data.path())?;
    assert_eq!(before.len(), at_start + 1, "two functions of the same bytes are one file");
    assert_eq!(std::fs::metadata(data.path().join(".ferrite-cache"))?.permissions().mode() & 0o777, 0o700);
    drop(server);

    let server = FerriteServer::start(&["--dir", dir])?;
    let mut client = server.connect()?;
    load(&mut client, "empty", &[])?;
    assert_eq!(ask(&mut client, "WASM.CALL empty")?, ":1\r\n");
    assert_eq!(compiled(data.path())?, before, "the file was used, and not written again");
    Ok(())
}
