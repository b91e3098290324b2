//! The command line of `ferrite gateway`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::check::Settings;
use crate::config::{Config, Gateway, LogLevel};

const EXAMPLES: &str = "\
Examples:
  ferrite gateway --mock
  ferrite gateway --upstream http://127.0.0.1:8000/v1
  ferrite gateway --config gateway.toml --listen 127.0.0.1:4000
  ferrite gateway --config gateway.toml --dir /var/lib/ferrite --port 6379
  ferrite gateway check gateway.toml

Talk to it with any OpenAI client: OPENAI_BASE_URL=http://127.0.0.1:4000/v1";

/// The variable whose value is the key for `--upstream`.
const UPSTREAM_KEY: &str = "OPENAI_API_KEY";

/// Options of `gateway`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct GatewayArgs {
    /// Look at something instead of serving.
    #[command(subcommand)]
    pub command: Option<GatewayCommand>,
    /// Configuration file: models, keys, budgets, cache in TOML, or a config.yaml of LiteLLM
    #[arg(long, value_name = "FILE", required_unless_present_any = ["upstream", "mock"])]
    pub config: Option<PathBuf>,
    /// Instead of a file: the base URL of one OpenAI-compatible server for every model; its key is in OPENAI_API_KEY
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    pub upstream: Option<String>,
    /// Instead of both: a mock of a provider in this process, to try the gateway
    #[arg(long, conflicts_with_all = ["config", "upstream"])]
    pub mock: bool,
    /// Address and port to listen on; the port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4000")]
    pub listen: String,
    /// Folder with an embedding model, such as all-MiniLM-L6-v2 (config.json, tokenizer.json, model.safetensors), for the
    /// semantic cache and the provider `local` [default: none]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// Serve Redis clients too, on this port of 127.0.0.1: they see the store of the gateway [default: none]
    #[arg(long)]
    pub port: Option<u16>,
    /// Keep the store (keys, budgets, cache) in this directory [default: nothing is kept]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Memory limit of the store, such as 100mb; 0 for none
    #[arg(long, value_name = "BYTES", default_value = "256mb")]
    pub maxmemory: crate::config::Bytes,
    /// How much to log [default: notice]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub loglevel: Option<LogLevel>,
}

/// What else there is to do.
#[derive(Debug, Clone, Subcommand)]
pub enum GatewayCommand {
    /// Check a configuration file and say what it has
    Check {
        /// The file
        file: PathBuf,
    },
}

impl GatewayArgs {
    /// The server's configuration. The error is for people, maybe several lines.
    pub fn into_config(self) -> Result<Config, String> {
        let settings = match (&self.config, &self.upstream) {
            (Some(file), _) => Settings::read(file)?,
            (None, Some(url)) => Settings::single(url, UPSTREAM_KEY)?,
            (None, None) if self.mock => Settings::mock()?,
            (None, None) => return Err("expected --config FILE, --upstream URL or --mock".to_owned()),
        };
        if self.model.is_none() && !settings.local.is_empty() {
            // There is no log yet.
            let names = settings.local.join(", ");
            eprintln!("ferrite: {names}: the provider `local` needs the files of a model: --model DIR");
        }
        let gateway = Some(Gateway { listen: self.listen, model: self.model, settings });
        let mut config = Config { gateway, ..Config::default() };
        let server = &mut config.server;
        match self.port {
            Some(port) => server.port = port,
            // Nobody is listened to.
            None => server.bind = Vec::new(),
        }
        match self.dir {
            Some(dir) => server.dir = dir,
            None => server.save = Some(String::new()),
        }
        server.maxmemory = self.maxmemory;
        // What may be lost is what has a time to live: answers in the cache, never keys or what was spent.
        server.maxmemory_policy = "volatile-lru".to_owned();
        // Functions here are policies: a request that needs them has nothing to wait for.
        (config.wasm.load_at_start, config.wasm.budget.function, config.wasm.budget.all_functions) = (false, 1.0, 1.0);
        let server = &mut config.server;
        if let Some(level) = self.loglevel {
            server.loglevel = level;
        }
        Ok(config)
    }
}
