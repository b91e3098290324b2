//! Functions that are there when the server starts, and follow their files.

use std::time::{Duration, Instant};

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::ask;

use crate::PATIENCE;

fn start(folder: &tempfile::TempDir, more: &str) -> Result<FerriteServer> {
    let modules = folder.path().join("modules");
    let path = folder.path().join("ferrite.toml");
    std::fs::write(&path, format!("[wasm]\nmodule_dir = \"{}\"\n{more}", modules.display()))?;
    FerriteServer::start(&["--config", &path.display().to_string()])
}

#[test]
fn modules_are_loaded_at_start_as_the_files_beside_them_say() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let modules = folder.path().join("modules");
    std::fs::create_dir(&modules)?;
    std::fs::write(modules.join("echo.wasm"), &ferrite_build::guest("echo")?.bytes)?;
    std::fs::write(modules.join("write.wasm"), &ferrite_build::guest("execute")?.bytes)?;
    std::fs::write(modules.join("write.toml"), "options = \"PERMISSIONS WRITE FUEL 777777\"\n")?;
    std::fs::write(modules.join("broken.wasm"), "no module")?;
    let server = start(&folder, "")?;
    let mut client = server.connect()?;
    assert_eq!(ask(&mut client, "WASM.LIST")?, "*2\r\n$4\r\necho\r\n$5\r\nwrite\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL write ARGS SET k v")?, "+OK\r\n");
    assert!(ask(&mut client, "WASM.INFO write")?.contains("777777"));
    assert!(server.log().contains("broken.wasm in module_dir: "), "{}", server.log());
    Ok(())
}

#[test]
fn functions_follow_their_files_where_that_is_configured() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let modules = folder.path().join("modules");
    std::fs::create_dir(&modules)?;
    let server = start(&folder, "watch = true\n")?;
    let mut client = server.connect()?;
    let mut wait_for = |line: &str, wanted: &str| -> Result<()> {
        let began = Instant::now();
        loop {
            let reply = ask(&mut client, line)?;
            if reply.contains(wanted) {
                return Ok(());
            }
            assert!(began.elapsed() < PATIENCE, "{line}: {reply}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for("WASM.LIST", "*0")?;
    // As whoever deploys does it: whole files only.
    std::fs::write(folder.path().join("new"), &ferrite_build::guest("echo")?.bytes)?;
    std::fs::rename(folder.path().join("new"), modules.join("echo.wasm"))?;
    wait_for("WASM.LIST", "echo")?;
    std::fs::write(modules.join("echo.toml"), "options = \"FUEL 123456\"\n")?;
    wait_for("WASM.INFO echo", "123456")?;
    std::fs::remove_file(modules.join("echo.wasm"))?;
    wait_for("WASM.LIST", "*0")?;
    Ok(())
}
