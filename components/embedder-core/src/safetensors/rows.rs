//! A tensor's numbers, row by row: the file is read by pieces, so that a tensor is never in memory twice.

use super::header::{Dtype, Entry};
use super::{FILE, piece};
use crate::Error;
use crate::error::within;
use crate::limits::PIECE_BYTES;
use crate::source::Source;

/// Reads all rows of a tensor of one or two dimensions whose type is F32, F16 or BF16.
pub(super) fn read(
    source: &mut dyn Source,
    entry: &Entry,
    data: u64,
    each: &mut dyn FnMut(usize, &[f32]),
) -> Result<(), Error> {
    // The shape is one that was expected, so that the last size is that of a row, and none is 0.
    let width = entry.shape.last().copied().unwrap_or(1).max(1);
    let row_bytes = width * entry.dtype.bytes();
    within("bytes of a row of weights", row_bytes, u64::from(PIECE_BYTES))?;
    let rows_at_once = u64::from(PIECE_BYTES) / row_bytes;
    let mut numbers = vec![0.0; usize::try_from(width).unwrap_or(0)];
    let (mut at, mut row) = (entry.begin, 0);
    while at < entry.end {
        let length = (rows_at_once * row_bytes).min(entry.end - at);
        let bytes = piece(source, data + at, u32::try_from(length).unwrap_or(PIECE_BYTES))?;
        for bytes in bytes.chunks_exact(usize::try_from(row_bytes).unwrap_or(usize::MAX)) {
            convert(entry.dtype, bytes, &mut numbers);
            // The sum is finite if all are: the product with 0 is NaN otherwise.
            if numbers.iter().map(|number| number * 0.0).sum::<f32>() != 0.0 {
                let reason = format!("the tensor `{}` has a number that is infinite or NaN in row {row}", entry.name);
                return Err(Error::malformed(FILE, reason));
            }
            each(row, &numbers);
            row += 1;
        }
        at += length;
    }
    Ok(())
}

fn convert(dtype: Dtype, bytes: &[u8], numbers: &mut [f32]) {
    match dtype {
        Dtype::F16 => fill(bytes, numbers, |bytes| half(u16::from_le_bytes(bytes))),
        Dtype::Bf16 => fill(bytes, numbers, |bytes| f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)),
        _ => fill(bytes, numbers, f32::from_le_bytes),
    }
}

fn fill<const N: usize>(bytes: &[u8], numbers: &mut [f32], of: impl Fn([u8; N]) -> f32) {
    for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
        *number = of(*bytes);
    }
}

/// A number of 16 bits by IEEE 754.
fn half(bits: u16) -> f32 {
    let magnitude = u32::from(bits & 0x7fff) << 13;
    let number = if magnitude >= 0x1f << 23 {
        f32::from_bits(magnitude | 0xff << 23)
    } else {
        // The exponent's bias is 112 less; the product is exact for subnormal numbers too.
        f32::from_bits(magnitude) * f32::from_bits((127 + 112) << 23)
    };
    if bits & 0x8000 == 0 { number } else { -number }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn halves_are_what_ieee_754_says() {
        for (bits, number) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), number, "{bits:#06x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
