//! The command line: `ferrite [serve]`, `ferrite gateway`, `ferrite mock-openai` and `ferrite udf …`.

use std::env;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Bytes, Config, ConfigError, LogLevel};
use crate::gateway::GatewayArgs;
use crate::tool::UdfCommand;

/// The variable of the environment that overrides the token of the file.
const TOKEN: &str = "FERRITE_HTTP_TOKEN";

const EXAMPLES: &str = "\
Examples:
  ferrite                                  serve on 127.0.0.1:6379
  ferrite --port 7000 --requirepass s3cret
  ferrite serve --config ferrite.toml --maxmemory 1gb
  FERRITE_HTTP_TOKEN=s3cret ferrite --http 8079
  ferrite gateway --upstream http://127.0.0.1:8000/v1
  ferrite udf new my-function --lang python
  ferrite udf build ./my-function -o my-function.wasm

Talk to it with any Redis client: redis-cli set greeting hello";

/// A Redis-compatible data store whose core is a WebAssembly component, with user-defined functions beside the data.
#[derive(Debug, Parser)]
#[command(name = "ferrite", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, args_override_self = true)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Options of `serve`.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve Redis clients (the default)
    #[command(after_help = EXAMPLES, args_override_self = true)]
    Serve(Box<ServeArgs>),
    /// Serve an AI gateway: OpenAI's API in front of many models, with routes, keys, budgets and a cache
    Gateway(Box<GatewayArgs>),
    /// Serve a scriptable mock of OpenAI's and Anthropic's APIs, to try a gateway without a provider
    MockOpenai(Box<ferrite_mock_openai::Options>),
    /// Write, build, test and look at user-defined functions
    #[command(subcommand)]
    Udf(Box<UdfCommand>),
}

/// Options of `serve`. Each overrides what the file says.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// TCP port; 0 takes a free one [default: 6379]
    #[arg(long)]
    pub port: Option<u16>,
    /// Addresses to listen on, separated by spaces; one with a `-` before it may be missing [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESSES", allow_hyphen_values = true)]
    pub bind: Option<String>,
    /// Directory of the data [default: .]
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Name of the snapshot in that directory [default: dump.rdb]
    #[arg(long, value_name = "NAME")]
    pub dbfilename: Option<String>,
    /// When to write it: after so many seconds with so many changes; "" never [default: "3600 1 300 100 60 10000" with --dir]
    #[arg(long, value_name = "POINTS")]
    pub save: Option<String>,
    /// Whether DEBUG works [default: no]
    #[arg(long, value_name = "no|local|yes")]
    pub enable_debug_command: Option<String>,
    /// Configuration file in TOML; flags override it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Most clients at a time [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub maxclients: Option<u32>,
    /// Password of the default user
    #[arg(long, value_name = "PASSWORD")]
    pub requirepass: Option<String>,
    /// Disconnect clients that were idle for so long; 0 never [default: 0]
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u32>,
    /// Time between TCP keep-alive probes; 0 for none [default: 300]
    #[arg(long, value_name = "SECONDS")]
    pub tcp_keepalive: Option<u32>,
    /// Connections that the kernel holds until they are accepted [default: 511]
    #[arg(long, value_name = "N")]
    pub tcp_backlog: Option<u32>,
    /// Refuse clients from other machines while there is no password [default: yes]
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub protected_mode: Option<bool>,
    /// Address and port of /metrics for Prometheus, such as 127.0.0.1:9121 [default: none]
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_address: Option<String>,
    /// Port of HTTP: REST calls, with a token; 0 takes a free one [default: none]
    #[arg(long, value_name = "PORT")]
    pub http: Option<u16>,
    /// Address of HTTP to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub http_bind: Option<String>,
    /// Pages that may use HTTP beside the server's own, such as https://app.example.com, separated by blanks
    #[arg(long, value_name = "ORIGINS")]
    pub http_allow_origin: Option<String>,
    /// Names of this server that HTTP requests may use beside its address, separated by blanks
    #[arg(long, value_name = "NAMES")]
    pub http_allow_host: Option<String>,
    /// Folder whose files HTTP serves without a token [default: none]
    #[arg(long, value_name = "DIR")]
    pub http_root: Option<PathBuf>,
    /// How much to log [default: notice]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub loglevel: Option<LogLevel>,
    /// Memory limit, such as 100mb; 0 for none [default: 0]
    #[arg(long, value_name = "BYTES")]
    pub maxmemory: Option<Bytes>,
    /// What to evict at the memory limit [default: noeviction]
    #[arg(long, value_name = "POLICY")]
    pub maxmemory_policy: Option<String>,
    /// Replies that a client may leave unread: class, hard and soft limit, seconds [default: "normal 0 0 0"]
    #[arg(long, value_name = "LIMITS")]
    pub client_output_buffer_limit: Option<String>,
}

impl ServeArgs {
    /// The file's settings, or the defaults, with these options above them.
    pub fn into_config(self) -> Result<Config, ConfigError> {
        let mut config = match &self.config {
            Some(file) => Config::read(file)?,
            None => Config::default(),
        };
        let server = &mut config.server;
        set(&mut server.bind, self.bind.as_deref().map(words));
        set(&mut server.port, self.port);
        set(&mut server.dir, self.dir);
        set(&mut server.dbfilename, self.dbfilename);
        set(&mut server.save, self.save.map(Some));
        set(&mut server.enable_debug_command, self.enable_debug_command);
        set(&mut server.maxclients, self.maxclients);
        set(&mut server.requirepass, self.requirepass);
        set(&mut server.timeout, self.timeout);
        set(&mut server.tcp_keepalive, self.tcp_keepalive);
        set(&mut server.tcp_backlog, self.tcp_backlog);
        set(&mut server.protected_mode, self.protected_mode);
        set(&mut server.metrics_address, self.metrics_address);
        set(&mut server.loglevel, self.loglevel);
        set(&mut server.maxmemory, self.maxmemory);
        set(&mut server.maxmemory_policy, self.maxmemory_policy);
        set(&mut server.client_output_buffer_limit, self.client_output_buffer_limit);
        let http = &mut config.http;
        http.port = self.http.or(http.port);
        set(&mut http.bind, self.http_bind);
        set(&mut http.allow_origin, self.http_allow_origin.as_deref().map(words));
        set(&mut http.allow_host, self.http_allow_host.as_deref().map(words));
        http.root = self.http_root.or(http.root.take());
        // Never an option: whoever lists processes sees those.
        set(&mut http.token, env::var(TOKEN).ok().filter(|token| !token.is_empty()));
        config.check()?;
        Ok(config)
    }
}

fn set<T>(setting: &mut T, option: Option<T>) {
    if let Some(value) = option {
        *setting = value;
    }
}

fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("expected yes or no".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn config(line: &[&str]) -> Result<Config, ConfigError> {
        let cli = Cli::try_parse_from(line).expect("the command line is valid");
        match cli.command {
            Some(Command::Serve(options)) => options.into_config(),
            None => cli.serve.into_config(),
            Some(Command::Gateway(_) | Command::MockOpenai(_) | Command::Udf(_)) => unreachable!("no test asks for it"),
        }
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_the_default_and_takes_the_same_options() {
        let plain = config(&["ferrite", "--port", "7000", "--requirepass", "p"]).expect("valid");
        assert_eq!(config(&["ferrite", "serve", "--port", "7000", "--requirepass", "p"]).expect("valid"), plain);
        assert_eq!((plain.server.port, plain.server.requirepass.as_str()), (7000, "p"));
    }

    #[test]
    fn flags_override_the_file_and_leave_the_rest_of_it() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let file = folder.path().join("ferrite.toml");
        std::fs::write(&file, "[server]\nport = 1\nmaxclients = 7\n").expect("it is writable");
        let file = file.to_str().expect("a path of ASCII");
        let config = config(&["ferrite", "--config", file, "--port", "2"]).expect("valid");
        assert_eq!((config.server.port, config.server.maxclients), (2, 7));
    }

    #[test]
    fn of_an_option_given_twice_the_last_counts() {
        for line in
            [&["ferrite", "--port", "1", "--port", "2"][..], &["ferrite", "serve", "--port", "1", "--port", "2"]]
        {
            assert_eq!(config(line).expect("valid").server.port, 2, "{line:?}");
        }
    }

    #[test]
    fn several_addresses_may_be_bound() {
        let config = config(&["ferrite", "--bind", "127.0.0.1 -::1", "--port", "0"]).expect("valid");
        assert_eq!(config.server.bind, ["127.0.0.1", "-::1"]);
        assert_eq!(config.server.port, 0);
    }

    #[test]
    fn the_http_port_is_off_until_it_is_named() {
        assert_eq!(config(&["ferrite"]).expect("valid").http.port, None);
        let http = config(&["ferrite", "--http", "8079", "--http-allow-host", "a b"]).expect("valid").http;
        assert_eq!((http.port, http.bind.as_str(), http.allow_host.len()), (Some(8079), "127.0.0.1", 2));
    }

    #[test]
    fn what_is_no_option_or_no_value_is_refused() {
        for line in
            [&["ferrite", "--prot", "1"][..], &["ferrite", "--port", "99999"], &["ferrite", "--maxclients", "0"]]
        {
            assert!(Cli::try_parse_from(line).is_err(), "{line:?}");
        }
    }
}
