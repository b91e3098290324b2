//! A server in this process: the same shard, limits and imports as `ferrite serve`, with a store that begins empty.
//!
//! It listens on a free port of the loopback interface, behind a password that only this process knows, so that what
//! the tool sees is what a client of a server would see.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use ferrite_resp::{Value, Writer, reply};

use crate::config::{Config, LogLevel};
use crate::server::{self, ServeError, Stop};
use crate::{limits, logging, random};

/// How long a reply may take: longer than any module takes to compile, even unoptimised.
const PATIENCE: Duration = Duration::from_secs(600);

/// A running server, its only client, and the end of both when it is dropped.
pub(super) struct Embedded {
    stream: TcpStream,
    /// Bytes of replies that came and are not taken yet.
    unread: Vec<u8>,
    stop: Arc<Stop>,
    shard: Option<JoinHandle<Result<(), ServeError>>>,
    /// A folder to be removed at the end, where the user has none for caches.
    temporary: Option<PathBuf>,
}

/// What differs from one use to the next.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    /// A server's configuration, of which the tables of functions count; the defaults without it.
    pub(super) config: Option<&'a Path>,
    /// Whether what functions write to the log is shown, on standard error.
    pub(super) log: bool,
}

impl Embedded {
    /// Starts it, and waits until it answers.
    pub(super) fn start(options: &Options<'_>) -> Result<Embedded, String> {
        logging::start(if options.log { LogLevel::Debug } else { LogLevel::Warning });
        let mut config = match options.config {
            Some(file) => {
                let read = Config::read(file).map_err(|error| format!("configuration: {error}"))?;
                Config { wasm: read.wasm, ..Config::default() }
            }
            None => Config::default(),
        };
        let password: String = random::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let (dir, temporary) = cache_folder()?;
        config.server.port = 0;
        config.server.bind = vec!["127.0.0.1".to_owned()];
        config.server.dir = dir;
        // Nothing is loaded or saved: of the folder only the cache of compiled modules is used.
        config.server.save = Some(String::new());
        config.server.dbfilename = format!("{password}.rdb");
        config.server.requirepass.clone_from(&password);

        let stop = Arc::new(Stop::default());
        let (ready, address) = mpsc::channel::<SocketAddr>();
        let stopping = Arc::clone(&stop);
        let shard = std::thread::Builder::new()
            .name("shard-0".to_owned())
            .stack_size(limits::SHARD_STACK_BYTES)
            .spawn(move || {
                server::run(config, stopping, |addresses| {
                    // If nobody waits, the tool is about to end.
                    let _ = addresses.first().map(|address| ready.send(*address));
                })
            })
            .map_err(|error| format!("cannot start a thread: {error}"))?;
        let Ok(address) = address.recv() else {
            return Err(match shard.join() {
                Ok(Err(error)) => error.to_string(),
                _ => "the embedded server ended before it was ready".to_owned(),
            });
        };
        let stream = TcpStream::connect(address)
            .and_then(|stream| {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                Ok(stream)
            })
            .map_err(|error| format!("cannot connect to the embedded server: {error}"))?;
        let mut embedded = Embedded { stream, unread: Vec::new(), stop, shard: Some(shard), temporary };
        embedded.must(&["AUTH", &password])?;
        Ok(embedded)
    }

    /// Sends a command and returns its reply, an error reply too.
    pub(super) fn command<A: AsRef<[u8]>>(&mut self, words: &[A]) -> Result<Value, String> {
        let mut out = Writer::default();
        out.array(words.len());
        for word in words {
            out.bulk(word.as_ref());
        }
        let lost = |error: std::io::Error| format!("the embedded server is gone: {error}");
        self.stream.write_all(&out.into_vec()).map_err(lost)?;
        loop {
            if let Some((value, length)) = reply::parse(&self.unread).map_err(|error| error.to_string())? {
                self.unread.drain(..length);
                return Ok(value);
            }
            let mut chunk = [0; 64 * 1024];
            let read = self.stream.read(&mut chunk).map_err(lost)?;
            if read == 0 {
                return Err(lost(ErrorKind::UnexpectedEof.into()));
            }
            self.unread.extend_from_slice(chunk.get(..read).unwrap_or_default());
        }
    }

    /// Sends a command that must succeed.
    pub(super) fn must<A: AsRef<[u8]>>(&mut self, words: &[A]) -> Result<Value, String> {
        match self.command(words)? {
            Value::Error(text) => Err(String::from_utf8_lossy(&text).into_owned()),
            reply => Ok(reply),
        }
    }

    /// Replies have RESP3's types from now on.
    pub(super) fn speak_resp3(&mut self) -> Result<(), String> {
        self.must(&["HELLO", "3"]).map(drop)
    }

    /// Loads a component under a name, with the words that WASM.LOAD knows; the error is the server's.
    pub(super) fn load(&mut self, name: &str, component: &[u8], words: &[Vec<u8>]) -> Result<(), String> {
        let mut command = vec![&b"WASM.LOAD"[..], name.as_bytes(), component, b"REPLACE"];
        command.extend(words.iter().map(Vec::as_slice));
        self.must(&command).map(drop)
    }

    /// The fuel that a function's calls took so far.
    pub(super) fn fuel_used(&mut self, name: &str) -> Result<u64, String> {
        let info = self.must(&["WASM.INFO", name])?;
        let pairs: Vec<(&Value, &Value)> = match &info {
            Value::Map(pairs) => pairs.iter().map(|(key, value)| (key, value)).collect(),
            Value::Array(items) => items.chunks(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?))).collect(),
            _ => Vec::new(),
        };
        let used = pairs.into_iter().find(|(key, _)| **key == Value::bulk("fuel_used"));
        match used {
            Some((_, Value::Integer(fuel))) => Ok(u64::try_from(*fuel).unwrap_or_default()),
            _ => Err("WASM.INFO does not say how much fuel was used".to_owned()),
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.request();
        // Without its client the server has nobody to wait for.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        if let Some(shard) = self.shard.take() {
            // What it has to say about its end was said in replies.
            let _ = shard.join();
        }
        if let Some(folder) = &self.temporary {
            // The system clears its folder for temporary files some day.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Where compiled modules are kept between two uses. Compiled code is trusted, so that it lies only where nobody else
/// can have put it: in the user's own folder, or in a new one.
fn cache_folder() -> Result<(PathBuf, Option<PathBuf>), String> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    if let Some(folder) = caches.map(|caches| caches.join("ferrite"))
        && std::fs::create_dir_all(&folder).is_ok()
    {
        return Ok((folder, None));
    }
    let unique: String = random::bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = std::env::temp_dir().join(format!("ferrite-{unique}"));
    std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok((folder.clone(), Some(folder)))
}
