//! The `ferrite` program: reads the command line, runs the server on a thread of its own, and listens to signals.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use ferrite::cli::{Cli, Command, ServeArgs};
use ferrite::config::Config;
use ferrite::gateway::{self as gateway, GatewayArgs, args::GatewayCommand};
use ferrite::server::{ServeError, Stop};
use ferrite::tool::{self, ToolError, UdfCommand};
use ferrite::{limits, logging, server};

/// Exit codes. 2, as everywhere, is a mistake on the command line or in the configuration.
const USAGE: u8 = 2;
const FAILED: u8 = 1;
/// `EX_SOFTWARE` of sysexits: the store component trapped.
const TRAPPED: u8 = 70;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => serve(cli.serve),
        Some(Command::Serve(options)) => serve(*options),
        Some(Command::Gateway(options)) => gateway(*options),
        Some(Command::MockOpenai(options)) => mock_openai(*options),
        Some(Command::Udf(command)) => udf(*command),
    }
}

fn serve(options: ServeArgs) -> ExitCode {
    match options.into_config() {
        Ok(config) => serve_with(config, announce),
        Err(error) => fail(USAGE, &format!("configuration: {error}")),
    }
}

fn gateway(options: GatewayArgs) -> ExitCode {
    if let Some(GatewayCommand::Check { file }) = &options.command {
        return match gateway::check(file) {
            Ok(text) => {
                print!("{text}");
                ExitCode::SUCCESS
            }
            Err(mistakes) => fail(USAGE, &mistakes),
        };
    }
    match options.into_config() {
        Ok(config) => serve_with(config, announce_gateway),
        Err(mistakes) => fail(USAGE, &mistakes),
    }
}

fn serve_with(config: Config, announce: fn(&[SocketAddr])) -> ExitCode {
    logging::start(config.server.loglevel);
    let stop = Arc::new(Stop::default());
    if let Err(error) = signals::listen(stop.clone()) {
        return fail(FAILED, &format!("cannot listen to signals: {error}"));
    }
    let shard = std::thread::Builder::new()
        .name("shard-0".to_owned())
        .stack_size(limits::SHARD_STACK_BYTES)
        .spawn(move || server::run(config, stop, announce));
    let ended = match shard.map(std::thread::JoinHandle::join) {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) => return fail(FAILED, "the server panicked; the message above says where"),
        Err(error) => return fail(FAILED, &format!("cannot start a thread: {error}")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ ServeError::StoreTrapped(_)) => fail(TRAPPED, &error.to_string()),
        Err(error) => fail(FAILED, &error.to_string()),
    }
}

/// The last line is what scripts wait for.
fn announce(addresses: &[SocketAddr]) {
    let addresses: Vec<String> = addresses.iter().map(SocketAddr::to_string).collect();
    let addresses = addresses.join(" ");
    println!("Ferrite {}, compatible with Redis 7.0.15", env!("CARGO_PKG_VERSION"));
    println!("Listening on {addresses}, process {}", std::process::id());
    println!("Stop it with Ctrl-C, or with SHUTDOWN from a client");
    println!("ready on {addresses}");
}

fn mock_openai(options: ferrite_mock_openai::Options) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(ferrite_mock_openai::run(options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(FAILED, &format!("{error:#}")),
    }
}

/// The gateway's address is the last one.
fn announce_gateway(addresses: &[SocketAddr]) {
    let [clients @ .., address] = addresses else { return };
    println!("Ferrite {}, AI gateway", env!("CARGO_PKG_VERSION"));
    for client in clients {
        println!("Redis clients see its store on {client}");
    }
    println!("OpenAI clients: OPENAI_BASE_URL=http://{address}/v1");
    println!("Stop it with Ctrl-C");
    println!("ready on {address}");
}

fn udf(command: UdfCommand) -> ExitCode {
    // A reader that goes away, as `head` does, ends the tool quietly. Sockets are written to without this signal.
    // SAFETY: the call sets the default action of a signal, before any other thread runs.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    match tool::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(ToolError::Told(message)) => fail(FAILED, &message),
        Err(ToolError::Shown) => ExitCode::from(FAILED),
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("ferrite: {message}");
    ExitCode::from(code)
}

mod signals {
    //! SIGINT and SIGTERM on a thread of their own, so that they are heard while the shard's thread is busy.

    use std::io;
    use std::mem::MaybeUninit;
    use std::sync::Arc;

    use ferrite::server::Stop;

    /// The first signal asks for an orderly stop; the second ends the process. Call it before other threads start:
    /// they inherit that these signals are blocked.
    pub(crate) fn listen(stop: Arc<Stop>) -> io::Result<()> {
        let mut set = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigemptyset initialises the set that the others use; all pointers are valid for the calls.
        let set = unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), libc::SIGINT);
            libc::sigaddset(set.as_mut_ptr(), libc::SIGTERM);
            libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut());
            set.assume_init()
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let mut signal = 0;
            // SAFETY: both pointers are valid for the call.
            while unsafe { libc::sigwait(&raw const set, &raw mut signal) } == 0 {
                if stop.is_requested() {
                    std::process::exit(128 + signal);
                }
                tracing::info!("stopping: signal {signal}; a second one ends the process at once");
                stop.request();
            }
        })?;
        Ok(())
    }
}
