//! `ferrite:store/snapshots`.

use ferrite_store_core as core;

use crate::bindings::exports::ferrite::store::snapshots::{
    Damage, DumpError, Fault, Guest, Piece, RestoreError, Restored,
};
use crate::component::{Component, with_store};

impl Guest for Component {
    fn dump_begin() -> Result<(), DumpError> {
        with_store(core::Store::snapshot_begin).map_err(dump_error)
    }

    fn dump_next(most_bytes: u32, budget_us: u32) -> Result<Piece, DumpError> {
        let piece = with_store(|store| store.snapshot_next(most_bytes as usize, budget_us)).map_err(dump_error)?;
        Ok(Piece { bytes: piece.bytes, is_last: piece.is_last })
    }

    fn dump_abort() {
        with_store(core::Store::snapshot_abort);
    }

    fn dump_kept() {
        with_store(core::Store::snapshot_kept);
    }

    fn unsaved() -> u64 {
        with_store(|store| store.unsaved())
    }

    fn restore_begin() -> Result<(), RestoreError> {
        with_store(core::Store::load_begin).map_err(restore_error)
    }

    fn restore_next(bytes: Vec<u8>) -> Result<(), RestoreError> {
        with_store(|store| store.load_next(&bytes)).map_err(restore_error)
    }

    fn restore_end() -> Result<Restored, RestoreError> {
        let core::Report { keys, expired, empty, functions } =
            with_store(core::Store::load_end).map_err(restore_error)?;
        Ok(Restored { keys, expired, empty, functions })
    }
}

fn dump_error(error: core::SaveError) -> DumpError {
    match error {
        core::SaveError::NotRunning => DumpError::NotRunning,
        core::SaveError::Running => DumpError::Running,
        core::SaveError::InTransaction => DumpError::InTransaction,
        core::SaveError::Outrun => DumpError::Outrun,
    }
}

fn restore_error(error: core::RestoreError) -> RestoreError {
    match error {
        core::RestoreError::NotEmpty => RestoreError::NotEmpty,
        core::RestoreError::Busy => RestoreError::Busy,
        core::RestoreError::NotRunning => RestoreError::NotRunning,
        core::RestoreError::File(error) => {
            RestoreError::File(Damage { offset: error.offset, fault: fault(error.fault) })
        }
    }
}

fn fault(fault: core::Fault) -> Fault {
    match fault {
        core::Fault::NotRedis => Fault::NotRedis,
        core::Fault::Version(version) => Fault::Version(version.into()),
        core::Fault::Truncated => Fault::Truncated,
        core::Fault::Checksum => Fault::Checksum,
        core::Fault::Trailing => Fault::Trailing,
        core::Fault::Unsupported(what) => Fault::Unsupported(what.into()),
        core::Fault::Corrupt(what) => Fault::Corrupt(what.into()),
        core::Fault::OutOfMemory => Fault::OutOfMemory,
    }
}
