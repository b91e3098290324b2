//! REST calls by `wasmtime serve`, as `docs/http.md` says to start it.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ferrite_build::compose::{HTTP, Program};
use ferrite_tests::program::run;
use ferrite_tests::require::{require, skip};
use ferrite_tests::{free_address, workspace};

use crate::Compiled;

const TOKEN: &str = "the-token-of-the-tests";

/// `wasmtime serve` on a free port, killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    _compiled: Compiled,
}

impl Served {
    /// With options of `wasmtime`, and one that keeps instances.
    pub(crate) fn start(program: &Program, options: &[&str]) -> Result<Option<Served>> {
        Compiled::new(program)?.map(|compiled| Served::run(compiled, options)).transpose()
    }

    /// The same for a program that was compiled already.
    pub(crate) fn run(compiled: Compiled, options: &[&str]) -> Result<Served> {
        let address = free_address()?;
        let addr = address.to_string();
        let keep = ["--max-instance-reuse-count", "1000000", "--idle-instance-timeout", "3600s"];
        let options = [&["-S", "cli", "--addr", &addr][..], options, &keep].concat();
        let said = compiled.folder.path().join("stderr");
        let stderr = std::fs::File::create(&said)?;
        let child = compiled.command("serve", &options, &[]).stdin(Stdio::null()).stderr(stderr).spawn()?;
        let mut served = Served { child, address, _compiled: compiled };
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(served.address).is_err() {
            if served.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("wasmtime serve does not listen: {}", std::fs::read_to_string(said)?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(served)
    }

    fn http() -> Result<Option<Served>> {
        Served::start(&HTTP, &["--env", &format!("FERRITE_HTTP_TOKEN={TOKEN}")])
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn upstash_redis_finds_a_store() -> Result<()> {
    let folder = workspace().join("tests/clients/node");
    let Some(node) = require("node") else { return Ok(()) };
    if !folder.join("node_modules/@upstash/redis").is_dir() {
        skip("npm's @upstash/redis is not there: npm ci --prefix tests/clients/node");
        return Ok(());
    }
    let mut printed = String::new();
    // A request that comes before an instance has quite ended the last one gets another instance, with a store of its own. That
    // is wasmtime's business, and happens now and then: not every time.
    for _ in 0..5 {
        let Some(served) = Served::http()? else { return Ok(()) };
        let mut command = Command::new(&node);
        command.args(["--test", "check-upstash.mjs"]).current_dir(&folder);
        command.env("STORE_URL", format!("http://{}", served.address)).env("STORE_TOKEN", TOKEN);
        command.env("STORE_SUBSCRIBES", "0");
        printed = run(&mut command, b"")?.text();
        if printed.contains("\n# fail 0\n") && printed.contains("\n# skipped 0\n") {
            return Ok(());
        }
    }
    panic!("{printed}")
}

#[test]
fn nothing_is_answered_without_the_token() -> Result<()> {
    let Some(served) = Served::http()? else { return Ok(()) };
    let Some(curl) = require("curl") else { return Ok(()) };
    for authorization in ["", "Bearer wrong", "Basic dXNlcjpwYXNz"] {
        let mut command = Command::new(&curl);
        command.args(["--silent", "--max-time", "30", "--write-out", "%{http_code}"]);
        command.arg("--header").arg(format!("Authorization: {authorization}"));
        command.arg(format!("http://{}/get/k", served.address));
        let printed = run(&mut command, b"")?.succeeded()?.text();
        assert!(printed.ends_with("401"), "{authorization:?}: {printed}");
    }
    Ok(())
}
