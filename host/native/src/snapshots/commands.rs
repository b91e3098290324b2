//! SAVE and BGSAVE, which the engine hands out.

use std::rc::Rc;
use std::time::Instant;

use ferrite_resp::Args;

use super::background::{Refusal, begin};
use super::file::Pending;
use super::tell;
use crate::limits;
use crate::server::Shard;

const RUNNING: &str = "-ERR Background save already in progress\r\n";

/// Answers a command, if it is one of these.
pub(crate) fn execute(shard: &Rc<Shard>, argv: Args<'_>, out: &mut Vec<u8>) -> bool {
    let reply = if argv.at(0).eq_ignore_ascii_case(b"bgsave") {
        match begin(shard) {
            Ok(()) => "+Background saving started\r\n".to_owned(),
            Err(Refusal::Running) => RUNNING.to_owned(),
            Err(Refusal::Other(reason)) => format!("-ERR {reason}\r\n"),
        }
    } else if argv.at(0).eq_ignore_ascii_case(b"save") {
        if shard.snapshots.is_running.get() {
            RUNNING.to_owned()
        } else {
            match save(shard) {
                Ok(()) => "+OK\r\n".to_owned(),
                Err(reason) => format!("-ERR {}\r\n", reason.replace(['\r', '\n'], " ")),
            }
        }
    } else {
        return false;
    };
    if let Err(trapped) = tell(shard) {
        shard.store_trapped(trapped);
    }
    out.extend_from_slice(reply.as_bytes());
    true
}

/// Writes a snapshot; everybody waits.
pub(crate) fn save(shard: &Shard) -> Result<(), String> {
    let began = Instant::now();
    shard.snapshots.last_try.set(Some(began));
    let result = write(shard);
    let had_failed = shard.snapshots.has_failed.get();
    shard.snapshots.ended(began, &result);
    if result.is_err() {
        // As in Redis, who asked for this one is told, and nobody else: only one in the background stops writes.
        shard.snapshots.has_failed.set(had_failed);
    }
    let mut store = shard.store.borrow_mut();
    let told = if result.is_ok() { store.dump_kept() } else { store.dump_abort() };
    drop(store);
    if let Err(trapped) = told {
        shard.store_trapped(trapped);
    }
    result
}

fn write(shard: &Shard) -> Result<(), String> {
    let mut file = Pending::create(shard.snapshots.path()).map_err(|error| error.to_string())?;
    let mut store = shard.store.borrow_mut();
    let broken = |trapped: crate::wasm::StoreTrapped| trapped.to_string();
    // One that runs in the background gives way: the server ends.
    store.dump_abort().map_err(broken)?;
    store.dump_begin().map_err(broken)?.map_err(|error| error.to_string())?;
    loop {
        let piece = store.dump_next(limits::SNAPSHOT_PIECE_BYTES, u32::MAX).map_err(broken)?;
        let piece = piece.map_err(|error| error.to_string())?;
        file.write(&piece.bytes).map_err(|error| error.to_string())?;
        if piece.is_last {
            return file.finish().map_err(|error| error.to_string());
        }
    }
}
