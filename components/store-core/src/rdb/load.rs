//! A whole file, read as it comes, in pieces of any size.
//!
//! What is kept between two pieces is what has not become a value yet: at the most one element, or one string.

use std::fmt;

use super::input::{Input, Stop};
use super::read::Building;
use super::{LATEST, crc64, types};
use crate::keyspace::access::{Access, Tracking};
use crate::keyspace::{DATABASES, Database, Keyspace};
use crate::memory;

/// `REDIS` and the version in four digits.
const HEAD: u64 = 9;
/// From this version on there is a checksum behind the end.
const CHECKED_FROM: u16 = 5;

/// What is wrong with a file, and how far it was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Bytes that were read without a fault.
    pub offset: u64,
    /// What is wrong with those that follow.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin as Redis' files do.
    NotRedis,
    /// Its version is later than any that is known.
    Version(u16),
    /// It ends before its end.
    Truncated,
    /// Its checksum is another one than that of its bytes.
    Checksum,
    /// There is something behind its end.
    Trailing,
    /// It needs something that there is not, in a few words: a module, more databases.
    Unsupported(&'static str),
    /// Its bytes are not what they should be, in a few words.
    Corrupt(&'static str),
    /// There is no room for what is in it.
    OutOfMemory,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::NotRedis => f.write_str("it is no RDB file"),
            Fault::Version(version) => write!(f, "its version {version} is later than {LATEST}"),
            Fault::Truncated => write!(f, "it ends too early, after {} bytes", self.offset),
            Fault::Checksum => f.write_str("its checksum is wrong"),
            Fault::Trailing => write!(f, "there are bytes behind its end at {}", self.offset),
            Fault::Unsupported(what) => write!(f, "at byte {}: {what}", self.offset),
            Fault::Corrupt(what) => write!(f, "at byte {}: {what}", self.offset),
            Fault::OutOfMemory => write!(f, "at byte {}: no memory is left for more", self.offset),
        }
    }
}

impl std::error::Error for LoadError {}

/// What was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Keys that are there now.
    pub keys: u64,
    /// Keys whose time had come.
    pub expired: u64,
    /// Keys of collections without elements, which were left out.
    pub empty: u64,
    /// Libraries of functions, which were left out: there is no Lua here.
    pub functions: u64,
}

/// A file that is being read.
#[derive(Default)]
pub struct Load {
    /// What was given and not read.
    rest: Vec<u8>,
    /// Nothing can be read before so many bytes are there.
    wanted: usize,
    /// How many bytes were read.
    offset: u64,
    crc: u64,
    version: u16,
    state: State,
    database: Database,
    key: Key,
    report: Report,
}

/// What is known of the next key.
#[derive(Default)]
struct Key {
    name: Box<[u8]>,
    expire_ms: Option<i64>,
    idle_s: Option<i64>,
    frequency: Option<i64>,
}

#[derive(Default)]
enum State {
    #[default]
    Head,
    Opcode,
    Name(u8),
    Value(Box<Building>),
    Checksum,
    End,
}

fn corrupt(what: &'static str) -> Fault {
    Fault::Corrupt(what)
}

/// Why a step went no further.
enum Halt {
    Missing(usize),
    Fault(Fault),
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Halt {
        match stop {
            Stop::Missing(bytes) => Halt::Missing(bytes),
            Stop::Corrupt(what) => Halt::Fault(corrupt(what)),
        }
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Halt {
        Halt::Fault(fault)
    }
}

impl Load {
    /// Reads the next piece of the file. After an error there is nothing more to read.
    pub fn feed(&mut self, keys: &mut Keyspace, piece: &[u8]) -> Result<(), LoadError> {
        let mut rest = std::mem::take(&mut self.rest);
        if rest.is_empty() && piece.len() >= self.wanted {
            let read = self.read(keys, piece)?;
            rest.extend_from_slice(piece.get(read..).unwrap_or_default());
        } else {
            if rest.try_reserve(piece.len()).is_err() {
                return Err(self.error(Fault::OutOfMemory));
            }
            rest.extend_from_slice(piece);
            if rest.len() >= self.wanted {
                let read = self.read(keys, &rest)?;
                rest.drain(..read);
            }
        }
        self.rest = rest;
        Ok(())
    }

    /// The end of the file.
    pub fn end(&self) -> Result<Report, LoadError> {
        if !matches!(self.state, State::End) {
            return Err(self.error(Fault::Truncated));
        }
        Ok(self.report)
    }

    fn error(&self, fault: Fault) -> LoadError {
        LoadError { offset: self.offset, fault }
    }

    /// Reads what is whole; how many bytes that were.
    fn read(&mut self, keys: &mut Keyspace, bytes: &[u8]) -> Result<usize, LoadError> {
        let mut read = 0;
        loop {
            let left = bytes.get(read..).unwrap_or_default();
            if left.is_empty() {
                self.wanted = 0;
                return Ok(read);
            }
            let mut input = Input::new(left);
            let is_checked = !matches!(self.state, State::Checksum);
            match self.step(keys, &mut input) {
                Ok(()) => {
                    let step = left.get(..input.position()).unwrap_or_default();
                    if is_checked {
                        self.crc = crc64::update(self.crc, step);
                    }
                    read += step.len();
                    self.offset += step.len() as u64;
                }
                Err(Halt::Missing(bytes)) => {
                    self.wanted = bytes;
                    return Ok(read);
                }
                Err(Halt::Fault(fault)) => return Err(self.error(fault)),
            }
        }
    }

    fn step(&mut self, keys: &mut Keyspace, input: &mut Input<'_>) -> Result<(), Halt> {
        match &mut self.state {
            State::Head => {
                self.version = head(input.take(HEAD)?)?;
                self.state = State::Opcode;
            }
            State::Opcode => self.opcode(input)?,
            State::Name(form) => {
                let name = input.string()?;
                let building = Building::new(*form).map_err(Fault::Unsupported)?;
                self.key.name = name.into();
                self.state = State::Value(Box::new(building));
            }
            State::Value(building) => {
                if building.step(input, &keys.limits)? {
                    self.keep(keys)?;
                }
            }
            State::Checksum => {
                let sum = input.number()?.cast_unsigned();
                if sum != 0 && sum != self.crc {
                    return Err(Fault::Checksum.into());
                }
                self.state = State::End;
            }
            State::End => return Err(Fault::Trailing.into()),
        }
        Ok(())
    }

    fn opcode(&mut self, input: &mut Input<'_>) -> Result<(), Halt> {
        let opcode = input.byte()?;
        match opcode {
            types::EXPIRE_S => self.key.expire_ms = Some(i64::from(input.u32()?.cast_signed()) * 1000),
            types::EXPIRE_MS => self.key.expire_ms = Some(input.number()?),
            types::FREQUENCY => self.key.frequency = Some(i64::from(input.byte()?)),
            types::IDLE => self.key.idle_s = Some(i64::try_from(input.length()?).unwrap_or(i64::MAX)),
            types::SELECT => {
                let number = input.length()?;
                let database = u32::try_from(number).ok().filter(|&number| number < DATABASES);
                self.database = database.ok_or(Fault::Unsupported("a database beyond the last"))?;
            }
            types::RESIZE => {
                input.length()?;
                input.length()?;
            }
            types::SLOT_INFO => {
                input.length()?;
                input.length()?;
                input.length()?;
            }
            types::AUX => {
                input.string()?;
                input.string()?;
            }
            types::FUNCTION_2 => {
                input.string()?;
                self.report.functions += 1;
            }
            types::FUNCTION => return Err(Fault::Unsupported("functions of a version that was never released").into()),
            types::MODULE_AUX => return Err(Fault::Unsupported("what a module keeps").into()),
            types::END => self.state = if self.version < CHECKED_FROM { State::End } else { State::Checksum },
            form if types::is_value(form) => self.state = State::Name(form),
            _ => return Err(corrupt("an unknown opcode").into()),
        }
        Ok(())
    }

    /// The value of a key is whole.
    #[inline(never)]
    fn keep(&mut self, keys: &mut Keyspace) -> Result<(), Fault> {
        let State::Value(building) = std::mem::replace(&mut self.state, State::Opcode) else { return Ok(()) };
        let value = building.finish().map_err(corrupt)?;
        let key = std::mem::take(&mut self.key);
        if matches!(value, super::read::Loaded::Nothing) {
            self.report.empty += 1;
            return Ok(());
        }
        if key.expire_ms.is_some_and(|expire| expire < keys.now_ms()) {
            self.report.expired += 1;
            return Ok(());
        }
        if keys.contains(self.database, &key.name) {
            return Err(corrupt("a key that is there twice"));
        }
        if memory::used() as u64 > memory::DATA_MAX {
            return Err(Fault::OutOfMemory);
        }
        let access = match (keys.tracking, key.idle_s, key.frequency) {
            (Tracking::LeastRecentlyUsed, Some(idle_s), _) => Some(Access::idle_for(idle_s, keys.now_us())),
            (Tracking::LeastFrequentlyUsed(_), _, Some(frequency)) => {
                Some(Access::of_frequency(frequency, keys.now_us()))
            }
            _ => None,
        };
        keys.restore(self.database, &key.name, value, key.expire_ms, access);
        self.report.keys += 1;
        Ok(())
    }
}

/// The version that the first bytes of a file say.
fn head(head: &[u8]) -> Result<u16, Fault> {
    let digits = head.strip_prefix(b"REDIS").ok_or(Fault::NotRedis)?;
    let version = digits
        .iter()
        .try_fold(0, |version: u16, digit| digit.is_ascii_digit().then(|| version * 10 + u16::from(digit - b'0')));
    let version = version.filter(|&version| version > 0).ok_or(Fault::NotRedis)?;
    if version > LATEST { Err(Fault::Version(version)) } else { Ok(version) }
}
