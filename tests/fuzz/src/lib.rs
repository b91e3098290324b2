//! What fuzz targets share and no generator is needed for: random numbers, and changes to files of WebAssembly.
//!
//! - [`random`]: numbers that a seed repeats on every machine;
//! - [`sections`]: where the parts of a module or component begin and end, as far as anybody can tell;
//! - [`mutate`]: damage to them.

pub mod mutate;
pub mod random;
pub mod sections;
