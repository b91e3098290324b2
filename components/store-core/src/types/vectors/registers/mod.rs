//! Registers of 128 bits, as this machine has them: what `kernels` is written with. Every machine's do the same to the bit.

#[cfg(any(test, not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128")))))]
pub(super) mod plain;

#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

#[cfg(target_arch = "x86_64")]
pub(super) use sse2::Sse2 as Here;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use simd128::Simd128 as Here;

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub(super) use plain::Plain as Here;

/// What a machine does with its registers.
pub(super) trait Registers {
    /// Four numbers.
    type Floats: Copy;
    /// Eight codes, of 16 bits each.
    type Codes: Copy;
    /// Four whole numbers of 32 bits.
    type Sums: Copy;

    /// Zeros.
    fn floats() -> Self::Floats;
    /// Eight numbers in two registers.
    fn load(numbers: &[f32; 8]) -> [Self::Floats; 2];
    /// `a + b`, number by number, as all of these.
    fn add(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a * b`.
    fn multiply(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// The square of `a - b`, which is that of `b - a`.
    fn square_apart(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// The four numbers.
    fn numbers(floats: Self::Floats) -> [f32; 4];

    /// Zeros.
    fn sums() -> Self::Sums;
    /// Sixteen codes in two registers.
    fn widen(codes: &[i8; 16]) -> [Self::Codes; 2];
    /// The products of `a` and `b`, two by two, added to four sums.
    fn add_products(sums: Self::Sums, a: Self::Codes, b: Self::Codes) -> Self::Sums;
    /// The four sums together.
    fn total(sums: Self::Sums) -> i32;
}
