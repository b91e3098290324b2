//! A component composed of two loads like any other.

use anyhow::Result;
use ferrite_tests::functions::{ask, load_bytes};
use ferrite_tests::{FerriteServer, workspace};

/// `tests/guests/unknown-import`, with a component plugged into it that offers what it imports: an `evil:host/shell`
/// whose `run` returns how long the command is. Made by `wac plug unknown-import.wasm --plug shell.wasm`; the text of
/// the plug is beside it.
const COMPOSED: &str = "tests/golden/composed/composed.wasm";

#[test]
fn a_function_whose_import_was_plugged_is_loaded_and_answers() -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    let alone = load_bytes(&mut client, "composed", &ferrite_build::guest("unknown-import")?.bytes, &[])?;
    assert!(alone.contains("evil:host/shell"), "{alone}");
    let composed = std::fs::read(workspace().join(COMPOSED))?;
    assert_eq!(load_bytes(&mut client, "composed", &composed, &[])?, "+OK\r\n");
    assert_eq!(ask(&mut client, "WASM.CALL composed")?, ":2\r\n", "the command is `id`");
    Ok(())
}
