//! Runs functions natively against a store in memory, so that `cargo test` is all that a function's tests need.
//!
//! The store is the engine itself, not a likeness of it: commands, types, expiry and error texts are those of the server,
//! and a call that fails is rolled back as there. What a sandbox does not have are fuel, and limits of time and memory.
//!
//! ```
//! use ferrite_udf::{prelude::*, testing::Sandbox};
//!
//! #[ferrite_udf::function]
//! fn call(keys: Keys, args: Args) -> Result<i64> {
//!     Ok(strings::increment(keys.get(0)?, args.parse_or(0, 1)?)?)
//! }
//!
//! # fn main() {
//! let sandbox = Sandbox::new();
//! sandbox.command(&["SET", "visits", "41"]).expect("SET works");
//! assert_eq!(sandbox.call(call, &["visits"], &[]), Ok(Reply::Integer(42)));
//! assert!(sandbox.call(call, &["visits"], &["x"]).is_err());
//! # }
//! ```

use crate::{
    Args, Declared, Outcome, Reply, function,
    log::Level,
    platform::{self, Current},
    reply,
};
use ferrite_store_core::{Environment, Store, TransactionAccess, TransactionError};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

#[cfg(feature = "policy")]
pub use crate::policy::stream::{Streamed, stream};

/// A store in memory, and a clock that moves only when it is told to.
pub struct Sandbox {
    current: Current,
    clock: Rc<Cell<u64>>,
}

struct Fixed {
    clock: Rc<Cell<u64>>,
    entropy: Cell<u64>,
}

impl Environment for Fixed {
    fn now_us(&self) -> u64 {
        self.clock.get()
    }

    /// The same numbers in every run: a test that fails shall fail again. (SplitMix64)
    fn entropy(&self) -> u64 {
        self.entropy.set(self.entropy.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut z = self.entropy.get();
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// An empty store; its clock stands at 1,700,000,000 seconds since the Unix epoch.
    pub fn new() -> Self {
        let clock = Rc::new(Cell::new(1_700_000_000_000_000));
        let environment = Fixed { clock: Rc::clone(&clock), entropy: Cell::new(0) };
        let store = Store::new(Box::new(environment));
        Self { current: Current { store: Rc::new(RefCell::new(store)), log: Rc::default() }, clock }
    }

    /// Runs a command, to set up data and to look at it. The error is the line that a client would read.
    pub fn command<A: AsRef<[u8]>>(&self, argv: &[A]) -> Result<Reply, String> {
        let argv: Vec<&[u8]> = argv.iter().map(AsRef::as_ref).collect();
        platform::enter(&self.current, || platform::commands::execute(&argv)).map_err(|error| error.to_string())
    }

    /// Calls a function as `WASM.CALL` does. The error is the line that a client would read, and the function's writes
    /// are undone.
    pub fn call<K: Declared, O: Outcome>(
        &self,
        function: impl FnOnce(K, Args) -> O,
        keys: &[&str],
        args: &[&str],
    ) -> Result<Reply, String> {
        self.call_bytes(function, bytes(keys), bytes(args))
    }

    /// Calls a function as `WASM.CALL_RO` does: it may not write.
    pub fn call_read_only<K: Declared, O: Outcome>(
        &self,
        function: impl FnOnce(K, Args) -> O,
        keys: &[&str],
        args: &[&str],
    ) -> Result<Reply, String> {
        let (keys, args) = (bytes(keys), bytes(args));
        self.run(TransactionAccess::ReadOnly, || Ok(function(K::declare(keys)?, args.into())))
    }

    /// Calls a function with keys and arguments that are no text.
    pub fn call_bytes<K: Declared, O: Outcome>(
        &self,
        function: impl FnOnce(K, Args) -> O,
        keys: Vec<Vec<u8>>,
        args: Vec<Vec<u8>>,
    ) -> Result<Reply, String> {
        self.run(TransactionAccess::ReadWrite, || Ok(function(K::declare(keys)?, args.into())))
    }

    /// Runs the function of a command with the arguments that stand behind the command's name. Their number is for the
    /// server to check.
    pub fn execute<O: Outcome>(&self, function: impl FnOnce(Args) -> O, args: &[&str]) -> Result<Reply, String> {
        let args = bytes(args);
        self.run(TransactionAccess::ReadWrite, || Ok(function(args.into())))
    }

    /// Runs something that uses the store and is no function, such as a policy. Nothing is undone.
    pub fn within<T>(&self, run: impl FnOnce() -> T) -> T {
        platform::enter(&self.current, run)
    }

    /// Moves the clock on.
    pub fn advance_ms(&self, ms: u64) {
        self.clock.set(self.clock.get() + ms * 1000);
    }

    /// Sets the clock, in milliseconds since the Unix epoch.
    pub fn set_time_ms(&self, ms: u64) {
        self.clock.set(ms * 1000);
    }

    /// What functions have logged since the last time that this was asked.
    pub fn take_log(&self) -> Vec<(Level, String)> {
        self.current.log.take()
    }

    fn run<O: Outcome>(
        &self,
        access: TransactionAccess,
        function: impl FnOnce() -> crate::Result<O>,
    ) -> Result<Reply, String> {
        self.current.store.borrow_mut().begin(access);
        let outcome = platform::enter(&self.current, || {
            // Both kinds of failure are one line to the client.
            platform::catch(|| function::export(function().and_then(Outcome::into_reply))).flatten()
        });
        let mut store = self.current.store.borrow_mut();
        // The way over the nodes is that of the component: what cannot be laid flat shall fail here too.
        match outcome.and_then(|nodes| reply::from_nodes(nodes).ok_or_else(|| "ERR malformed reply".to_owned())) {
            Ok(reply) => store.commit().map(|()| reply).map_err(describe),
            Err(line) => {
                store.roll_back().map_err(describe)?;
                Err(line)
            }
        }
    }
}

fn describe(error: TransactionError) -> String {
    format!("ERR wasm: {error:?}")
}

fn bytes(values: &[&str]) -> Vec<Vec<u8>> {
    values.iter().map(|value| value.as_bytes().to_vec()).collect()
}
