//! The command line.

use clap::{Args as Options, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  ferrite-gateway-load --url http://127.0.0.1:4000/v1 open --rate 500 --seconds 10
  ferrite-gateway-load --url http://127.0.0.1:4000/v1 --stream open --rate 50 --seconds 10
  ferrite-gateway-load --url http://127.0.0.1:4000/v1 closed --connections 128 --seconds 10
  ferrite-gateway-load --url http://127.0.0.1:4000/v1 --model slow hold --requests 1000 --seconds 5
  ferrite-gateway-load --url http://127.0.0.1:8787/v1 --header 'x-portkey-provider: openai' open --rate 100 --seconds 5

Each prints one line of JSON; times are milliseconds. Errors are counted by status, or as connect, reset, timeout and
unfinished (a stream without its end). The exit code is 0 whatever was answered.";

/// Ask a gateway, or a server of models itself, and time the answers
#[derive(Debug, Parser)]
#[command(after_help = EXAMPLES, version)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(subcommand)]
    pub(crate) how: How,
}

/// What is asked.
#[derive(Debug, Options)]
pub(crate) struct RequestArgs {
    /// Base URL by plain HTTP; /chat/completions is asked
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// A further header of each request; can be repeated
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// Model that is asked
    #[arg(long, default_value = "fast")]
    pub(crate) model: String,
    /// Ask for streams, and time their content
    #[arg(long)]
    pub(crate) stream: bool,
    /// Bytes of the user's message; each begins with a number of its own
    #[arg(long, value_name = "BYTES", default_value_t = 256)]
    pub(crate) prompt_bytes: usize,
    /// Seconds after which an answer is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub(crate) timeout: f64,
}

/// How it is asked.
#[derive(Debug, Subcommand)]
pub(crate) enum How {
    /// At a fixed rate, whatever comes back: latency counts from when a request was due, not from when it could be sent
    Open(OpenArgs),
    /// As fast as answers come: each connection asks again when it has its answer
    Closed(ClosedArgs),
    /// Many requests at once, which the server is expected not to answer meanwhile
    Hold(HoldArgs),
}

#[derive(Debug, Options)]
pub(crate) struct OpenArgs {
    /// Requests a second
    #[arg(long)]
    pub(crate) rate: f64,
    /// How long they are counted
    #[arg(long)]
    pub(crate) seconds: f64,
    /// Seconds before, which are not counted
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub(crate) warm_up: f64,
    /// Connections at most; beyond them requests wait, and their time runs
    #[arg(long, default_value_t = 1024)]
    pub(crate) connections: usize,
    /// Decides when within its slot of time a request is due
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Options)]
pub(crate) struct ClosedArgs {
    /// Connections, each with one request at a time
    #[arg(long)]
    pub(crate) connections: usize,
    /// How long answers are counted
    #[arg(long)]
    pub(crate) seconds: f64,
    /// Seconds before, which are not counted
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub(crate) warm_up: f64,
}

#[derive(Debug, Options)]
pub(crate) struct HoldArgs {
    /// Requests at once, each on a connection of its own
    #[arg(long)]
    pub(crate) requests: usize,
    /// How many of them begin in a second
    #[arg(long, default_value_t = 500.0)]
    pub(crate) ramp: f64,
    /// How long they are held after the last has begun; when that is, a line {"holding": N} says so
    #[arg(long)]
    pub(crate) seconds: f64,
}
