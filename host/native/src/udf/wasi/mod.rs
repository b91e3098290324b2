//! WASI 0.2 as a function finds it that was granted neither network nor files: everything is there, nothing leads
//! anywhere, and nothing waits.
//!
//! What a toolchain's runtime asks for without being asked (environment, clocks, random numbers, standard streams) is
//! answered; files and sockets, which most of them import as well, are refused by their own error when they are used.
//! No environment, no arguments, standard input at its end, output into the function's log, a clock that stands still
//! during a call, subscriptions that are ready at once. Whatever 0.2.x a component was built against is the same here.

mod cli;
mod clocks;
mod io;
mod output;
mod random;
mod refused;
mod resources;

use wasmtime::component::{Linker, LinkerInstance};

use super::guest::Guest;

pub(super) use output::{Output, STDERR, STDOUT};
pub(super) use refused::refuse;

/// The newest version whose items are offered; wasmtime links it to any import of 0.2.
const VERSION: &str = "0.2.12";
/// The version of WASI that components may import.
pub(super) const MINOR: &str = "0.2";
/// The packages that components may import.
pub(super) const PACKAGES: [&str; 6] =
    ["wasi:cli/", "wasi:clocks/", "wasi:random/", "wasi:io/", "wasi:filesystem/", "wasi:sockets/"];

/// Offers all that does not depend on the component; the rest is for [`refuse`].
pub(super) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    cli::add(linker)?;
    clocks::add(linker)?;
    random::add(linker)?;
    io::add(linker)
}

fn interface<'a>(linker: &'a mut Linker<Guest>, name: &str) -> wasmtime::Result<LinkerInstance<'a, Guest>> {
    linker.instance(&format!("wasi:{name}@{VERSION}"))
}
