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

/// Random numbers of the operating system, fetched a handful at a time.
#[derive(Default)]
pub(crate) struct RandomNumbers {
    buffer: [u64; 32],
    left: usize,
}

impl RandomNumbers {
    pub(crate) fn next(&mut self) -> u64 {
        if self.left == 0 {
            let bytes = bytes::<256>();
            for (number, chunk) in self.buffer.iter_mut().zip(bytes.chunks_exact(8)) {
                *number = chunk.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
            }
            self.left = self.buffer.len();
        }
        self.left -= 1;
        self.buffer.get(self.left).copied().unwrap_or_default()
    }
}
