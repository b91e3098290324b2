//! The command table at run time: every family's rows, and those of commands that the host executes.

use std::rc::Rc;

use crate::command::{Command, Flags};
use crate::commands;
use crate::latency::Histogram;
use crate::named::Named;

/// A command that the host executes, as it described it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostCommand {
    /// Upper case, such as `WASM.CALL`.
    pub name: String,
    /// The exact number of arguments with the name, or minus the least number.
    pub arity: i32,
    /// What it may do.
    pub flags: Flags,
    /// Where its keys are.
    pub keys: HostKeys,
    /// For COMMAND DOCS.
    pub summary: String,
}

/// Where the keys of a host's command are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKeys {
    /// It has none.
    None,
    /// The argument at this index is the number of keys that follow it.
    Counted(u32),
    /// All arguments between the keyword `KEYS` and the keyword `ARGS`.
    Keyword,
    /// From a first to a last argument.
    Range {
        /// The first key; the name is 0.
        first: u32,
        /// The last key; negative: counted from the end.
        last: i32,
        /// From one key to the next.
        step: u32,
    },
}

impl HostCommand {
    /// What it does to its keys, in the words of key specifications. What a function does to them is not known before it
    /// runs, but that it may not write.
    pub fn key_flags(&self) -> &'static [&'static str] {
        if self.flags.contains(Flags::READONLY) { &["RO", "access"] } else { &["RW", "access", "update"] }
    }
}

/// The row of a command.
#[derive(Clone)]
pub enum Row {
    /// One of the engine's: the number of its counters, its container if it is a subcommand, and itself.
    Own {
        /// Index of its (or its container's) counters.
        number: u16,
        /// The container of a subcommand.
        container: Option<&'static Command>,
        /// The row.
        command: &'static Command,
    },
    /// One of the host's.
    Host(Rc<HostCommand>),
}

impl Row {
    /// What it may do.
    #[inline]
    pub fn flags(&self) -> Flags {
        match self {
            Row::Own { command, .. } => command.flags,
            Row::Host(command) => command.flags,
        }
    }

    /// Lower case; a subcommand's with its container's (`client|list`).
    pub fn full_name(&self) -> String {
        match self {
            Row::Own { container: Some(container), command, .. } => format!("{}|{}", container.name, command.name),
            Row::Own { command, .. } => command.name.to_owned(),
            Row::Host(command) => command.name.to_ascii_lowercase(),
        }
    }

    /// Whether this many arguments, the name included, are right.
    #[inline]
    pub fn accepts(&self, arguments: usize) -> bool {
        match self {
            Row::Own { command, .. } => command.accepts(arguments),
            Row::Host(command) if command.arity >= 0 => arguments == command.arity as usize,
            Row::Host(command) => arguments >= command.arity.unsigned_abs() as usize,
        }
    }
}

/// How often a command was called.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// Executed.
    pub calls: u64,
    /// Refused before execution.
    pub rejected: u64,
    /// Executed, with an error.
    pub failed: u64,
    /// What they took together, in microseconds; from samples for fast commands.
    pub us: u64,
    /// How what they took is distributed.
    pub histogram: Option<Box<Histogram>>,
}

impl Calls {
    fn is_counted(&self) -> bool {
        self.calls + self.rejected > 0
    }
}

/// All rows by name.
pub struct Rows {
    /// Open addressing over the packed name.
    slots: Box<[Slot]>,
    own: Vec<&'static Command>,
    host: Named<Rc<HostCommand>>,
    /// Counters of the engine's rows, by number; those of subcommands behind those of commands.
    pub calls: Vec<Calls>,
    /// The number of a container's first subcommand, by the container's.
    first_subcommands: Vec<u16>,
}

const SLOTS: usize = 2048;

#[derive(Clone, Copy, Default)]
struct Slot {
    packed: u64,
    /// Length of the name; 0 in a free slot.
    len: u8,
    /// The packed name and its length say all: it is short and nothing but letters.
    is_exact: bool,
    number: u16,
}

impl Default for Rows {
    fn default() -> Self {
        let own: Vec<&'static Command> = commands::FAMILIES.iter().copied().flatten().collect();
        assert!(own.len() < SLOTS / 2, "the table of names is at most half full");
        let mut slots = vec![Slot::default(); SLOTS];
        for (number, command) in own.iter().enumerate() {
            let name = command.name.as_bytes();
            let packed = pack(name);
            let mut at = place(packed);
            while slots[at].len != 0 {
                at = (at + 1) % SLOTS;
            }
            let is_exact = name.len() <= 8 && name.iter().all(u8::is_ascii_lowercase);
            slots[at] = Slot { packed, len: name.len() as u8, is_exact, number: number as u16 };
        }
        let mut counters = own.len();
        let mut first_subcommands = Vec::with_capacity(own.len());
        for command in &own {
            first_subcommands.push(counters as u16);
            counters += command.subcommands.len();
        }
        let calls = vec![Calls::default(); counters];
        Rows { slots: slots.into(), own, host: Named::default(), calls, first_subcommands }
    }
}

impl Rows {
    /// The engine's row of this name, in any case, with its number.
    #[cfg_attr(feature = "inlining", inline(always))]
    pub fn own(&self, name: &[u8]) -> Option<(u16, &'static Command)> {
        let packed = pack(name);
        let mut at = place(packed);
        loop {
            let slot = self.slots.get(at).filter(|slot| slot.len != 0)?;
            if slot.packed == packed && slot.len as usize == name.len() {
                let command = self.own.get(slot.number as usize).copied()?;
                if slot.is_exact || command.name.as_bytes().eq_ignore_ascii_case(name) {
                    return Some((slot.number, command));
                }
            }
            at = (at + 1) % SLOTS;
        }
    }

    /// The host's row of this name, in any case.
    pub fn host(&self, name: &[u8]) -> Option<&Rc<HostCommand>> {
        let name = std::str::from_utf8(name).ok()?;
        self.host.get(&name.to_ascii_uppercase())
    }

    /// The row of this name, in any case; with a subcommand `name|sub`.
    pub fn named(&self, name: &[u8]) -> Option<Row> {
        let mut parts = name.splitn(2, |&byte| byte == b'|');
        let first = parts.next().unwrap_or_default();
        let Some((number, command)) = self.own(first) else { return self.host(name).cloned().map(Row::Host) };
        match parts.next() {
            None => Some(Row::Own { number, container: None, command }),
            Some(sub) => {
                let (place, found) = command.subcommand(sub)?;
                let number = self.number_of_subcommand(number, place);
                Some(Row::Own { number, container: Some(command), command: found })
            }
        }
    }

    /// All of the engine's rows, family by family.
    pub fn all_own(&self) -> impl Iterator<Item = (u16, &'static Command)> {
        self.own.iter().enumerate().map(|(number, command)| (number as u16, *command))
    }

    /// All of the host's rows, by name.
    pub fn all_host(&self) -> impl Iterator<Item = &Rc<HostCommand>> {
        self.host.iter().map(|(_, command)| command)
    }

    /// The number of a container's subcommand, by its place among them.
    pub fn number_of_subcommand(&self, container: u16, place: usize) -> u16 {
        self.first_subcommands.get(container as usize).map_or(container, |first| first + place as u16)
    }

    /// The full names and counters of what was called or refused.
    pub fn counted(&self) -> Vec<(String, &Calls)> {
        let mut counted = Vec::new();
        let mut count = |number: u16, name: String| {
            counted
                .extend(self.calls.get(number as usize).filter(|calls| calls.is_counted()).map(|calls| (name, calls)));
        };
        for (number, command) in self.all_own() {
            count(number, command.name.to_owned());
            for (place, sub) in command.subcommands.iter().enumerate() {
                count(self.number_of_subcommand(number, place), format!("{}|{}", command.name, sub.name));
            }
        }
        counted
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.own.len() + self.host.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The host adds a command; one of the engine's name is not replaced.
    pub fn add_host(&mut self, command: HostCommand) {
        if self.own(command.name.as_bytes()).is_none() {
            self.host.insert(command.name.to_ascii_uppercase(), Rc::new(command));
        }
    }

    /// A command of the host's is gone.
    pub fn remove_host(&mut self, name: &str) {
        self.host.remove(&name.to_ascii_uppercase());
    }
}

/// The first and the last bytes of a name in one number, with the case bit set, which letters of both cases share. Names
/// of up to eight letters are equal exactly when their lengths and these numbers are.
#[cfg_attr(feature = "inlining", inline(always))]
fn pack(name: &[u8]) -> u64 {
    let packed = if let (Some(first), Some(last)) = (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        u64::from_le_bytes(*first)
            ^ u64::from_le_bytes(*last).rotate_left(24) & !u64::from(name.len() == 8).wrapping_neg()
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
    } else {
        let byte = |index: usize| u64::from(name.get(index).copied().unwrap_or_default());
        byte(0) | byte(1) << 8 | byte(2) << 16
    };
    packed | 0x2020_2020_2020_2020
}

/// Where the search for a packed name begins.
#[cfg_attr(feature = "inlining", inline(always))]
fn place(packed: u64) -> usize {
    (packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_name_in_any_case() {
        let rows = Rows::default();
        for (number, command) in rows.all_own() {
            for name in [command.name.to_owned(), command.name.to_ascii_uppercase()] {
                assert_eq!(rows.own(name.as_bytes()).map(|(number, _)| number), Some(number), "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_only_looks_alike_is_not_found() {
        let rows = Rows::default();
        for name in [&b""[..], b"ge", b"gett", b"get ", b"ge\x54\0", b"GE\x14", b"incrbyfloat\x0c", b"\xe7et"] {
            assert!(rows.own(name).is_none(), "{}", name.escape_ascii());
        }
    }
}
