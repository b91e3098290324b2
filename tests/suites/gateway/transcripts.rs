//! The request transcripts in the host. The suites `wasmtime` and `edge` have them in the other places.

use anyhow::Result;
use ferrite_mock_openai::{Mock, Script};
use ferrite_tests::gateway::{configuration, judge};

use crate::host::Gateway;

#[test]
fn the_transcripts_hold() -> Result<()> {
    let mock = Mock::start(Script::default());
    let config = configuration(&mock);
    let gateway = Gateway::configured(mock, &config, &[])?;
    println!("{} requests", judge(gateway.address, &gateway.mock)?);
    Ok(())
}
