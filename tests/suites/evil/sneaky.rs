//! Arguments without measure, writing without permission, calls without end.

use anyhow::Result;
use ferrite_tests::functions::load;

use crate::{OUT_OF_FUEL, Scene, WRITER};

#[test]
fn arguments_cost_their_bytes_and_have_limits() -> Result<()> {
    let mut scene = Scene::new(WRITER)?;
    for misdeed in ["big-key", "big-value", "many-arguments"] {
        scene.assert_fails(misdeed, OUT_OF_FUEL)?;
    }
    let mut scene = Scene::new(&["PERMISSIONS", "WRITE", "FUEL", "1000000000"])?;
    scene.assert_fails("same-key", "ERR wasm: limit of 67108864 bytes in one reply or argument exceeded")?;
    scene.assert_fails("many-arguments", "ERR ")?;
    Ok(())
}

#[test]
fn nothing_is_written_without_permission() -> Result<()> {
    let mut scene = Scene::new(&["PERMISSIONS", "READ"])?;
    assert_eq!(scene.commit("write-quietly")?, ":0\r\n", "no way of writing worked");
    scene.assert_fails("write", "")?;
    load(&mut scene.client, "evil", &[&["REPLACE"], WRITER].concat())?;
    assert_eq!(scene.call("WASM.CALL_RO evil KEYS k ARGS write-quietly")?, ":0\r\n");
    assert_eq!(scene.call("FCALL_RO evil 1 k write-quietly")?, ":0\r\n");
    Ok(())
}

#[test]
fn calls_of_itself_end() -> Result<()> {
    let mut scene = Scene::new(&["FUEL", "1000000000"])?;
    for misdeed in ["call-itself", "fcall-itself"] {
        scene.assert_fails(misdeed, "ERR wasm: call depth of 8 exceeded")?;
    }
    Ok(())
}
