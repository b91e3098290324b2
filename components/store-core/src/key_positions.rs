//! The keys among a command's arguments, found by its specifications.
//! <https://redis.io/docs/latest/develop/reference/key-specs/>

use std::ops::Range;

use ferrite_resp::{Args, number::parse_i64};

use crate::command::{Begin, Find, KeySpec};
use crate::rows::{HostKeys, Row};

/// A key among the arguments: its index, and what the command does to it.
pub struct KeyPosition {
    /// The name of the command is 0.
    pub index: usize,
    /// As in the specification: `RO`, `access`, ….
    pub flags: &'static [&'static str],
}

/// Where the keys are; none when the arguments do not fit the specifications.
pub fn key_positions(row: &Row, args: Args<'_>) -> Option<Vec<KeyPosition>> {
    match row {
        Row::Own { command, .. } => {
            let mut positions = Vec::new();
            if let ("migrate", [spec, ..]) = (command.name, command.keys) {
                return Some(migrated(args).map(|index| KeyPosition { index, flags: spec.flags }).collect());
            }
            for spec in command.keys {
                let flags = flags(spec.flags, args);
                positions.extend(by_spec(spec, args)?.map(|index| KeyPosition { index, flags }));
            }
            Some(positions)
        }
        Row::Host(command) => {
            let mut step = 1;
            let range = match command.keys {
                HostKeys::None => 0..0,
                HostKeys::Counted(index) => {
                    let first = index as usize + 1;
                    let count = usize::try_from(parse_i64(args.get(index as usize)?)?).ok()?;
                    first..first.checked_add(count).filter(|&end| end <= args.len())?
                }
                HostKeys::Keyword => {
                    let find = |word: &str| args.iter().position(|arg| arg.eq_ignore_ascii_case(word.as_bytes()));
                    let end = find("ARGS").unwrap_or(args.len());
                    find("KEYS").filter(|&keys| keys < end).map_or(0..0, |keys| keys + 1..end)
                }
                HostKeys::Range { first, last, step: between } => {
                    step = between.max(1) as usize;
                    let end = match usize::try_from(last) {
                        Ok(last) => last.checked_add(1)?,
                        Err(_) => (args.len() + 1).saturating_sub(last.unsigned_abs() as usize),
                    };
                    Some(first as usize..end).filter(|range| !range.is_empty() && end <= args.len())?
                }
            };
            let flags = command.key_flags();
            Some(range.step_by(step).map(|index| KeyPosition { index, flags }).collect())
        }
    }
}

/// The keys of MIGRATE: one at its place, or, when it is empty there, those behind KEYS.
fn migrated(args: Args<'_>) -> Range<usize> {
    let mut at = 6;
    while at + 1 < args.len() {
        let is = |word: &str| args.at(at).eq_ignore_ascii_case(word.as_bytes());
        at += match () {
            () if is("KEYS") => return if args.at(3).is_empty() { at + 1..args.len() } else { 0..0 },
            () if is("AUTH") => 2,
            () if is("AUTH2") => 3,
            () => 1,
        };
    }
    3..4
}

/// What the command does to the keys with these arguments: SET, whose flags are variable, reads only with GET, and
/// BITFIELD writes unless all that it is told is to read.
fn flags(by_row: &'static [&'static str], args: Args<'_>) -> &'static [&'static str] {
    const READS_AND_WRITES: &[&str] = &["RW", "access", "update"];
    if !by_row.contains(&"variable_flags") {
        return by_row;
    }
    if args.at(0).eq_ignore_ascii_case(b"BITFIELD") {
        return if bitfield_only_reads(args) { &["RO", "access"] } else { READS_AND_WRITES };
    }
    let reads = args.skip(3).iter().any(|arg| arg.eq_ignore_ascii_case(b"GET"));
    if reads { READS_AND_WRITES } else { &["OW", "update"] }
}

fn bitfield_only_reads(args: Args<'_>) -> bool {
    let mut at = 2;
    while at < args.len() {
        let left = args.len() - at - 1;
        at += match () {
            () if args.at(at).eq_ignore_ascii_case(b"GET") && left >= 2 => 3,
            () if args.at(at).eq_ignore_ascii_case(b"OVERFLOW") && left >= 1 => 2,
            () => return false,
        };
    }
    true
}

fn by_spec(spec: &KeySpec, args: Args<'_>) -> Option<Box<dyn Iterator<Item = usize>>> {
    let first = match spec.begin {
        Begin::Index(index) => index,
        Begin::Keyword(word, from) => {
            let is_word = |&index: &usize| args.at(index).eq_ignore_ascii_case(word.as_bytes());
            let found = match usize::try_from(from) {
                Ok(from) => (from..args.len()).find(is_word),
                Err(_) => (1..(args.len() + 1).saturating_sub(from.unsigned_abs() as usize)).rev().find(is_word),
            };
            match found {
                Some(word) if word + 1 < args.len() => word + 1,
                Some(_) | None => return Some(Box::new(std::iter::empty())),
            }
        }
        Begin::Unknown => return Some(Box::new(std::iter::empty())),
        Begin::Option(option, others) => return Some(Box::new(behind_last(option, others, args).into_iter())),
    };
    match spec.find {
        Find::Range { last, step, limit } => {
            let end = match usize::try_from(last) {
                Ok(last) => first + last + 1,
                Err(_) if limit > 1 => first + (args.len() - first) / limit,
                Err(_) => (args.len() + 1).saturating_sub(last.unsigned_abs() as usize),
            };
            (first < end && end <= args.len())
                .then(|| Box::new((first..end).step_by(step.max(1))) as Box<dyn Iterator<Item = usize>>)
        }
        Find::Counted { count, first: offset, step } => {
            // As Redis reads it, with 32 bits.
            let keys = usize::try_from(parse_i64(args.get(first + count)?)? as i32).ok().filter(|&keys| keys > 0)?;
            let start = first + offset;
            let end = start.checked_add(keys.checked_mul(step.max(1))?).filter(|&end| end <= args.len())?;
            Some(Box::new((start..end).step_by(step.max(1))))
        }
    }
}

/// The argument of the last such option, read past the others and their arguments as the command itself reads them.
fn behind_last(option: &str, others: &[(&str, usize)], args: Args<'_>) -> Option<usize> {
    let (mut at, mut found) = (2, None);
    while at < args.len() {
        let is = |word: &str| args.at(at).eq_ignore_ascii_case(word.as_bytes());
        if is(option) && at + 1 < args.len() {
            at += 1;
            found = Some(at);
        } else {
            at += others.iter().find(|(word, _)| is(word)).map_or(0, |(_, arguments)| *arguments);
        }
        at += 1;
    }
    found
}
