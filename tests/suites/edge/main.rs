//! The npm package `@ferritelabs/ferrite-wasm` in five runtimes: its own suites, and every conformance transcript.

mod package;

use anyhow::Result;
use ferrite_tests::judge::{EdgeServer, TcpJudge};
use ferrite_tests::program::run;
use ferrite_tests::transcript::judge_all;

use crate::package::{node, tarball};

/// For each runtime a test of its own.
macro_rules! runtimes {
    ($($runtime:ident),*) => {
        $(mod $runtime {
            #[test]
            fn the_suites_hold() -> anyhow::Result<()> {
                super::suites_hold(stringify!($runtime))
            }

            #[test]
            fn the_transcripts_hold() -> anyhow::Result<()> {
                super::transcripts_hold(stringify!($runtime))
            }
        })*
    };
}

runtimes!(node, bun, deno, workerd, chromium);

/// What its users call, as `npm test` runs it: installed from the tarball into an empty project.
fn suites_hold(runtime: &str) -> Result<()> {
    let Some(tarball) = tarball(runtime)? else { return Ok(()) };
    let mut command = node();
    command.args(["test/run.mjs", runtime]).env("FERRITE_EDGE_PACKED", tarball);
    let printed = run(&mut command, b"")?.succeeded()?.text();
    assert!(printed.contains(" passed in "), "{printed}");
    Ok(())
}

/// The same bytes as from every other judge.
fn transcripts_hold(runtime: &str) -> Result<()> {
    let Some(tarball) = tarball(runtime)? else { return Ok(()) };
    let server = EdgeServer::start(runtime, &tarball)?;
    judge_all(&mut TcpJudge::connect(runtime, server.address(), None)?)
}
