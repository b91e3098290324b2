//! `ferrite:store/commands` over `wasi:http`: a component that is composed with this one instead of a store runs its
//! commands in a Ferrite elsewhere, by the REST calls of its HTTP port.
//!
//! The environment or `wasi:config` says where it is (`store-url`) and who asks (`store-token`). Each command is a request; a store that does not
//! answer is an error with the code `UNAVAILABLE`. Replies have the shapes of RESP2.
//!
//! Layout: `configuration.rs` is where the store is; `call.rs` one request over `wasi:http`; `convert.rs` replies as WIT has
//! them. What is sent and what comes back mean is `ferrite_remote`'s. Natively the crate is empty: there is nothing to export to.
#![cfg(target_family = "wasm")]

mod bindings;
mod call;
mod configuration;
mod convert;

use std::cell::RefCell;

use bindings::exports::ferrite::store::commands::{Error, Guest};
use bindings::exports::ferrite::store::types::Node;
use ferrite_remote::{Failure, Outage, Value};
use wasip2::clocks::monotonic_clock;

struct Remote;

impl Guest for Remote {
    fn execute(argv: Vec<Vec<u8>>) -> Result<Vec<Node>, Error> {
        run(&argv).map(convert::nodes).map_err(|failure| Error::Command(failure.into_line()))
    }
}

fn run(argv: &[Vec<u8>]) -> Result<Value, Failure> {
    thread_local! {
        static OUTAGE: RefCell<Outage> = const { RefCell::new(Outage::new()) };
    }
    let now_ms = || monotonic_clock::now() / 1_000_000;
    let store = configuration::store()?;
    OUTAGE.with_borrow(|outage| outage.check(now_ms()))?;
    let words: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let result = call::send(&store, store.request(&words)?);
    OUTAGE.with_borrow_mut(|outage| outage.note(now_ms(), &result));
    if let Err(failure @ Failure::Unavailable(_)) = &result {
        warn(&failure.to_string());
    }
    result
}

/// A line on standard error, for whoever runs this: those who ask may go on without a store. One an outage, because nobody
/// is asked during it.
fn warn(text: &str) {
    let line: String = format!("warning: {text}\n").chars().take(1000).collect();
    // Where nobody reads it, nothing is lost.
    let _ = wasip2::cli::stderr::get_stderr().blocking_write_and_flush(line.as_bytes());
}

bindings::export!(Remote with_types_in bindings);
