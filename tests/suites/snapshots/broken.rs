//! A start from a file that is broken says so, and which file it is.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use ferrite_tests::program::run;
use ferrite_tests::{FerriteServer, binary};

#[test]
fn a_broken_file_ends_the_start_with_its_name_and_what_is_wrong() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().context("a path of text")?;
    let file = folder.path().join("dump.rdb");
    {
        let server = FerriteServer::start(&["--dir", path, "--save", ""])?;
        let mut client = server.connect()?;
        client.command(&["RPUSH", "list", "one", "two", "three"])?;
        client.command(&["SET", "key", &"text".repeat(100)])?;
        ensure!(client.command(&["SAVE"])? == b"+OK\r\n");
    }
    let whole = std::fs::read(&file)?;
    let mut cases = vec![(b"no file of Redis".to_vec(), "no RDB file"), (b"REDIS0099".to_vec(), "version 99")];
    cases.push((whole[..whole.len() / 2].to_vec(), "ends too early"));
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    cases.push((flipped, "checksum"));
    for (bytes, reason) in cases {
        std::fs::write(&file, bytes)?;
        let output = run(Command::new(binary::ferrite()?).args(["--port", "0", "--dir", path]), b"")?;
        let said = format!("{}{}", output.text(), output.stderr);
        ensure!(!output.status.success(), "it started:\n{said}");
        ensure!(said.contains("dump.rdb") && said.contains(reason), "not `{reason}`:\n{said}");
        ensure!(!said.contains("panicked"), "{said}");
    }
    Ok(())
}
