//! The command: its options, and the server for ever.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use tokio::net::TcpListener;

use crate::limits::{KEPT_REQUESTS, SCRIPT_BYTES};
use crate::script::{Pause, Script, Then};
use crate::server;
use crate::service::Shared;

const EXAMPLES: &str = "\
Examples:
  ferrite mock-openai                                 answer on http://127.0.0.1:8010/v1
  ferrite mock-openai --latency 20ms --between-chunks 5ms
  ferrite mock-openai --script faults.toml

A script, here one that fails twice after three good answers, and then again:
  [[rule]]
  when = { model = \"gpt-4o*\" }
  then = { pattern = \"ok*3, 500*2\" }

While it runs:
  curl http://127.0.0.1:8010/v1/completions -d '{\"model\": \"m\", \"prompt\": \"Hi\"}'
  curl -T faults.toml http://127.0.0.1:8010/mock/script     take another script
  curl http://127.0.0.1:8010/mock/requests                  what came in, and how it ended
  OPENAI_BASE_URL=http://127.0.0.1:8010/v1 OPENAI_API_KEY=any python my_program.py
  ANTHROPIC_BASE_URL=http://127.0.0.1:8010 ANTHROPIC_API_KEY=any python my_program.py";

/// Answer as OpenAI's and Anthropic's APIs do, without a model: the same each time, and with faults by a script
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// TCP port; 0 takes a free one
    #[arg(long, default_value_t = 8010)]
    pub port: u16,
    /// How to behave, in TOML (docs/mock-openai.md) [default: answer everything, at once and well]
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// Pause before each answer, such as 20ms, where the script says none
    #[arg(long, value_name = "TIME")]
    pub latency: Option<Pause>,
    /// Pause before the first content of a stream, where the script says none
    #[arg(long, value_name = "TIME")]
    pub first_chunk: Option<Pause>,
    /// Pause between the pieces of a stream, where the script says none
    #[arg(long, value_name = "TIME")]
    pub between_chunks: Option<Pause>,
    /// How many requests /mock/requests remembers; 0 is fastest
    #[arg(long, value_name = "N", default_value_t = KEPT_REQUESTS)]
    pub keep: usize,
}

impl Options {
    fn script(&self) -> Result<Script> {
        let Some(path) = &self.script else { return Ok(Script::default()) };
        let about = || format!("the script {}", path.display());
        let length = std::fs::metadata(path).with_context(about)?.len();
        anyhow::ensure!(length <= SCRIPT_BYTES as u64, "{}: {length} bytes, at most {SCRIPT_BYTES} are read", about());
        std::fs::read_to_string(path).with_context(about)?.parse().with_context(about)
    }
}

/// Serves until it is dropped; prints one line with the address when clients can come.
///
/// # Errors
///
/// When the script cannot be used or the address is taken.
pub async fn run(options: Options) -> Result<()> {
    let script = options.script()?;
    let models = script.models.join(", ");
    let base = Then {
        latency: options.latency,
        first_chunk: options.first_chunk,
        between_chunks: options.between_chunks,
        ..Then::default()
    };
    let address = (options.bind, options.port);
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("cannot listen on {}:{}", address.0, address.1))?;
    println!("ferrite mock-openai: http://{}/v1, any key will do, models: {models}", listener.local_addr()?);
    server::serve(listener, Arc::new(Shared::new(script, base, options.keep))).await;
    Ok(())
}
