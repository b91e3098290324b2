//! Arguments without measure, writing without permission, calls without end.

use anyhow::Result;
use ferrite_tests::functions::load;

use crate::{Isolation, OUT_OF_FUEL, Scene, WRITER, in_both_isolations};

in_both_isolations![
    arguments_cost_their_bytes_and_have_limits,
    nothing_is_written_without_permission,
    calls_of_itself_end,
];

fn arguments_cost_their_bytes_and_have_limits(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, WRITER)?;
    for misdeed in ["big-key", "big-value", "many-arguments"] {
        scene.assert_fails(misdeed, OUT_OF_FUEL)?;
    }
    let mut scene = Scene::new(isolation, &["PERMISSIONS", "WRITE", "FUEL", "1000000000"])?;
    scene.assert_fails("same-key", "ERR wasm: limit of 67108864 bytes in one reply or argument exceeded")?;
    scene.assert_fails("many-arguments", "ERR ")?;
    Ok(())
}

fn nothing_is_written_without_permission(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["PERMISSIONS", "READ"])?;
    assert_eq!(scene.commit("write-quietly")?, ":0\r\n", "no way of writing worked");
    scene.assert_fails("write", "")?;
    load(&mut scene.client, "evil", &[&["REPLACE", "ISOLATION", isolation], WRITER].concat())?;
    assert_eq!(scene.call("WASM.CALL_RO evil KEYS k ARGS write-quietly")?, ":0\r\n");
    assert_eq!(scene.call("FCALL_RO evil 1 k write-quietly")?, ":0\r\n");
    Ok(())
}

fn calls_of_itself_end(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["FUEL", "1000000000"])?;
    for misdeed in ["call-itself", "fcall-itself"] {
        scene.assert_fails(misdeed, "ERR wasm: call depth of 8 exceeded")?;
    }
    Ok(())
}
