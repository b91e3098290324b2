//! One client's task: read, exchange, write, in turn; nothing is read while replies wait to be taken.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::Shard;
use super::clients::{Client, Phase};
use super::exchange::{self, End, Flow};
use crate::limits;

/// Serves a client until it leaves, then closes its session.
pub(super) async fn serve(shard: Rc<Shard>, client: Rc<Client>, mut reader: OwnedReadHalf) {
    match converse(&shard, &client, &mut reader).await {
        Ok(()) => tracing::debug!("client {} {} is done", client.info.id, client.info.address),
        Err(End::Socket(error)) => tracing::debug!("client {} {}: {error}", client.info.id, client.info.address),
        Err(End::Limit(limit)) => {
            tracing::warn!("client {} {} is disconnected: {limit}", client.info.id, client.info.address);
        }
        Err(End::StoreTrapped) => return,
    }
    shard.clients.remove(client.info.id);
    if !shard.has_failed() {
        // A failure is noted by the shard, and there is nobody left to tell.
        let _ = exchange::trap_or(&shard, |shard| shard.store.borrow_mut().close_session(&client.session));
    }
}

async fn converse(shard: &Rc<Shard>, client: &Client, reader: &mut OwnedReadHalf) -> Result<(), End> {
    poll_fn(|context| {
        client.waker.replace(Some(context.waker().clone()));
        Poll::Ready(())
    })
    .await;
    let mut flow = Flow::Read;
    loop {
        if client.deferred.take() {
            client.phase.set(Phase::Waiting);
            // Behind everyone who is ready now.
            tokio::task::yield_now().await;
            client.output.write(client.stream())?;
        }
        if !client.output.is_empty() {
            client.phase.set(Phase::Waiting);
            flush(shard, client).await?;
        }
        flow = match flow {
            Flow::Read => {
                client.phase.set(Phase::Reading);
                poll_fn(|context| read(shard, client, reader, context)).await?
            }
            Flow::Again => {
                client.phase.set(Phase::Waiting);
                // Behind everyone else who is ready, and behind a look at the sockets.
                tokio::task::yield_now().await;
                exchange::again(shard, client)?
            }
            Flow::Later(reply) => {
                client.phase.set(Phase::Waiting);
                let reply = later(shard, client, reader, reply).await?;
                exchange::resume(shard, client, &reply)?
            }
            Flow::Park(until_us) => {
                client.phase.set(Phase::Parked);
                park(shard, client, reader, until_us).await?;
                exchange::again(shard, client)?
            }
            Flow::Close => return Ok(()),
        };
    }
}

/// Waits for a reply that is made elsewhere. Whoever closes the connection meanwhile ends the wait, and with it the work.
async fn later(
    shard: &Shard,
    client: &Client,
    reader: &mut OwnedReadHalf,
    mut reply: oneshot::Receiver<Vec<u8>>,
) -> Result<Vec<u8>, End> {
    poll_fn(|context| {
        if let Poll::Ready(reply) = Pin::new(&mut reply).poll(context) {
            return Poll::Ready(Ok(reply.unwrap_or_else(|_| b"-ERR the server stopped working on it\r\n".to_vec())));
        }
        hold_input(shard, client, reader, context).map(Err)
    })
    .await
}

/// Keeps what a client sends that waits; ready only when it is gone.
fn hold_input(shard: &Shard, client: &Client, reader: &mut OwnedReadHalf, context: &mut Context<'_>) -> Poll<End> {
    let mut held = client.held.borrow_mut();
    while held.len() < limits::PARKED_INPUT_BYTES {
        let mut scratch = shard.scratch.borrow_mut();
        let mut buffer = ReadBuf::new(&mut scratch);
        match ready!(Pin::new(&mut *reader).poll_read(context, &mut buffer)) {
            Ok(()) if buffer.filled().is_empty() => {
                return Poll::Ready(End::Socket(ErrorKind::UnexpectedEof.into()));
            }
            Ok(()) => held.extend_from_slice(buffer.filled()),
            Err(error) => return Poll::Ready(End::Socket(error)),
        }
    }
    Poll::Pending
}

/// Reads into the shard's buffer and exchanges at once, so that a client that waits owns no buffer.
fn read(
    shard: &Rc<Shard>,
    client: &Client,
    reader: &mut OwnedReadHalf,
    context: &mut Context<'_>,
) -> Poll<Result<Flow, End>> {
    if client.woken.take() {
        // What was delivered did not all fit the socket.
        return Poll::Ready(Ok(Flow::Read));
    }
    let mut scratch = shard.scratch.borrow_mut();
    let mut buffer = ReadBuf::new(&mut scratch);
    ready!(Pin::new(reader).poll_read(context, &mut buffer))?;
    Poll::Ready(match buffer.filled() {
        [] => Err(End::Socket(ErrorKind::UnexpectedEof.into())),
        bytes => exchange::offer(shard, client, bytes),
    })
}

/// Waits until something was delivered or the time is over. What the client sends meanwhile is kept, up to a limit; if
/// it hangs up, nobody waits any more.
async fn park(shard: &Shard, client: &Client, reader: &mut OwnedReadHalf, until_us: Option<u64>) -> Result<(), End> {
    let remaining = until_us.map(|until| Duration::from_micros(until.saturating_sub(shard.clock.now_us())));
    let mut deadline = pin!(sleep(remaining.unwrap_or(limits::LONGEST_PARK)));
    poll_fn(|context| {
        if client.woken.take() || deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        hold_input(shard, client, reader, context).map(Err)
    })
    .await
}

/// Waits until the client has taken what is there for it. Others may add to it meanwhile, so its limits are looked at again
/// and again.
async fn flush(shard: &Shard, client: &Client) -> Result<(), End> {
    loop {
        client.check_output(&shard.settings).map_err(End::Limit)?;
        if let Ok(writable) = timeout(limits::SECOND, client.stream().writable()).await {
            writable?;
            if client.output.write(client.stream())? {
                client.over_since.set(None);
                return Ok(());
            }
        }
    }
}
