//! Policies of an AI gateway: they see requests, answers and streams, and let them pass, change them or refuse them.
//!
//! A policy is a type with the trait [`Policy`], exported by [`policy!`](crate::policy!). Hooks that it leaves out let
//! everything pass.
//!
//! ```
//! use ferrite_udf::policy::{Body, Policy, Verdict};
//! use ferrite_udf::Result;
//!
//! /// Keeps the name of a product that is not announced yet from model providers.
//! #[derive(Default)]
//! struct Quiet;
//!
//! impl Policy for Quiet {
//!     fn on_request(&self, body: &str) -> Result<Verdict> {
//!         let mut body = Body::request(body)?;
//!         body.replace_texts(|_, text| text.contains("Bluebird").then(|| text.replace("Bluebird", "the product")));
//!         Ok(body.verdict())
//!     }
//! }
//!
//! ferrite_udf::policy!(Quiet);
//! # fn main() {
//! let asked = r#"{"model":"m","messages":[{"role":"user","content":"What is Bluebird?"}]}"#;
//! let sent = r#"{"model":"m","messages":[{"role":"user","content":"What is the product?"}]}"#;
//! assert_eq!(Quiet.on_request(asked), Ok(Verdict::Replace(sent.to_owned())));
//! # }
//! ```
//!
//! A policy runs natively under `cargo test`: its methods are called as they are, [`testing::stream`] plays the gateway
//! for streams, and [`Sandbox::within`] gives a store to those that read one.
//!
//! A component that was made so imports what the policy uses and nothing else: without calls to the store it imports no
//! functions. The world of policies has no log, so that [`log!`](crate::log!) would make a component that no gateway
//! loads; what went wrong is said by an error, which the gateway logs. A panic is a trap.
//!
//! [`testing::stream`]: crate::testing::stream
//! [`Sandbox::within`]: crate::testing::Sandbox::within

mod body;
mod configuration;
pub mod limits;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod stream;
mod system;
mod texts;

pub use body::Body;
pub use configuration::Configuration;
pub use system::Shape;
pub use texts::Role;

use crate::Result;

/// What a gateway asks. An error of any method counts as a failure of the policy, like a trap and a limit that is
/// exceeded: whether the request goes on then is in the gateway's configuration (`on_failure`).
///
/// An instance of the policy serves many requests, in any order, and may be gone at any time: fields are for what can
/// be had again, such as a configuration that was read.
pub trait Policy {
    /// Asked before anything else happens to a request. `body` is its JSON text, in the language of the API that the
    /// client called.
    fn on_request(&self, body: &str) -> Result<Verdict> {
        let _ = body;
        Ok(Verdict::Continue)
    }

    /// Asked about a whole answer, before the client sees any of it. `body` is its JSON text. Streams come to
    /// [`on_chunk`](Policy::on_chunk) instead.
    fn on_response(&self, body: &str) -> Result<Verdict> {
        let _ = body;
        Ok(Verdict::Continue)
    }

    /// Asked about each piece of a stream's text. A stream has several texts where a model gives several answers, or
    /// shows how it thinks: each is asked about by itself.
    fn on_chunk(&self, chunk: Chunk) -> Result<ChunkVerdict> {
        let _ = chunk;
        Ok(ChunkVerdict::Continue)
    }
}

/// What a policy says about a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is good as it is.
    Continue,
    /// This JSON text takes its place.
    Replace(String),
    /// No.
    Refuse {
        /// From 400 to 499; 0 stands for 403.
        status: u16,
        /// For the client.
        message: String,
    },
}

/// A piece of a stream's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// What the client has not seen: what the policy kept the last time, then what is new.
    pub text: String,
    /// What the client has seen before it: the last [`limits::WINDOW_BYTES`] of what the policy let through.
    pub window: String,
    /// Nothing comes after this: what would be kept goes out too.
    pub last: bool,
}

/// What a policy says about a piece of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChunkVerdict {
    /// It is good as it is.
    Continue,
    /// Only a part goes out now.
    Hold {
        /// For the client now; may be empty.
        send: String,
        /// Comes first in the text of the next call; at most [`limits::KEPT_BYTES`], more is a failure of the policy.
        keep: String,
    },
    /// The stream ends here with an error; the message is for the client.
    Refuse(String),
}

/// Makes a type the policy that a component is: `policy!(MyPolicy)`. The type has [`Policy`](crate::policy::Policy) and
/// `Default`, by which each instance of the component makes one. A component has one policy.
///
/// Outside of WebAssembly it checks the type and does nothing.
#[macro_export]
macro_rules! policy {
    ($policy:ty) => {
        $crate::__export_policy!($policy);
    };
}

/// Checks a policy's type where it has no export.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_policy {
    ($policy:ty) => {
        const _: () = $crate::policy::__check::<$policy>();
    };
}

/// See [`policy!`](crate::policy!).
#[doc(hidden)]
pub const fn __check<P: Policy + Default>() {}
