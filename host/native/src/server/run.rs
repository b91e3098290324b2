//! One server from start to end.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions};

use super::settings::Settings;
use super::{Shard, Stop, facts, listener, nofile, tick};
use crate::config::Config;
use crate::gateway;
use crate::http;
use crate::limits;
use crate::metrics;
use crate::snapshots::{self, Snapshots};
use crate::udf::{self, Functions};
use crate::wasm::{Clock, StoreInstance, StoreModule, StoreTrapped};

/// Why a server did not start, or ended by itself.
#[derive(Debug)]
pub enum ServeError {
    /// An address cannot be listened on.
    Bind {
        /// The address.
        address: String,
        /// The system's answer.
        error: io::Error,
    },
    /// The system refused something else.
    System(io::Error),
    /// The store or the functions' engine could not be prepared.
    Prepare(wasmtime::Error),
    /// A policy of the gateway cannot be loaded.
    Policy(String),
    /// The snapshot of the data cannot be loaded, or not be written at the end.
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The store component trapped.
    StoreTrapped(StoreTrapped),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Bind { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "cannot listen on {address}: another process already listens there")
            }
            ServeError::Bind { address, error } => write!(f, "cannot listen on {address}: {error}"),
            ServeError::System(error) => write!(f, "the system refused: {error}"),
            ServeError::Prepare(error) => write!(f, "cannot prepare the WebAssembly engine: {error:#}"),
            ServeError::Policy(reason) => f.write_str(reason),
            ServeError::Snapshot { path, reason } => write!(f, "the snapshot {}: {reason}", path.display()),
            ServeError::StoreTrapped(_) => f.write_str(
                "the store component trapped; its data cannot be trusted any more, so the server has stopped (the trap \
                 is in the log)",
            ),
        }
    }
}

impl std::error::Error for ServeError {}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> ServeError {
        ServeError::System(error)
    }
}

impl From<wasmtime::Error> for ServeError {
    fn from(error: wasmtime::Error) -> ServeError {
        ServeError::Prepare(error)
    }
}

impl From<StoreTrapped> for ServeError {
    fn from(trapped: StoreTrapped) -> ServeError {
        ServeError::StoreTrapped(trapped)
    }
}

/// Serves on this thread until `stop` is requested or the store traps. `on_ready` is called once, with the addresses,
/// when clients can connect.
///
/// The thread needs a stack for the store and for functions that call functions: see [`limits::SHARD_STACK_BYTES`].
pub fn run(config: Config, stop: Arc<Stop>, on_ready: impl FnOnce(&[SocketAddr])) -> Result<(), ServeError> {
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default())?;
    // Before anything that takes time: a port in use is the likeliest mistake.
    let listeners = listener::bind(&config.server)?;
    let metrics = bind_metrics(&config)?;
    let http = bind_http(&config)?;
    let gateway = bind_gateway(&config)?;
    let shard = prepare(config, stop, &listeners)?;
    let mut addresses = listeners.iter().map(StdListener::local_addr).collect::<io::Result<Vec<_>>>()?;
    addresses.extend(gateway.as_ref().map(|bound| bound.address));
    runtime.block_on(async {
        let modules = load_modules(&shard).await;
        let mut accepting = Vec::new();
        if let Some(listener) = metrics {
            tracing::info!("metrics at http://{}/metrics", listener.local_addr()?);
            accepting.push(tokio::task::spawn_local(metrics::serve(shard.clone(), TcpListener::from_std(listener)?)));
        }
        // It ends with this function: answers that are due are sent before.
        let _http = http.map(|bound| serve_http(&shard, bound)).transpose()?;
        if let (Some(bound), Some(settings)) = (gateway, &shard.config.gateway) {
            gateway::policies::load(&shard, &settings.settings).await.map_err(ServeError::Policy)?;
            let serving = bound.start(&shard, settings, &udf::compile_cache(&shard.config))?;
            accepting.push(tokio::task::spawn_local(serving));
        }
        for listener in listeners {
            shard.listeners.borrow_mut().push(listener.try_clone()?);
            let listener = TcpListener::from_std(listener)?;
            accepting.push(tokio::task::spawn_local(listener::serve(shard.clone(), listener)));
        }
        tokio::task::spawn_local(tick::run(shard.clone()));
        if shard.config.wasm.enabled && shard.config.wasm.watch {
            accepting.push(tokio::task::spawn_local(watch_modules(shard.clone(), modules)));
        }
        on_ready(&addresses);
        shard.stop.requested().await;
        for task in accepting {
            task.abort();
        }
        shard.listeners.borrow_mut().clear();
        finish(&shard).await;
        match shard.take_failure() {
            Some(trapped) => Err(ServeError::StoreTrapped(trapped)),
            None => last_snapshot(&shard),
        }
    })
}

fn bind_metrics(config: &Config) -> Result<Option<StdListener>, ServeError> {
    let address = &config.server.metrics_address;
    if address.is_empty() {
        return Ok(None);
    }
    let bound = metrics::bind(address);
    bound.map(Some).map_err(|error| ServeError::Bind { address: address.clone(), error })
}

fn bind_http(config: &Config) -> Result<Option<http::Bound>, ServeError> {
    http::bind(&config.http).map_err(|error| {
        let address = format!("{}:{}", config.http.bind, config.http.port.unwrap_or_default());
        ServeError::Bind { address, error }
    })
}

fn bind_gateway(config: &Config) -> Result<Option<gateway::Bound>, ServeError> {
    let Some(settings) = &config.gateway else { return Ok(None) };
    let bound = gateway::bind(settings);
    bound.map(Some).map_err(|error| ServeError::Bind { address: settings.listen.clone(), error })
}

fn serve_http(shard: &Rc<Shard>, bound: http::Bound) -> io::Result<http::Running> {
    let (running, visitors) = bound.start(&shard.config.http)?;
    shard.visitors.replace(Some(visitors));
    tokio::task::spawn_local(listener::admit_visitors(shard.clone()));
    Ok(running)
}

/// Before the first client: whoever connects finds the functions.
async fn load_modules(shard: &Rc<Shard>) -> udf::Seen {
    let settings = &shard.config.wasm;
    if !settings.enabled || !settings.load_at_start {
        return udf::Seen::default();
    }
    udf::follow(shard, udf::Seen::default()).await
}

async fn watch_modules(shard: Rc<Shard>, mut seen: udf::Seen) {
    loop {
        tokio::time::sleep(limits::SECOND).await;
        seen = udf::follow(&shard, seen).await;
    }
}

fn prepare(config: Config, stop: Arc<Stop>, listeners: &[StdListener]) -> Result<Rc<Shard>, ServeError> {
    let began = Instant::now();
    let clock = Rc::new(Clock::new());
    let mut store = StoreInstance::new(&StoreModule::load(&udf::compile_cache(&config))?, clock.clone())?;
    let functions = Functions::new(&config)?;
    let settings = Settings::new(&config.server);
    let for_http = config.http.port.map_or(0, |_| limits::HTTP_CONNECTIONS as u64 * limits::HTTP_FILES_EACH);
    // A client's, and one to an upstream.
    let for_gateway = config.gateway.as_ref().map_or(0, |_| 2 * limits::GATEWAY_CONNECTIONS as u64);
    let room = nofile::make_room(config.server.maxclients, limits::RESERVED_FILES + for_http + for_gateway);
    if room < config.server.maxclients {
        tracing::warn!("maxclients is {room}: the system allows no more open files");
        settings.lower_maxclients(room);
    }
    let addresses = listeners.iter().map(StdListener::local_addr).collect::<io::Result<Vec<_>>>()?;
    let port = addresses.first().map_or(config.server.port, SocketAddr::port);
    store.learn(facts::settings(&config, port, settings.maxclients()))?;
    store.learn(facts::process(&config, &addresses))?;
    store.learn(functions.commands())?;
    let snapshots = Snapshots::new(&config.server);
    snapshots::load(&mut store, snapshots.path())?;
    store.learn(snapshots.info())?;
    let shard = Shard::new(store, functions, clock, config, settings, snapshots, stop);
    let present = facts::present(&shard);
    shard.store.borrow_mut().learn(present)?;
    tracing::debug!("prepared in {:?}", began.elapsed());
    Ok(shard)
}

/// Writes what `save` wants kept, unless SHUTDOWN has said what is to be done.
fn last_snapshot(shard: &Shard) -> Result<(), ServeError> {
    if !shard.saves_at_end.get().unwrap_or(shard.snapshots.has_points()) {
        return Ok(());
    }
    let failed = |reason| ServeError::Snapshot { path: shard.snapshots.path().to_owned(), reason };
    snapshots::save(shard).map_err(failed)
}

/// Lets clients have the replies that are due to them, for a while; after a trap, tells them what happened.
async fn finish(shard: &Rc<Shard>) {
    if shard.has_failed() {
        for client in shard.clients.snapshot().iter().filter(|client| client.output.is_empty()) {
            client.output.push(b"-ERR the store failed and the server stops\r\n".to_vec());
            // Whoever cannot take it finds the connection closed, which says the same.
            let _ = client.output.write(client.stream());
        }
        return;
    }
    let began = Instant::now();
    while !shard.clients.all_settled() && began.elapsed() < limits::SHUTDOWN_TIME {
        tokio::time::sleep(limits::SHUTDOWN_POLL).await;
    }
}
