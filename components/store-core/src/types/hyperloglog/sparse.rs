//! Registers as runs of equal ones: what a HyperLogLog is as long as it has seen few elements.
//!
//! ```text
//! 00llllll            1 to 64 registers of rank 0
//! 01llllll llllllll   1 to 16,384 registers of rank 0
//! 1rrrrrll            1 to 4 registers of rank 1 to 32
//! ```
//! All numbers are one less than what they mean. Which of several equal ways to write the same registers is taken is that
//! of Redis, so that the bytes are.

use std::fmt::Write;

use super::{Corrupt, Element, HEADER, REGISTERS, registers};

const RANK_MAX: u8 = 32;
const SHORT_MAX: usize = 64;
const EQUAL_MAX: usize = 4;
/// How many runs from the one in front of a change on are looked at for equal neighbours.
const MERGE_RUNS: usize = 5;

/// Registers one behind the other that have the same rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) rank: u8,
    pub(super) len: usize,
    /// How many bytes it takes.
    width: usize,
}

impl Run {
    /// The run that these bytes begin with.
    fn first(bytes: &[u8]) -> Option<Run> {
        let byte = *bytes.first()?;
        Some(match byte >> 6 {
            0 => Run { rank: 0, len: usize::from(byte & 0x3f) + 1, width: 1 },
            1 => {
                let high = usize::from(byte & 0x3f) << 8;
                Run { rank: 0, len: (high | usize::from(*bytes.get(1)?)) + 1, width: 2 }
            }
            _ => Run { rank: (byte >> 2 & 0x1f) + 1, len: usize::from(byte & 3) + 1, width: 1 },
        })
    }
}

/// Appends a run of rank 0, if it has a length.
pub(super) fn push_zeros(bytes: &mut Vec<u8>, len: usize) {
    let Some(last) = len.checked_sub(1) else { return };
    if len > SHORT_MAX {
        bytes.push(0x40 | (last >> 8) as u8);
    }
    bytes.push(last as u8);
}

fn equal(rank: u8, len: usize) -> u8 {
    0x80 | (rank - 1) << 2 | (len - 1) as u8
}

fn push_run(bytes: &mut Vec<u8>, rank: u8, len: usize) {
    match (rank, len) {
        (0, _) => push_zeros(bytes, len),
        (_, 0) => {}
        _ => bytes.push(equal(rank, len)),
    }
}

/// Visits all runs in order.
pub(super) fn visit(mut runs: &[u8], visit: &mut dyn FnMut(Run)) -> Result<(), Corrupt> {
    let mut left = REGISTERS;
    while !runs.is_empty() {
        let run = Run::first(runs).ok_or(Corrupt)?;
        left = left.checked_sub(run.len).ok_or(Corrupt)?;
        visit(run);
        runs = runs.get(run.width..).unwrap_or_default();
    }
    if left == 0 { Ok(()) } else { Err(Corrupt) }
}

/// What became of a register.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Raised {
    /// It had this rank or a higher one.
    No,
    /// It has this rank now.
    Yes,
    /// It cannot have this rank in a sparse HyperLogLog of so many bytes.
    TooLarge,
}

/// Gives a register a rank, if it has a lower one.
pub(super) fn raise(bytes: &mut Vec<u8>, element: Element, max_bytes: usize) -> Result<Raised, Corrupt> {
    let Element { register, rank } = element;
    if rank > RANK_MAX {
        return Ok(Raised::TooLarge);
    }
    let register = usize::from(register);
    let (mut before, mut at, mut first) = (HEADER, HEADER, 0);
    let run = loop {
        let run = Run::first(bytes.get(at..).unwrap_or_default()).ok_or(Corrupt)?;
        if register < first + run.len {
            break run;
        }
        (before, at, first) = (at, at + run.width, first + run.len);
    };
    if run.rank >= rank {
        return Ok(Raised::No);
    }
    let mut parts = Vec::with_capacity(5);
    push_run(&mut parts, run.rank, register - first);
    push_run(&mut parts, rank, 1);
    push_run(&mut parts, run.rank, first + run.len - register - 1);
    if parts.len() > run.width && bytes.len() + parts.len() - run.width > max_bytes {
        return Ok(Raised::TooLarge);
    }
    bytes.splice(at..at + run.width, parts);
    merge_neighbours(bytes, before);
    Ok(Raised::Yes)
}

/// Makes one run of two that have the same rank, as far as one can be so long.
fn merge_neighbours(bytes: &mut Vec<u8>, mut at: usize) {
    for _ in 0..MERGE_RUNS {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(run) = Run::first(rest) else { return };
        let next = rest.get(run.width..).and_then(Run::first);
        match next {
            Some(next) if run.rank > 0 && next.rank == run.rank && run.len + next.len <= EQUAL_MAX => {
                bytes.splice(at..at + 2, [equal(run.rank, run.len + next.len)]);
            }
            _ => at += run.width,
        }
    }
}

/// The runs of a sparse HyperLogLog as text: `z` and `Z` for those of rank 0, `v:rank,length` for others.
pub fn describe(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut runs = registers(bytes);
    while let Some(run) = Run::first(runs) {
        // Writing into a string cannot fail.
        let _ = match run {
            Run { rank: 0, len, width: 1 } => write!(text, "z:{len} "),
            Run { rank: 0, len, .. } => write!(text, "Z:{len} "),
            Run { rank, len, .. } => write!(text, "v:{rank},{len} "),
        };
        runs = runs.get(run.width..).unwrap_or_default();
    }
    text.truncate(text.trim_end().len());
    text
}
