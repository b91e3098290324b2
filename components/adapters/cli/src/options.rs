//! The arguments.

use std::net::SocketAddr;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
A Redis-compatible store as one WebAssembly component.

Usage: wasmtime run ferrite-cli.wasm [OPTIONS]
       wasmtime run -S inherit-network ferrite-cli.wasm --listen 127.0.0.1:6379

Without --listen it speaks RESP on standard input and output, to one client, until the input ends.

Options:
  --listen ADDRESS:PORT     serve clients on this address; the port 0 takes a free one
  --maxmemory BYTES         as in redis.conf: 64mb, 1gb
  --maxmemory-policy NAME   noeviction, allkeys-lru, ...
  --requirepass PASSWORD    clients must send AUTH first
  --help                    print this

Example:
  printf 'SET greeting hello\\r\\nGET greeting\\r\\n' | wasmtime run ferrite-cli.wasm
";

/// Settings of CONFIG that may be given as options.
const SETTINGS: [&str; 3] = ["maxmemory", "maxmemory-policy", "requirepass"];

/// What was asked for.
pub(crate) struct Options {
    pub(crate) mode: Mode,
    /// Settings of CONFIG: name and value.
    pub(crate) settings: Vec<(String, String)>,
}

/// Where the clients come from.
pub(crate) enum Mode {
    StandardStreams,
    Listen(SocketAddr),
    Help,
}

impl Options {
    /// Reads the arguments behind the program's name.
    pub(crate) fn read(arguments: &[String]) -> Result<Options, String> {
        let mut options = Options { mode: Mode::StandardStreams, settings: Vec::new() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--help" || word == "-h" {
                return Ok(Options { mode: Mode::Help, settings: Vec::new() });
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let name = name.strip_prefix("--").ok_or_else(|| format!("unexpected argument `{word}`"))?;
            if name != "listen" && !SETTINGS.contains(&name) {
                return Err(format!("unknown option `--{name}`"));
            }
            let value =
                value.or_else(|| words.next().cloned()).ok_or_else(|| format!("`--{name}` needs a value behind it"))?;
            if name == "listen" {
                let expected = || format!("`--listen {value}`: expected an address and a port, such as 127.0.0.1:6379");
                options.mode = Mode::Listen(value.parse().map_err(|_| expected())?);
            } else {
                options.settings.push((name.to_owned(), value));
            }
        }
        Ok(options)
    }
}
