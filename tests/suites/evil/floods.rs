//! More functions, and more instances of them, than there is room for.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load_as};

use crate::{Isolation, Scene, WRITER, in_both_isolations};

/// Each keeps two instances ready, and a thousand is all there can be.
const FUNCTIONS: usize = 700;

in_both_isolations![more_functions_than_instances_can_all_be_called, a_tree_of_calls_ends];

fn more_functions_than_instances_can_all_be_called(isolation: Isolation) -> Result<()> {
    let server = FerriteServer::start(&[])?;
    let mut client = server.connect()?;
    for number in 0..FUNCTIONS {
        let reply = load_as(&mut client, &format!("f{number}"), "empty", &["ISOLATION", isolation])?;
        assert_eq!(reply, "+OK\r\n", "function {number}");
    }
    for round in 0..3 {
        for number in 0..FUNCTIONS {
            assert_eq!(ask(&mut client, &format!("WASM.CALL f{number}"))?, ":1\r\n", "f{number} in round {round}");
        }
    }
    for number in 0..FUNCTIONS {
        assert_eq!(ask(&mut client, &format!("WASM.UNLOAD f{number}"))?, "+OK\r\n");
    }
    assert!(ask(&mut client, "WASM.STATS")?.contains("\r\ninstances\r\n:0\r\n"), "nothing is left of them");
    Ok(())
}

/// Every level calls itself twice: without a limit on all together, the depth alone would allow 2^8 calls, or 2^16.
fn a_tree_of_calls_ends(isolation: Isolation) -> Result<()> {
    let mut scene = Scene::new(isolation, &[WRITER, &["FUEL", "1000000000", "TIMEOUT", "2000"]].concat())?;
    let reply = scene.commit("call-tree")?;
    assert!(reply.starts_with("-ERR wasm: ") || reply.starts_with(':'), "{reply}");
    Ok(())
}
