//! Commands that are not a function's to give: they wait, they belong to a connection, or to an administrator.

use anyhow::Result;
use ferrite_tests::FerriteServer;
use ferrite_tests::functions::{ask, load};

use crate::{Isolation, in_both_isolations};

const FORBIDDEN: &[&str] = &[
    // They wait, or make others wait.
    "BLPOP none 0",
    "BRPOPLPUSH none other 0",
    "BZPOPMIN none 0",
    "WAIT 1 0",
    "CLIENT PAUSE 100000",
    "DEBUG SLEEP 30",
    // They belong to a connection.
    "SUBSCRIBE channel",
    "PSUBSCRIBE *",
    "SSUBSCRIBE channel",
    "UNSUBSCRIBE",
    "MONITOR",
    "AUTH secret",
    "HELLO 3",
    "RESET",
    "QUIT",
    "CLIENT KILL TYPE normal",
    "CLIENT REPLY OFF",
    "CLIENT TRACKING ON",
    "CLIENT NO-EVICT ON",
    // They belong to a transaction.
    "MULTI",
    "EXEC",
    "DISCARD",
    "WATCH k",
    "UNWATCH",
    // They belong to an administrator.
    "SHUTDOWN NOSAVE",
    "CONFIG SET maxmemory 1",
    "CONFIG REWRITE",
    "CONFIG RESETSTAT",
    "SAVE",
    "BGSAVE",
    "BGREWRITEAOF",
    "REPLICAOF NO ONE",
    "DEBUG PANIC",
    "DEBUG JMAP",
    "ACL SETUSER other on",
    "FAILOVER",
    "SLOWLOG RESET",
    "LATENCY RESET",
    "MODULE LIST",
    "SYNC",
    "PSYNC ? -1",
    // They are the host's.
    "WASM.LOAD other module",
    "WASM.UNLOAD execute",
    "WASM.KILL",
    "WASM.LIST",
    // They are other interpreters'.
    "EVAL x 0",
    "EVALSHA x 0",
    "SCRIPT FLUSH",
    "FUNCTION FLUSH",
];

in_both_isolations![what_is_not_a_functions_to_do_is_refused];

fn what_is_not_a_functions_to_do_is_refused(isolation: Isolation) -> Result<()> {
    let server = FerriteServer::start(&["--enable-debug-command", "yes"])?;
    let mut client = server.connect()?;
    load(&mut client, "execute", &["ISOLATION", isolation, "PERMISSIONS", "READ", "WRITE"])?;
    assert_eq!(ask(&mut client, "SET k v")?, "+OK\r\n");
    for line in FORBIDDEN {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {line}"))?;
        assert!(reply.starts_with('-'), "{line}: {reply}");
        let reply = ask(&mut client, &format!("FCALL execute 0 {line}"))?;
        assert!(reply.starts_with('-'), "{line}: {reply}");
        assert_eq!(ask(&mut server.connect()?, "GET k")?, "$1\r\nv\r\n", "after {line}");
    }
    // Those that may wait for a while answer at once, as in MULTI.
    for line in ["BLMPOP 0 1 none LEFT", "XREAD BLOCK 0 STREAMS none $"] {
        let reply = ask(&mut client, &format!("WASM.CALL execute ARGS {line}"))?;
        assert!(reply.starts_with(['-', '$', '*']), "{line}: {reply}");
    }
    assert_eq!(ask(&mut client, "WASM.CALL execute ARGS GET k")?, "$1\r\nv\r\n", "and it can still be called");
    Ok(())
}
