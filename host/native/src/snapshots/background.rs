//! A snapshot while clients are served: the shard gives slices of its time, a thread writes.

use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use super::file::Pending;
use super::tell;
use crate::limits;
use crate::server::Shard;
use crate::wasm::{DumpError, StoreTrapped};

/// Why a snapshot was not begun.
pub(crate) enum Refusal {
    /// One is being written.
    Running,
    /// Anything else, in a few words.
    Other(String),
}

/// Begins a snapshot of what there is now.
pub(crate) fn begin(shard: &Rc<Shard>) -> Result<(), Refusal> {
    let snapshots = &shard.snapshots;
    if snapshots.is_running.get() {
        return Err(Refusal::Running);
    }
    let began = Instant::now();
    snapshots.last_try.set(Some(began));
    match shard.store.borrow_mut().dump_begin() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(Refusal::Other(error.to_string())),
        Err(trapped) => {
            shard.store_trapped(trapped);
            return Err(Refusal::Other("the store failed".to_owned()));
        }
    }
    snapshots.is_running.set(true);
    if let Err(trapped) = tell(shard) {
        shard.store_trapped(trapped);
    }
    let shard = Rc::clone(shard);
    tokio::task::spawn_local(async move {
        let result = write(&shard).await;
        shard.snapshots.is_running.set(false);
        let told = finish(&shard, began, result);
        if let Err(trapped) = told {
            shard.store_trapped(trapped);
        }
    });
    Ok(())
}

fn finish(shard: &Shard, began: Instant, result: Result<(), Failure>) -> Result<(), StoreTrapped> {
    let result = match result {
        Ok(()) => Ok(()),
        Err(Failure::Trapped(trapped)) => return Err(trapped),
        Err(Failure::Other(reason)) => Err(reason),
    };
    shard.snapshots.ended(began, &result);
    if result.is_ok() {
        shard.store.borrow_mut().dump_kept()?;
    } else {
        shard.store.borrow_mut().dump_abort()?;
    }
    tell(shard)
}

/// Why one ended early.
enum Failure {
    Trapped(StoreTrapped),
    Other(String),
}

impl From<StoreTrapped> for Failure {
    fn from(trapped: StoreTrapped) -> Failure {
        Failure::Trapped(trapped)
    }
}

async fn write(shard: &Rc<Shard>) -> Result<(), Failure> {
    let path = shard.snapshots.path().to_owned();
    let (pieces, mut to_write) = mpsc::channel::<Vec<u8>>(limits::SNAPSHOT_PIECES);
    let (answer, written) = oneshot::channel::<io::Result<()>>();
    let thread = std::thread::Builder::new().name("snapshot".to_owned());
    let started = thread.spawn(move || {
        // Nobody asks when the server has stopped.
        let _ = answer.send(store(&path, &mut to_write));
    });
    started.map_err(|error| Failure::Other(format!("no thread: {error}")))?;
    loop {
        let piece = shard.store.borrow_mut().dump_next(limits::SNAPSHOT_PIECE_BYTES, limits::SNAPSHOT_SLICE_US)?;
        let piece = match piece {
            Ok(piece) => piece,
            // A function that calls the host in its middle; it ends soon.
            Err(DumpError::InTransaction) => {
                tokio::time::sleep(limits::SHORTEST_TICK).await;
                continue;
            }
            Err(error) => return Err(Failure::Other(error.to_string())),
        };
        if !piece.bytes.is_empty() && pieces.send(piece.bytes).await.is_err() {
            break;
        }
        if piece.is_last {
            // The thread may have failed: its answer says why.
            let _ = pieces.send(Vec::new()).await;
            break;
        }
        // Others have their turn between two slices.
        tokio::task::yield_now().await;
    }
    drop(pieces);
    match written.await {
        Ok(result) => result.map_err(|error| Failure::Other(error.to_string())),
        Err(_) => Err(Failure::Other("its thread ended".to_owned())),
    }
}

/// Writes pieces to a file until the empty one that ends it; one that breaks off leaves nothing.
fn store(path: &Path, pieces: &mut mpsc::Receiver<Vec<u8>>) -> io::Result<()> {
    let mut file = Pending::create(path)?;
    while let Some(piece) = pieces.blocking_recv() {
        if piece.is_empty() {
            return file.finish();
        }
        file.write(&piece)?;
    }
    Ok(())
}

/// Begins a snapshot if `save` says that it is time for one; called once a second.
pub(crate) fn save_if_due(shard: &Rc<Shard>) -> Result<(), StoreTrapped> {
    let snapshots = &shard.snapshots;
    if snapshots.is_running.get() || !snapshots.has_points() {
        return Ok(());
    }
    let age = super::now_s().saturating_sub(snapshots.last_save_s.get());
    // After a failure not at once again.
    let rests = snapshots.has_failed.get()
        && snapshots.last_try.get().is_some_and(|last| last.elapsed() < limits::SNAPSHOT_RETRY);
    let changes = shard.store.borrow_mut().unsaved()?;
    if !rests && snapshots.points.borrow().are_due(age, changes) {
        tracing::info!("{changes} changes in {age} seconds: a snapshot begins");
        if let Err(Refusal::Other(reason)) = begin(shard) {
            tracing::error!("no snapshot was begun: {reason}");
        }
    }
    Ok(())
}
