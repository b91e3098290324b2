//! The npm package `@ferritelabs/ferrite-wasm` in five runtimes: its own suites, every conformance transcript, and the example
//! functions, which answer as on the server; the gateway and the REST calls over it; and pages and Workers that bundlers make
//! with it.

#[path = "../snapshots/fill.rs"]
mod fill;
mod gateway;
mod package;
mod snapshots;

use std::process::Command;

use anyhow::{Context, Result};
use ferrite_tests::client::Client;
use ferrite_tests::functions::{EXAMPLES, ask, load_examples};
use ferrite_tests::judge::{EdgeServer, TcpJudge};
use ferrite_tests::program::run;
use ferrite_tests::require::skip;
use ferrite_tests::transcript::{Transcript, judge_all, judge_each};
use ferrite_tests::{FerriteServer, binary, workspace};

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

            #[test]
            fn snapshots_go_and_come_back() -> anyhow::Result<()> {
                super::snapshots::go_and_come_back(stringify!($runtime))
            }

            #[test]
            fn the_functions_are_those_of_the_server() -> anyhow::Result<()> {
                super::functions_are_those_of_the_server(stringify!($runtime))
            }
        })*
    };
}

runtimes!(node, bun, deno, workerd, chromium);

/// Vectors and the texts of COMMAND DOCS are left out there: nothing that its users' methods need.
#[test]
fn the_suites_hold_in_the_smaller_build() -> Result<()> {
    suites_hold("core")
}

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

/// The same components by their digests, and the same answers.
fn functions_are_those_of_the_server(runtime: &str) -> Result<()> {
    let Some(tarball) = tarball(runtime)? else { return Ok(()) };
    let (server, edge) = (FerriteServer::start(&[])?, EdgeServer::start(runtime, &tarball)?);
    let (mut there, mut here) = (server.connect()?, Client::connect(edge.address())?);
    load_examples(&mut there)?;
    for name in EXAMPLES {
        let (expected, digest) = (digest(&mut there, name)?, digest(&mut here, name)?);
        assert_eq!(digest, expected, "{name} in {runtime}");
        println!("{name} {digest}");
    }
    let transcript = [Transcript::of_functions()?];
    judge_each(&transcript, &mut TcpJudge::connect("ferrite", server.address(), None)?)?;
    judge_each(&transcript, &mut TcpJudge::connect(runtime, edge.address(), None)?)
}

/// What WASM.INFO says of a function's bytes.
fn digest(client: &mut Client, name: &str) -> Result<String> {
    let info = ask(client, &format!("WASM.INFO {name}"))?;
    let behind = info.split("\r\ndigest\r\n$64\r\n").nth(1).context("WASM.INFO has a digest")?;
    behind.get(..64).map(str::to_owned).context("the digest has 64 digits")
}

/// What is read out of components, and what is said of those in which nothing can be called.
#[test]
fn functions_are_bundled_with_their_types() -> Result<()> {
    if tarball("node")?.is_some() {
        run(node().args(["--test", "test/components.mjs"]), b"")?.succeeded()?;
    }
    Ok(())
}

/// The gateway in Node, Bun, Deno and workerd, against the mock upstream of this build.
#[test]
fn the_gateway_holds_in_every_place() -> Result<()> {
    let Some(tarball) = tarball("node")? else { return Ok(()) };
    let mut command = node();
    command.args(["--test", "test/gateway/embedded.mjs", "test/gateway.mjs"]);
    command.env("FERRITE_EDGE_PACKED", tarball).env("FERRITE_BINARY", binary::ferrite()?);
    // One of them is not for workerd, and says so.
    all_passed(&mut command, 1)
}

/// The REST calls in the same places, by npm's `@upstash/redis`.
#[test]
fn the_rest_calls_are_answered_in_every_place() -> Result<()> {
    let Some(tarball) = tarball("node")? else { return Ok(()) };
    if !workspace().join("tests/clients/node/node_modules/@upstash/redis").is_dir() {
        skip("npm's @upstash/redis is not there: npm ci --prefix tests/clients/node");
        return Ok(());
    }
    let mut command = node();
    command.args(["--test", "test/http/embedded.mjs", "test/http.mjs"]).env("FERRITE_EDGE_PACKED", tarball);
    all_passed(&mut command, 0)
}

/// Runs tests of Node's, of which none may fail and so many are left out.
fn all_passed(command: &mut Command, skipped: usize) -> Result<()> {
    let printed = run(command, b"")?.succeeded()?.text();
    let skipped = format!("\n# skipped {skipped}\n");
    assert!(printed.contains("\n# fail 0\n") && printed.contains(&skipped), "{printed}");
    Ok(())
}

/// A page of each bundler, without a plugin, works in Chromium; a Worker of wrangler's in workerd.
#[test]
fn bundlers_make_pages_that_work() -> Result<()> {
    let Some(tarball) = tarball("chromium")? else { return Ok(()) };
    let printed = run(node().arg("test/bundlers.mjs").arg(tarball), b"")?.succeeded()?.text();
    assert_eq!(printed, "vite: works\nwebpack: works\nesbuild: works\nwrangler: works\n");
    Ok(())
}

/// The page, in Chromium: what a user of it does, with the keyboard alone, on a phone, without a network.
#[test]
fn the_playground_holds() -> Result<()> {
    if tarball("chromium")?.is_none() {
        return Ok(());
    }
    let playground = workspace().join("host/edge/playground");
    if !playground.join("node_modules").is_dir() {
        skip("its npm packages are not there: npm ci --prefix host/edge/playground");
        return Ok(());
    }
    for script in ["build", "test"] {
        let mut command = Command::new("npm");
        command.args(["run", "--silent", script]).current_dir(&playground);
        // It is also shown by a real server, with a real function.
        command
            .env("FERRITE_BINARY", binary::ferrite()?)
            .env("FERRITE_FUNCTION", ferrite_build::guest("rate-limit")?.path);
        let printed = run(&mut command, b"")?.succeeded()?.text();
        assert!(script == "build" || (printed.contains("# fail 0") && printed.contains("# skipped 0")), "{printed}");
    }
    Ok(())
}
