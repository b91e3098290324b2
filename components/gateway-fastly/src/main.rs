//! The AI gateway at Fastly Compute. Requests, routes and answers are `ferrite_gateway`'s, the store is a Ferrite elsewhere
//! (`ferrite_remote`); this is the shell over the platform's calls. One instance answers one request.
//!
//! Layout: `exchange.rs` is the loop between the platform and the core; `client.rs` who asks, `upstream.rs` one call to an
//! upstream, `backends.rs` where calls go, `readiness.rs` the wait for whatever comes first; `world.rs` what the core is given,
//! `store.rs` the store among it; `configuration.rs` reads the Config Store and the Secret Store. Natively the program does
//! nothing: there is no platform.

#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod backends;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod client;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod configuration;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod exchange;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod readiness;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod store;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod upstream;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod world;

#[cfg(all(target_os = "wasi", target_env = "p1"))]
fn main() {
    exchange::serve();
}

#[cfg(not(all(target_os = "wasi", target_env = "p1")))]
fn main() {
    eprintln!("this is a program for Fastly Compute: build it for wasm32-wasip1");
    std::process::exit(1);
}
