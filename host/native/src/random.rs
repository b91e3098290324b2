//! Random bytes of the operating system.

/// Fills the array with bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    const { assert!(N <= 256, "the kernel may return less than was asked for above 256 bytes") };
    let mut bytes = [0u8; N];
    // SAFETY: the pointer and the length describe `bytes`, which outlives the call.
    let filled = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), N, 0) };
    // Up to 256 bytes come whole and uninterrupted once the kernel's pool is seeded, and the call waits until then.
    assert_eq!(usize::try_from(filled), Ok(N), "the system has no random numbers");
    bytes
}
