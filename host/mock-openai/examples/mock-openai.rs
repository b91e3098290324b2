//! The command `ferrite mock-openai` alone, without the rest of Ferrite: quick to build.

use clap::Parser;
use ferrite_mock_openai::{Options, run};

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    options: Options,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    run(Cli::parse().options).await
}
