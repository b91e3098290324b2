//! A store that is elsewhere, reached by the REST calls of `docs/http.md`: what is sent for a command, and what an answer
//! means. Without I/O: who sends the request is a component over `wasi:http`, or the gateway at Fastly.
//!
//! Replies come as RESP2 (`Upstash-Response-Format: resp2`), not as JSON: any bytes come through, and a status stays
//! something else than a string.
//!
//! ```
//! use ferrite_remote::{Receiving, Store, Value};
//!
//! let store = Store::new("http://127.0.0.1:8079", "s3cret")?;
//! let request = store.request(&[b"GET", b"greeting"])?;
//! assert_eq!((request.path.as_str(), request.body.as_slice()), ("/", &br#"["GET","greeting"]"#[..]));
//!
//! let mut answer = Receiving::new(&store, 200);
//! answer.take(b"$5\r\nhel")?;
//! answer.take(b"lo\r\n")?;
//! assert_eq!(answer.finish()?, Value::bulk("hello"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Layout
//! - [`store`]: [`Store`], where it is and who asks; [`address`]: the URL;
//! - [`request`]: [`Request`], a command on its way; [`receiving`]: [`Receiving`], what comes back;
//! - [`failure`]: [`Failure`], why there is no reply; [`outage`]: [`Outage`], how long nobody is asked after one;
//! - [`limits`]: how much there may be of everything.

pub mod address;
pub mod failure;
pub mod limits;
pub mod outage;
pub mod receiving;
pub mod request;
pub mod store;

pub use address::Address;
pub use failure::Failure;
pub use ferrite_resp::Value;
pub use outage::Outage;
pub use receiving::Receiving;
pub use request::Request;
pub use store::Store;
