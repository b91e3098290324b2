//! Hands a client's bytes to the engine and obeys what each turn says.

use std::io;
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::oneshot;

use super::batch::{Batch, Progress};
use super::clients::{Client, Phase};
use super::{Shard, events, outbox};
use crate::limits;
use crate::wasm::{Next, StoreTrapped};

/// What a connection does next, once its output is written.
#[derive(Debug)]
pub(super) enum Flow {
    /// Read more bytes.
    Read,
    /// Let others have their turn, then offer the held bytes again.
    Again,
    /// Wait for the reply to a command that the host executes elsewhere.
    Later(oneshot::Receiver<Vec<u8>>),
    /// Wait for a delivery, or until this time in microseconds since the Unix epoch, then offer the held bytes again.
    Park(Option<u64>),
    /// Close the connection.
    Close,
}

/// Why a connection ended before its client said so.
#[derive(Debug)]
pub(super) enum End {
    /// The socket failed, or its other end closed it.
    Socket(io::Error),
    /// The client exceeded a limit; the text says which.
    Limit(String),
    /// The store component trapped; the shard knows.
    StoreTrapped,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> End {
        End::Socket(error)
    }
}

/// Takes bytes that the client just sent. They are copied only if the engine cannot use them yet.
pub(super) fn offer(shard: &Rc<Shard>, client: &Client, bytes: &[u8]) -> Result<Flow, End> {
    let mut held = client.held.take();
    if held.is_empty() {
        let (flow, consumed) = run(shard, client, bytes)?;
        if let Some(rest) = bytes.get(consumed..).filter(|rest| !rest.is_empty()) {
            client.held.replace(rest.to_vec());
        }
        return Ok(flow);
    }
    grow(&mut held, bytes.len(), client.need.get());
    held.extend_from_slice(bytes);
    if held.len() > limits::QUERY_BUFFER_BYTES {
        return Err(End::Limit(format!("its unfinished command has {} bytes", held.len())));
    }
    if held.len() < client.need.get() {
        client.held.replace(held);
        return Ok(Flow::Read);
    }
    run_held(shard, client, held)
}

/// Goes on with the batch that was interrupted, if one was, and offers the held bytes again.
pub(super) fn again(shard: &Rc<Shard>, client: &Client) -> Result<Flow, End> {
    let held = client.held.take();
    run_held(shard, client, held)
}

/// Takes the reply to the command that the host executed elsewhere, and goes on.
pub(super) fn resume(shard: &Rc<Shard>, client: &Client, reply: &[u8]) -> Result<Flow, End> {
    if let Some(batch) = client.batch.borrow_mut().as_mut() {
        batch.answer(reply);
    }
    again(shard, client)
}

fn run_held(shard: &Rc<Shard>, client: &Client, mut held: Vec<u8>) -> Result<Flow, End> {
    // What is big is announced once more: the engine may have less room now than when it asked for it, and bytes that
    // find none in its memory would end it.
    while held.len() > limits::BIG_INPUT_BYTES {
        let (flow, consumed) = run(shard, client, held.get(..limits::READ_BUFFER_BYTES).unwrap_or(&held))?;
        held.drain(..consumed);
        if !matches!(flow, Flow::Read) {
            client.held.replace(held);
            return Ok(flow);
        }
        if consumed == 0 {
            break;
        }
    }
    let (flow, consumed) = run(shard, client, &held)?;
    if consumed < held.len() {
        held.drain(..consumed);
        if held.capacity() > 2 * held.len().max(limits::READ_BUFFER_BYTES) {
            held.shrink_to_fit();
        }
        client.held.replace(held);
    }
    Ok(flow)
}

/// Grows by doubling, but never past what the engine waits for: a big value costs its size, not twice that, and a
/// header that only announces one costs nothing.
fn grow(held: &mut Vec<u8>, more: usize, need: usize) {
    let wanted = held.len() + more;
    if wanted > held.capacity() {
        let doubled = (2 * held.capacity()).min(need).max(wanted);
        held.reserve_exact(doubled - held.len());
    }
}

/// Exchanges until the engine has what it wants from `input`; returns how much of it was consumed.
fn run(shard: &Rc<Shard>, client: &Client, input: &[u8]) -> Result<(Flow, usize), End> {
    client.phase.set(Phase::Running);
    shard.count_turn(client.info.id);
    client.last_active.set(shard.coarse_seconds.get());
    let mut consumed = 0;
    let mut withheld = false;
    let mut since = None;
    let mut batch = client.batch.take();
    let flow = loop {
        let turn = match batch.take() {
            None => trap_or(shard, |shard| shard.store.borrow_mut().exchange(&client.session, input))?,
            Some(mut unanswered) => {
                let since = *since.get_or_insert_with(Instant::now);
                match unanswered.run(shard, since) {
                    Progress::Done => {}
                    Progress::Later(reply) => {
                        client.batch.replace(Some(unanswered));
                        break Flow::Later(reply);
                    }
                    Progress::Paused => {
                        client.batch.replace(Some(unanswered));
                        break Flow::Again;
                    }
                }
                if shard.has_failed() {
                    return Err(End::StoreTrapped);
                }
                // The rest of the pipeline waits when this client has had its share, or takes no replies.
                withheld = since.elapsed() > limits::TURN_TIME
                    || (client.output.len() > limits::OUTPUT_BATCH_BYTES && !client.output.write(client.stream())?);
                let rest = if withheld { &[] } else { input.get(consumed..).unwrap_or_default() };
                let replies = unanswered.replies();
                trap_or(shard, |shard| shard.store.borrow_mut().resume(&client.session, replies, rest))?
            }
        };
        consumed += turn.consumed as usize;
        let (has_outbox, has_events) = (turn.has_outbox(), turn.has_events());
        client.subscribed.set(turn.is_subscribed());
        client.output.push(turn.replies);
        if has_outbox {
            outbox::deliver(shard)?;
        }
        if has_events {
            events::apply(shard)?;
        }
        match turn.next {
            Next::Input | Next::Need(_) if withheld && consumed < input.len() => break Flow::Again,
            Next::Input => {
                client.need.set(0);
                break Flow::Read;
            }
            Next::Need(bytes) => {
                client.need.set(bytes as usize);
                break Flow::Read;
            }
            Next::Again => break Flow::Again,
            Next::Close => break Flow::Close,
            Next::Parked(until_us) => {
                client.need.set(0);
                break Flow::Park(until_us);
            }
            Next::Host(call) => batch = Some(Batch::new(call)),
        }
    };
    // At once: the client works on these replies while others are served. Those of functions go out together at the end
    // of the round: such a client has waited so long that it sleeps, and waking it is what costs most
    // (`docs/decisions/0005-replies-are-written-at-once.md`).
    match since {
        None => {
            client.output.write(client.stream())?;
        }
        Some(_) => client.deferred.set(true),
    }
    Ok((flow, consumed))
}

/// Runs a call into the store, and tells the shard if it trapped.
pub(super) fn trap_or<T>(shard: &Shard, call: impl FnOnce(&Shard) -> Result<T, StoreTrapped>) -> Result<T, End> {
    call(shard).map_err(|trapped| {
        shard.store_trapped(trapped);
        End::StoreTrapped
    })
}

#[cfg(test)]
mod tests {
    use super::grow;

    #[test]
    fn a_buffer_never_grows_past_what_the_engine_waits_for() {
        let mut held = Vec::new();
        for _ in 0..100 {
            grow(&mut held, 1000, 100_000);
            held.resize(held.len() + 1000, 0);
            assert!(held.capacity() <= 100_000);
        }
        assert_eq!(held.capacity(), 100_000);
    }

    #[test]
    fn a_header_that_announces_half_a_gigabyte_allocates_nothing_for_it() {
        let mut held = b"*1\r\n$536870912\r\n".to_vec();
        grow(&mut held, 100, 536_870_930);
        assert!(held.capacity() < 1000);
    }
}
