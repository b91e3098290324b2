//! `ferrite udf …`: from an idea to a component that a server loads, in one tool.
//!
//! One file for each subcommand: [`new`], [`build`], [`test`], [`run`], [`inspect`]. What they share: [`project`] knows
//! what a folder holds and `languages/` how it is compiled; [`embedded`] is a server in this process, the same that
//! `ferrite serve` runs; [`golden`] reads the cases of `udf test` and [`expected`] compares; [`outline`] reads a component
//! without running it.

mod build;
mod embedded;
mod expected;
mod golden;
mod inspect;
mod languages;
mod needs;
mod new;
mod outline;
mod project;
mod run;
mod show;
mod style;
mod templates;
mod test;
mod words;

use clap::Subcommand;

/// What to do with functions.
#[derive(Debug, Subcommand)]
pub enum UdfCommand {
    /// Write a new project: a working rate limiter with its golden cases
    #[command(after_help = new::EXAMPLES)]
    New(new::Arguments),
    /// Build a project into a component that WASM.LOAD takes
    #[command(after_help = build::EXAMPLES)]
    Build(build::Arguments),
    /// Run a component's golden cases on a store in this process
    #[command(after_help = test::EXAMPLES)]
    Test(test::Arguments),
    /// Call a component once on a store in this process
    #[command(after_help = run::EXAMPLES)]
    Run(run::Arguments),
    /// Say what a component exports, imports and needs, and whether a server takes it
    #[command(after_help = inspect::EXAMPLES)]
    Inspect(inspect::Arguments),
}

/// Why a subcommand did not do what was asked, for whoever typed it. The process ends with code 1.
#[derive(Debug)]
pub enum ToolError {
    /// What is wrong, and what to do.
    Told(String),
    /// All has been said on standard output already.
    Shown,
}

impl From<String> for ToolError {
    fn from(message: String) -> ToolError {
        ToolError::Told(message)
    }
}

impl From<&str> for ToolError {
    fn from(message: &str) -> ToolError {
        ToolError::Told(message.to_owned())
    }
}

/// Does what the command line says.
pub fn run(command: UdfCommand) -> Result<(), ToolError> {
    match command {
        UdfCommand::New(arguments) => new::new(arguments),
        UdfCommand::Build(arguments) => build::build(arguments),
        UdfCommand::Test(arguments) => test::test(arguments),
        UdfCommand::Run(arguments) => run::run(arguments),
        UdfCommand::Inspect(arguments) => inspect::inspect(arguments),
    }
}

/// Reads a file that the user named.
fn read(path: &std::path::Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
