//! A cargo project in, a WebAssembly component out.
//!
//! Build scripts, tests, `cargo components` and `ferrite udf build` all make their components here, so that a component
//! is built one way only: a nested cargo for `wasm32-unknown-unknown`, with the profile `component` (or `small`), in a target
//! directory of its own, then [`wit_component`] with validation. Neither plain cargo's own environment nor clippy's
//! wrappers reach the nested build, and a file is written only when its bytes changed. A package may name another target
//! in `[package.metadata.ferrite]`: `wasm32-wasip2`, of which the linker makes the component, or `wasm32-wasip1`, of which the
//! program stays a core module.
//!
//! Any project, inside of this workspace or not:
//!
//! ```no_run
//! # fn main() -> Result<(), ferrite_build::Error> {
//! let component = ferrite_build::Project::new("./my-function").build()?;
//! println!("{} has {} bytes", component.path.display(), component.bytes.len());
//! component.write_to("./my-function.wasm".as_ref())?;
//! # Ok(())
//! # }
//! ```
//!
//! A component of this workspace by the name of its folder in `components/`, its `adapters/` and `policies/`,
//! `guest-sdk/examples/` or `tests/guests/`.
//! This is all that a test needs; within a process each is built once, and a build with nothing to do takes a fraction
//! of a second:
//!
//! ```no_run
//! # fn main() -> Result<(), ferrite_build::Error> {
//! let evil = ferrite_build::guest("evil")?;
//! let store = ferrite_build::guest("store")?;
//! # Ok(())
//! # }
//! ```
//!
//! A build script that embeds the store component. `rerun_if_changed` prints cargo's lines for the sources of the
//! package and of its path dependencies, so that cargo runs the script only when one of them changed:
//!
//! ```no_run
//! # fn main() -> Result<(), ferrite_build::Error> {
//! let store = ferrite_build::guest("store")?;
//! store.rerun_if_changed();
//! println!("cargo:rustc-env=FERRITE_STORE_COMPONENT={}", store.path.display());
//! # Ok(())
//! # }
//! ```
//!
//! Layout: [`Project`] says what to build, `profile` how; `wasm_target` makes sure that Rust can; `nested_cargo` runs it;
//! `encode` makes the component; [`compose`] plugs several into each other; `sources` knows which files it came from;
//! [`workspace`] knows the components of this repository.

mod component;
pub mod compose;
mod encode;
mod error;
mod nested_cargo;
mod package;
mod profile;
mod project;
mod sources;
mod wasm_target;
pub mod workspace;

pub use component::Component;
pub use encode::{encode, encode_unchecked};
pub use error::Error;
pub use project::Project;
pub use workspace::guest;
