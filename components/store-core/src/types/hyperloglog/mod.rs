//! HyperLogLog: about how many distinct elements were seen, in at most 12 KiB, as a string in Redis' own representation.
//!
//! ```text
//!  0  magic     "HYLL"
//!  4  encoding  u8       0 dense, 1 sparse
//!  5  unused    3 bytes
//!  8  estimate  u64 LE   the last one; with the highest bit set it is out of date
//! 16  registers          dense: 16,384 of 6 bits; sparse: runs (see `sparse.rs`)
//! ```
//! An element's hash names a register and a rank, and the register keeps the highest rank. Flajolet et al.,
//! "HyperLogLog" (2007); the estimate is Ertl's, "New cardinality estimation algorithms for HyperLogLog sketches" (2017).

mod dense;
mod element;
mod estimate;
mod sparse;

#[cfg(test)]
mod tests;

pub use dense::{Patch, patch};
pub use element::Element;
pub use sparse::describe;

/// How many registers there are.
pub const REGISTERS: usize = 1 << REGISTER_BITS;
const REGISTER_BITS: u32 = 14;
const HEADER: usize = 16;
const DENSE_LEN: usize = HEADER + REGISTERS * 6 / 8;
const MAGIC: &[u8; 4] = b"HYLL";
/// Where the byte with the mark of an estimate that is out of date is, and the mark.
const STALE_AT: usize = 15;
const STALE: u8 = 0x80;

/// How registers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// All of them, in 6 bits each.
    Dense,
    /// As runs of equal ones.
    Sparse,
}

/// The runs do not make 16,384 registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// A HyperLogLog that has seen nothing.
pub fn empty() -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[MAGIC.len()] = 1;
    sparse::push_zeros(&mut bytes, REGISTERS);
    bytes
}

/// How the registers in a string are kept; none when it is no HyperLogLog.
pub fn encoding(bytes: &[u8]) -> Option<Encoding> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    if magic != MAGIC || bytes.len() < HEADER {
        return None;
    }
    match rest.first()? {
        0 if bytes.len() == DENSE_LEN => Some(Encoding::Dense),
        1 => Some(Encoding::Sparse),
        _ => None,
    }
}

fn registers(bytes: &[u8]) -> &[u8] {
    bytes.get(HEADER..).unwrap_or_default()
}

/// The last estimate, unless elements came since.
pub fn cached(bytes: &[u8]) -> Option<u64> {
    let estimate = u64::from_le_bytes(*bytes.get(8..)?.first_chunk()?);
    (estimate >> 63 == 0).then_some(estimate)
}

/// An estimate as the header keeps it, at [`ESTIMATE_AT`].
pub fn to_cache(estimate: u64) -> [u8; 8] {
    estimate.to_le_bytes()
}

/// Where the header keeps the estimate.
pub const ESTIMATE_AT: usize = 8;

/// Says that the estimate is out of date.
pub fn forget_estimate(bytes: &mut [u8]) {
    if let Some(byte) = bytes.get_mut(STALE_AT) {
        *byte |= STALE;
    }
}

/// The byte with the mark of an estimate that is out of date: where it is and how it must be; none when it is so.
pub fn stale_patch(bytes: &[u8]) -> Option<(usize, u8)> {
    let byte = *bytes.get(STALE_AT)?;
    (byte & STALE == 0).then_some((STALE_AT, byte | STALE))
}

/// About how many distinct elements it has seen.
pub fn count(bytes: &[u8]) -> Result<u64, Corrupt> {
    let mut histogram = estimate::Histogram::default();
    match encoding(bytes).ok_or(Corrupt)? {
        Encoding::Dense => dense::visit(registers(bytes), &mut |rank| histogram.add(rank, 1)),
        Encoding::Sparse => sparse::visit(registers(bytes), &mut |run| histogram.add(run.rank, run.len))?,
    }
    Ok(histogram.estimate())
}

/// Takes the highest rank of each register of several; the registers, a byte each, are all 0 at first.
pub fn merge(into: &mut [u8], bytes: &[u8]) -> Result<(), Corrupt> {
    let mut targets = into.iter_mut();
    match encoding(bytes).ok_or(Corrupt)? {
        Encoding::Dense => dense::visit(registers(bytes), &mut |rank| {
            if let Some(target) = targets.next() {
                *target = rank.max(*target);
            }
        }),
        Encoding::Sparse => sparse::visit(registers(bytes), &mut |run| {
            targets.by_ref().take(run.len).for_each(|target| *target = run.rank.max(*target));
        })?,
    }
    Ok(())
}

/// About how many distinct elements made these registers, a byte each.
pub fn count_merged(registers: &[u8]) -> u64 {
    let mut histogram = estimate::Histogram::default();
    registers.iter().for_each(|&rank| histogram.add(rank, 1));
    histogram.estimate()
}

/// The ranks of all registers, a byte each.
pub fn ranks(bytes: &[u8]) -> Result<Vec<u8>, Corrupt> {
    let mut ranks = vec![0; REGISTERS];
    merge(&mut ranks, bytes)?;
    Ok(ranks)
}

/// Notes an element; whether that changed a register. What is sparse becomes dense beyond `sparse_max` bytes, or with a
/// rank that a run cannot have.
pub fn add(bytes: &mut Vec<u8>, element: Element, sparse_max: usize) -> Result<bool, Corrupt> {
    if encoding(bytes) == Some(Encoding::Sparse) {
        match sparse::raise(bytes, element, sparse_max)? {
            sparse::Raised::No => return Ok(false),
            sparse::Raised::Yes => {
                forget_estimate(bytes);
                return Ok(true);
            }
            sparse::Raised::TooLarge => to_dense(bytes)?,
        }
    }
    let Some(patch) = patch(bytes, element) else { return Ok(false) };
    patch.apply(bytes);
    forget_estimate(bytes);
    Ok(true)
}

/// Keeps all registers in 6 bits each.
pub fn to_dense(bytes: &mut Vec<u8>) -> Result<(), Corrupt> {
    if encoding(bytes) == Some(Encoding::Dense) {
        return Ok(());
    }
    let ranks = ranks(bytes)?;
    bytes.truncate(HEADER);
    bytes.resize(DENSE_LEN, 0);
    if let Some(encoding) = bytes.get_mut(MAGIC.len()) {
        *encoding = 0;
    }
    for (register, &rank) in ranks.iter().enumerate().filter(|(_, rank)| **rank > 0) {
        if let Some(patch) = patch(bytes, Element { register: register as u16, rank }) {
            patch.apply(bytes);
        }
    }
    Ok(())
}
