//! Writing first and failing then: nothing of it is left.

use anyhow::Result;
use ferrite_tests::functions::ask;

use crate::{Isolation, OUT_OF_FUEL, Scene, WRITER, in_both_isolations};

in_both_isolations![
    whatever_fails_after_writing_leaves_nothing,
    many_writes_are_undone_as_few_are,
    what_succeeds_stays,
];

fn whatever_fails_after_writing_leaves_nothing(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, WRITER)?;
    for (misdeed, error) in [
        ("write-error", "EVIL on purpose"),
        ("write-panic", "ERR wasm: panic: "),
        ("write-trap", "ERR wasm: trap: unreachable code reached"),
        ("write-loop", OUT_OF_FUEL),
        ("write-many", OUT_OF_FUEL),
        ("write-many 100", "EVIL on purpose"),
        ("flush", "EVIL on purpose"),
    ] {
        scene.assert_fails(misdeed, error)?;
    }
    let panic = scene.commit("write-panic")?;
    assert!(panic.contains("on purpose, after 4 keys"), "its message arrives: {panic}");
    Ok(())
}

fn many_writes_are_undone_as_few_are(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["PERMISSIONS", "WRITE", "FUEL", "1000000000"])?;
    scene.assert_fails("write-many 20000", "EVIL on purpose")?;
    Ok(())
}

fn what_succeeds_stays(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, WRITER)?;
    let reply = ask(&mut scene.client, "WASM.CALL evil KEYS k l m n ARGS write")?;
    assert!(!reply.starts_with('-'), "{reply}");
    assert_eq!(ask(&mut scene.client, "GET k")?, "$4\r\nevil\r\n");
    assert_eq!(ask(&mut scene.client, "EXISTS l")?, ":0\r\n");
    assert_eq!(ask(&mut scene.client, "GET m")?, "$5\r\n3evil\r\n");
    Ok(())
}
