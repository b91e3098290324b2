//! What the suites share: servers as child processes, a client that speaks literal bytes, transcripts and their judges.
//!
//! - [`require`]: a tool that is missing is a printed skip, or a failure where `FERRITE_REQUIRE_ALL=1`.
//! - [`server`]: `redis-server` and `ferrite` on free ports, killed when dropped.
//! - [`client`]: a connection that sends bytes and reads whole replies.
//! - [`rest`]: a server whose REST calls are a store.
//! - [`frame`]: where a reply ends.
//! - [`functions`]: user-defined functions on a running server.
//! - [`http`]: HTTP by hand.
//! - [`transcript`]: what clients send and servers answer, as files.
//! - [`judge`]: whoever answers a transcript.
//! - [`console`]: the commands of a document.
//! - [`program`]: a program run to its end; [`running`]: one that has none.
//! - [`subject`]: one check against both servers.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let server = ferrite_tests::server::FerriteServer::start(&["--maxclients", "10"])?;
//! let mut client = server.connect()?;
//! assert_eq!(client.command(&["SET", "k", "v"])?, b"+OK\r\n");
//! # Ok(())
//! # }
//! ```

pub mod binary;
pub mod client;
pub mod console;
pub mod frame;
pub mod functions;
pub mod gateway;
pub mod http;
pub mod judge;
pub mod program;
pub mod require;
pub mod rest;
pub mod running;
pub mod server;
pub mod subject;
pub mod transcript;

pub use client::Client;
pub use require::require;
pub use rest::RestServer;
pub use server::{FerriteServer, RedisServer, free_address};
pub use subject::Subject;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// The Redis whose replies are recorded.
pub const REDIS_VERSION: transcript::Version = (7, 0);
