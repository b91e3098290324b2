//! Registers of 128 bits: what the kernels are written with. A machine without them gives the same bits, number by
//! number.

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod plain;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) use plain::{Codes, Floats, Sums};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128::{Codes, Floats, Sums};
