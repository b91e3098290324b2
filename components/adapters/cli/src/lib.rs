//! `wasi:cli` in front of a store: plugged onto the store component it is a program for `wasmtime run`, on any device that
//! runs WASI: RESP between standard input and output, or a server on a WASI socket.
//!
//! Layout: `options.rs` reads the arguments; `server.rs` is the loop that serves all clients; `client.rs` is one of them;
//! `listener.rs` accepts them; `limits.rs` says how much each may hold. Natively the crate is empty: there is nothing to
//! export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod client;
mod limits;
mod listener;
mod options;
mod server;

use options::{Mode, Options};
use server::Server;
use wasip2::cli::{environment, stderr, stdin, stdout};
use wasip2::exports::cli::run::Guest;

struct Program;

impl Guest for Program {
    fn run() -> Result<(), ()> {
        let arguments = environment::get_arguments();
        let options = match Options::read(arguments.get(1..).unwrap_or_default()) {
            Ok(options) => options,
            Err(mistake) => return fail(&format!("{mistake}\n\n{}", options::HELP)),
        };
        let mut server = Server::default();
        if let Err(refused) = options.settings.iter().try_for_each(|(name, value)| server.configure(name, value)) {
            return fail(&refused);
        }
        match options.mode {
            Mode::Help => print(options::HELP),
            Mode::StandardStreams => server.admit(stdin::get_stdin(), stdout::get_stdout(), None),
            Mode::Listen(address) => match listener::Listener::bind(address) {
                Ok(listener) => {
                    report(&format!("ready for clients on {}\n", listener.address));
                    server.listen(listener);
                }
                Err(reason) => return fail(&reason),
            },
        }
        server.run();
        Ok(())
    }
}

fn fail(reason: &str) -> Result<(), ()> {
    report(&format!("error: {reason}\n"));
    Err(())
}

// Where nobody listens to a message, nothing is lost by not having said it.

fn report(text: &str) {
    write_whole(&stderr::get_stderr(), text);
}

fn print(text: &str) {
    write_whole(&stdout::get_stdout(), text);
}

fn write_whole(to: &wasip2::io::streams::OutputStream, text: &str) {
    for piece in text.as_bytes().chunks(limits::WRITE_BYTES) {
        let _ = to.blocking_write_and_flush(piece);
    }
}

wasip2::cli::command::export!(Program);
