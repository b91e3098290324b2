//! The Redis serialization protocol (RESP2 and RESP3), without I/O.
//!
//! Bytes come in as slices and go out into `Vec<u8>`; who reads and writes sockets is somebody else's business. The
//! crate behaves to the byte as redis-server 7.0 does, its error texts included, and compiles to `wasm32` and to
//! native code.
//!
//! ```
//! use ferrite_resp::{Argv, Limits, Parsed, Protocol, Writer, parse};
//!
//! let input = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n";
//! let mut argv = Argv::new(); // kept for the next command, so that parsing allocates nothing
//! let parsed = parse(input, &Limits::default(), &mut argv)?;
//! assert_eq!(parsed, Parsed::Command { consumed: input.len() });
//! let args = argv.view(input);
//! assert_eq!((args.at(0), args.at(1)), (&b"GET"[..], &b"key"[..]));
//!
//! let mut reply = Writer::new(Protocol::Resp3);
//! reply.map(1);
//! reply.bulk(args.at(1));
//! reply.null();
//! assert_eq!(reply.as_bytes(), b"%1\r\n$3\r\nkey\r\n_\r\n");
//! # Ok::<(), ferrite_resp::ProtocolError>(())
//! ```
//!
//! # Layout
//! Commands, as a server reads them:
//! - [`limits`]: how much of one command is accepted;
//! - [`request`]: [`parse`], pipelines of arrays of bulk strings and inline commands;
//! - [`args`]: [`Argv`], [`Args`], [`OwnedArgs`]: the arguments of one command, without copies;
//! - [`partial`]: [`Partial`], a long command that arrives piece by piece;
//! - [`error`]: what is wrong with the bytes, in Redis' words.
//!
//! Replies:
//! - [`writer`]: [`Writer`], every reply type in both protocol versions;
//! - [`value`]: [`Value`], a reply as an owned tree, and [`reply`], which reads one.
//!
//! Numbers as Redis reads and prints them, shared by all commands:
//! - [`number`]: 64-bit integers and doubles;
//! - [`extended`]: the 80-bit floating point of `INCRBYFLOAT`.

pub mod args;
mod decimal;
mod digits;
pub mod error;
pub mod extended;
mod inline;
pub mod limits;
pub mod number;
pub mod partial;
pub mod reply;
pub mod request;
pub mod value;
pub mod writer;

pub use args::{Args, Argv, OwnedArgs};
pub use error::ProtocolError;
pub use extended::Extended;
pub use limits::Limits;
pub use partial::{Partial, Progress};
pub use request::{Parsed, parse};
pub use value::Value;
pub use writer::{Protocol, Writer};
