//! Memory: what grows, what copies.

use anyhow::Result;

use crate::{Isolation, OUT_OF_FUEL, Scene, WRITER, in_both_isolations};

in_both_isolations![one_huge_copy_costs_what_it_moves, memory_is_limited_however_it_is_taken,];

fn one_huge_copy_costs_what_it_moves(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, WRITER)?;
    scene.assert_fails("copy", OUT_OF_FUEL)?;
    scene.assert_fails("copy-loop 1", OUT_OF_FUEL)?;
    Ok(())
}

fn memory_is_limited_however_it_is_taken(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &["PERMISSIONS", "WRITE", "FUEL", "1000000000"])?;
    let memory = "ERR wasm: memory limit of 67108864 bytes exceeded (asked for ";
    for misdeed in ["grow-small", "grow-big", "write-grow"] {
        scene.assert_fails(misdeed, memory)?;
    }
    let got = scene.commit("grow-quietly")?;
    let mebibytes: u64 = got.trim_start_matches(':').trim_end().parse()?;
    assert!((1..64).contains(&mebibytes), "{got}");
    Ok(())
}
