//! Exchanges from their head to their end, driven by a script.

#![allow(unreachable_pub, reason = "the driver's face, as if it were a crate")]
#![allow(clippy::unwrap_used, reason = "a test may end here")]

mod access;
mod accounts;
mod cache;
mod configuration;
mod disorder;
mod driver;
mod flooding;
mod local;
mod pass_through;
mod paths;
mod policies;
mod routing;
mod standing;
mod streams;
