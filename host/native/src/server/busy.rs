//! While a function runs long: obeys what must not wait (WASM.KILL, SHUTDOWN), leaves the rest in the kernel.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::os::fd::{AsRawFd, RawFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use ferrite_resp::{Argv, Limits, Parsed, parse};

use super::batch::{Batch, Progress};
use super::clients::{Client, Phase};
use super::exchange::{End, trap_or};
use super::{Shard, events, listener, outbox};
use crate::limits;
use crate::wasm::Next;

/// The commands that matter to a client which finds the server busy; libraries send CLIENT SETINFO before anything else.
/// None of them touches keys. The rest waits.
const OBEYED: [&[u8]; 7] = [b"AUTH", b"CLIENT", b"HELLO", b"QUIT", b"RESET", b"SHUTDOWN", b"WASM.KILL"];

thread_local! {
    /// When to look again: looking at ten thousand sockets must not eat the time of the function.
    static NEXT_LOOK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Looks at every socket once without waiting. Called on the shard's thread from a function's epoch callback, about
/// once a millisecond, while the store is not borrowed.
pub fn serve(shard: &Rc<Shard>) {
    let began = Instant::now();
    if NEXT_LOOK.get().is_some_and(|next| began < next) && !shard.stop.is_requested() {
        return;
    }
    listener::accept_waiting(shard);
    let clients = shard.clients.snapshot();
    for client in clients.iter().filter(|client| !client.output.is_empty()) {
        // Replies to commands before the function: their client need not wait for it.
        let _ = client.output.write_past_runtime(client.stream());
    }
    for client in readable(&clients) {
        if obey(shard, client).is_err() {
            client.disconnect();
        }
    }
    if shard.stop.is_requested() {
        shard.functions.kill();
    }
    let share = began.elapsed() * limits::BUSY_REST_FACTOR;
    NEXT_LOOK.set(Some(Instant::now() + share.max(Duration::from_micros(500))));
}

/// The clients that wait for bytes and have some.
fn readable(clients: &[Rc<Client>]) -> Vec<&Client> {
    let waiting: Vec<&Client> = clients
        .iter()
        .map(Rc::as_ref)
        .filter(|client| client.phase.get() == Phase::Reading && client.output.is_empty())
        .collect();
    let mut polled: Vec<libc::pollfd> = waiting
        .iter()
        .map(|client| libc::pollfd { fd: client.stream().as_raw_fd(), events: libc::POLLIN, revents: 0 })
        .collect();
    let Ok(count) = libc::nfds_t::try_from(polled.len()) else { return Vec::new() };
    // SAFETY: the pointer and the count describe `polled`, which outlives the call.
    if unsafe { libc::poll(polled.as_mut_ptr(), count, 0) } <= 0 {
        return Vec::new();
    }
    waiting.into_iter().zip(polled).filter(|(_, polled)| polled.revents & libc::POLLIN != 0).map(|(it, _)| it).collect()
}

/// Runs the commands at the front of a client's bytes as long as they are ones that are obeyed now.
fn obey(shard: &Rc<Shard>, client: &Client) -> Result<(), End> {
    let fd = client.stream().as_raw_fd();
    for _ in 0..limits::BUSY_COMMANDS {
        let held = client.held.borrow().len();
        let mut bytes = client.held.borrow().clone();
        let room = limits::BUSY_PEEK_BYTES.saturating_sub(held);
        if room == 0 {
            return Ok(());
        }
        bytes.resize(held + room, 0);
        let Some(tail) = bytes.get_mut(held..) else { return Ok(()) };
        let peeked = receive(fd, tail, libc::MSG_PEEK)?;
        bytes.truncate(held + peeked);
        let Some(length) = obeyed_command(&bytes) else { return Ok(()) };
        if length < held {
            return Ok(());
        }
        // Takes exactly the command out of the kernel: what follows it waits there for its turn.
        let mut taken = vec![0; length - held];
        let received = receive(fd, &mut taken, 0)?;
        if received != taken.len() {
            return Err(End::Socket(ErrorKind::UnexpectedEof.into()));
        }
        bytes.truncate(length);
        client.held.take();
        client.need.set(0);
        if !exchange(shard, client, &bytes)? {
            client.disconnect();
            return Ok(());
        }
    }
    Ok(())
}

/// The length of the command at the front, if it is all there and is obeyed now.
fn obeyed_command(bytes: &[u8]) -> Option<usize> {
    let mut argv = Argv::new();
    match parse(bytes, &Limits::default(), &mut argv) {
        Ok(Parsed::Command { consumed }) => {
            let name = argv.get(bytes, 0)?;
            OBEYED.iter().any(|obeyed| name.eq_ignore_ascii_case(obeyed)).then_some(consumed)
        }
        _ => None,
    }
}

/// Runs one command; false when the connection is to be closed.
fn exchange(shard: &Rc<Shard>, client: &Client, command: &[u8]) -> Result<bool, End> {
    let mut turn = trap_or(shard, |shard| shard.store.borrow_mut().exchange(&client.session, command))?;
    client.last_active.set(shard.coarse_seconds.get());
    loop {
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
            Next::Input | Next::Need(_) | Next::Again => break,
            Next::Close | Next::Parked(_) => {
                client.output.write_past_runtime(client.stream())?;
                return Ok(false);
            }
            Next::Host(call) => {
                let mut batch = Batch::new(call);
                let Progress::Done = batch.run(shard, Instant::now()) else { return Ok(false) };
                turn = trap_or(shard, |shard| shard.store.borrow_mut().resume(&client.session, batch.replies(), &[]))?;
            }
        }
    }
    // These replies are small: a client whose socket has no room for them has not read for a long time.
    Ok(client.output.write_past_runtime(client.stream())?)
}

/// Receives without waiting; 0 when there is nothing or the other end is closed, which the client's own task handles.
fn receive(fd: RawFd, buffer: &mut [u8], flags: libc::c_int) -> io::Result<usize> {
    // SAFETY: the pointer and the length describe `buffer`, which outlives the call; the descriptor belongs to a client
    // that the caller borrows.
    let received = unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags | libc::MSG_DONTWAIT) };
    match usize::try_from(received) {
        Ok(received) => Ok(received),
        Err(_) => match io::Error::last_os_error() {
            error if error.kind() == ErrorKind::WouldBlock => Ok(0),
            error => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::obeyed_command;

    #[test]
    fn only_whole_commands_that_must_not_wait_are_taken() {
        assert_eq!(obeyed_command(b"*1\r\n$9\r\nwasm.kill\r\nGET"), Some(19));
        assert_eq!(obeyed_command(b"SHUTDOWN NOSAVE\r\n"), Some(17));
        assert_eq!(obeyed_command(b"*1\r\n$9\r\nWASM.KI"), None, "not all there");
        assert_eq!(obeyed_command(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"), None, "waits its turn");
        assert_eq!(obeyed_command(b"*1\r\n$-5\r\n"), None, "the engine answers malformed bytes, later");
        assert_eq!(obeyed_command(b""), None);
    }
}
