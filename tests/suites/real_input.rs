//! Real input: Debian's package index, about 60,000 packages, and a function that finds the largest of a section.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use ferrite_tests::program::run;
use ferrite_tests::require::skip;
use ferrite_tests::{FerriteServer, require, workspace};

/// The least number of packages that counts as Debian's index.
const PACKAGES: usize = 10_000;

#[test]
fn top_by_size_answers_what_is_computed_without_ferrite() -> Result<()> {
    for tool in ["python3", "redis-cli", "apt-cache"] {
        if require(tool).is_none() {
            return Ok(());
        }
    }
    let index = run(Command::new("apt-cache").arg("pkgnames"), b"")?.succeeded()?;
    if index.text().lines().count() < PACKAGES {
        skip("the package index is empty: run apt-get update");
        return Ok(());
    }
    let component = ferrite_build::guest("top-by-size")?.path;
    let server = FerriteServer::start(&[])?;
    let mut command = Command::new(workspace().join("tests/real-input/run"));
    command.args(["--port", &server.address().port().to_string(), "--component"]).arg(component);
    let output = run(&mut command, b"")?;
    println!("{}{}", output.text(), output.stderr);
    ensure!(output.status.success(), "tests/real-input/run ended with {}", output.status);
    let equal = output.text().lines().filter(|line| line.contains(": equal, 10 packages")).count();
    ensure!(equal >= 4, "only {equal} sections of ten packages were compared");
    let read = output.text().lines().find_map(|line| line.split_once("read ")?.1.split(' ').next()?.parse().ok());
    let read: usize = read.context("how many packages were read")?;
    ensure!(read >= PACKAGES, "only {read} packages were read");
    Ok(())
}
