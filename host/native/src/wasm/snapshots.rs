//! `ferrite:store/snapshots`.

use std::fmt;

use super::abi::{record, variant};
use super::core::{Core, Export, Result};

/// The exports of the interface.
pub(super) struct Snapshots {
    dump_begin: Export<(), u32>,
    dump_next: Export<(u32, u32), u32>,
    dump_abort: Export<(), ()>,
    dump_kept: Export<(), ()>,
    unsaved: Export<(), u64>,
    restore_begin: Export<(), u32>,
    restore_next: Export<(u32, u32), u32>,
    restore_end: Export<(), u32>,
}

/// Why there is no snapshot, or no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DumpError {
    /// None was begun, or it has ended.
    NotRunning,
    /// One is being written already.
    Running,
    /// A transaction is open.
    InTransaction,
    /// Writes came faster than pieces were taken.
    Outrun,
}
variant!(DumpError { 0 => NotRunning, 1 => Running, 2 => InTransaction, 3 => Outrun });

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The bytes that follow those of the piece before.
    pub bytes: Vec<u8>,
    /// Whether the file ends with them.
    pub is_last: bool,
}
record!(Piece { bytes: Vec<u8>, is_last: bool });

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin as such files do.
    NotRedis,
    /// Its version is later than any that is known.
    Version(u32),
    /// It ends before its end.
    Truncated,
    /// Its checksum is not that of its bytes.
    Checksum,
    /// Something follows its end.
    Trailing,
    /// It needs what there is not.
    Unsupported(String),
    /// Its bytes are not what they should be.
    Corrupt(String),
    /// There is no room for what is in it.
    OutOfMemory,
}
variant!(Fault {
    0 => NotRedis,
    1 => Version(u32),
    2 => Truncated,
    3 => Checksum,
    4 => Trailing,
    5 => Unsupported(String),
    6 => Corrupt(String),
    7 => OutOfMemory,
});

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// So many bytes were right.
    pub offset: u64,
    /// What is wrong with those that follow.
    pub fault: Fault,
}
record!(Damage { offset: u64, fault: Fault });

/// Why nothing is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreError {
    /// There are keys already.
    NotEmpty,
    /// Something else is in progress.
    Busy,
    /// No load was begun.
    NotRunning,
    /// The file is not right.
    File(Damage),
}
variant!(RestoreError { 0 => NotEmpty, 1 => Busy, 2 => NotRunning, 3 => File(Damage) });

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Keys that are there now.
    pub keys: u64,
    /// Keys whose time had come.
    pub expired: u64,
    /// Keys with nothing in them.
    pub empty: u64,
    /// Libraries of Lua functions that were left out.
    pub functions: u64,
}
record!(Restored { keys: u64, expired: u64, empty: u64, functions: u64 });

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DumpError::NotRunning => "there is no snapshot to go on with",
            DumpError::Running => "a snapshot is being written already",
            DumpError::InTransaction => "a transaction is open",
            DumpError::Outrun => "writes came faster than the snapshot could be written",
        })
    }
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RestoreError::NotEmpty => f.write_str("there are keys already"),
            RestoreError::Busy => f.write_str("something else is in progress"),
            RestoreError::NotRunning => f.write_str("nothing is being loaded"),
            RestoreError::File(Damage { offset, fault }) => match fault {
                Fault::NotRedis => f.write_str("it is no RDB file"),
                Fault::Version(version) => write!(f, "version {version} of the RDB format is not known here"),
                Fault::Truncated => write!(f, "it ends too early, after {offset} bytes"),
                Fault::Checksum => f.write_str("its checksum is wrong"),
                Fault::Trailing => write!(f, "there are bytes behind its end, at {offset}"),
                Fault::Unsupported(what) | Fault::Corrupt(what) => write!(f, "at byte {offset}: {what}"),
                Fault::OutOfMemory => write!(f, "at byte {offset}: there is no room for more"),
            },
        }
    }
}

impl Snapshots {
    pub(super) fn find(core: &mut Core) -> Result<Snapshots> {
        const NAME: &str = "snapshots";
        Ok(Snapshots {
            dump_begin: Export::find(core, NAME, "dump-begin")?,
            dump_next: Export::find(core, NAME, "dump-next")?,
            dump_abort: Export::find(core, NAME, "dump-abort")?,
            dump_kept: Export::find(core, NAME, "dump-kept")?,
            unsaved: Export::find(core, NAME, "unsaved")?,
            restore_begin: Export::find(core, NAME, "restore-begin")?,
            restore_next: Export::find(core, NAME, "restore-next")?,
            restore_end: Export::find(core, NAME, "restore-end")?,
        })
    }

    pub(super) fn dump_begin(&self, core: &mut Core) -> Result<std::result::Result<(), DumpError>> {
        self.dump_begin.load(core, ())
    }

    pub(super) fn dump_next(
        &self,
        core: &mut Core,
        most_bytes: u32,
        budget_us: u32,
    ) -> Result<std::result::Result<Piece, DumpError>> {
        self.dump_next.load(core, (most_bytes, budget_us))
    }

    pub(super) fn dump_abort(&self, core: &mut Core) -> Result<()> {
        self.dump_abort.call(core, ())
    }

    pub(super) fn dump_kept(&self, core: &mut Core) -> Result<()> {
        self.dump_kept.call(core, ())
    }

    pub(super) fn unsaved(&self, core: &mut Core) -> Result<u64> {
        self.unsaved.call(core, ())
    }

    pub(super) fn restore_begin(&self, core: &mut Core) -> Result<std::result::Result<(), RestoreError>> {
        self.restore_begin.load(core, ())
    }

    pub(super) fn restore_next(&self, core: &mut Core, bytes: &[u8]) -> Result<std::result::Result<(), RestoreError>> {
        let (at, length) = core.give(bytes)?;
        self.restore_next.load(core, (at, length))
    }

    pub(super) fn restore_end(&self, core: &mut Core) -> Result<std::result::Result<Restored, RestoreError>> {
        self.restore_end.load(core, ())
    }
}
