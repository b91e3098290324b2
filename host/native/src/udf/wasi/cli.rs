//! `wasi:cli`: no environment, no arguments, no terminal, and the standard streams.

use wasmtime::component::{Linker, LinkerInstance, Resource};

use super::interface;
use super::output::{STDERR, STDOUT};
use super::resources::{self, InputStream, OutputStream, TerminalInput, TerminalOutput};
use crate::udf::failure::Stop;
use crate::udf::guest::Guest;
use crate::udf::imports::{Context, charge, cost};

/// Offers the interfaces.
pub(super) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut environment = interface(linker, "cli/environment")?;
    environment.func_wrap("get-environment", |_: Context<'_>, ()| Ok((Vec::<(String, String)>::new(),)))?;
    environment.func_wrap("get-arguments", |_: Context<'_>, ()| Ok((Vec::<String>::new(),)))?;
    environment.func_wrap("initial-cwd", |_: Context<'_>, ()| Ok((None::<String>,)))?;

    let mut exit = interface(linker, "cli/exit")?;
    exit.func_wrap("exit", |_: Context<'_>, (status,): (Result<(), ()>,)| leave(u8::from(status.is_err())))?;
    exit.func_wrap("exit-with-code", |_: Context<'_>, (status,): (u8,)| leave(status))?;

    interface(linker, "cli/stdin")?.func_wrap("get-stdin", stdin)?;
    interface(linker, "cli/stdout")?.func_wrap("get-stdout", |context: Context<'_>, ()| out(context, STDOUT))?;
    interface(linker, "cli/stderr")?.func_wrap("get-stderr", |context: Context<'_>, ()| out(context, STDERR))?;

    resources::add::<TerminalInput>(&mut interface(linker, "cli/terminal-input")?, "terminal-input")?;
    resources::add::<TerminalOutput>(&mut interface(linker, "cli/terminal-output")?, "terminal-output")?;
    no_terminal::<TerminalInput>(&mut interface(linker, "cli/terminal-stdin")?, "get-terminal-stdin")?;
    no_terminal::<TerminalOutput>(&mut interface(linker, "cli/terminal-stdout")?, "get-terminal-stdout")?;
    no_terminal::<TerminalOutput>(&mut interface(linker, "cli/terminal-stderr")?, "get-terminal-stderr")
}

/// Ends the call, whatever the status: a function answers by returning.
fn leave(status: u8) -> wasmtime::Result<()> {
    Err(wasmtime::Error::new(Stop::Exit(status)))
}

fn stdin(mut context: Context<'_>, (): ()) -> wasmtime::Result<(Resource<InputStream>,)> {
    charge(&mut context, cost::CALL)?;
    Ok((resources::handle(&mut context, 0)?,))
}

fn out(mut context: Context<'_>, which: u32) -> wasmtime::Result<(Resource<OutputStream>,)> {
    charge(&mut context, cost::CALL)?;
    Ok((resources::handle(&mut context, which)?,))
}

fn no_terminal<T: 'static>(interface: &mut LinkerInstance<'_, Guest>, name: &str) -> wasmtime::Result<()> {
    interface.func_wrap(name, |_: Context<'_>, ()| Ok((None::<Resource<T>>,)))
}
