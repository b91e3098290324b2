//! Listening sockets, and who is let in.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener, ToSocketAddrs};
use std::rc::Rc;
use std::task::{Context, Poll};

use ferrite_resp::Writer;
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream};

use super::clients::{Client, Phase, SessionInfo};
use super::exchange::trap_or;
use super::output::Output;
use super::{ServeError, Shard, connection};
use crate::config::Server;
use crate::http::Visitor;
use crate::limits;

const TOO_MANY: &[u8] = b"-ERR max number of clients reached\r\n";

/// What Redis tells a client from another machine while there is no password.
const DENIED: &[u8] =
    b"-DENIED Redis is running in protected mode because protected mode is enabled and no password is \
set for the default user. In this mode connections are only accepted from the loopback interface. If you want to \
connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode \
sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same \
host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG \
REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis \
configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started \
the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication \
password for the default user. NOTE: You only need to do one of the above things in order for the server to start \
accepting connections from the outside.\r\n";

/// Binds every address of the configuration. With port 0 the first one takes a free port, and the others the same.
pub(super) fn bind(server: &Server) -> Result<Vec<StdListener>, ServeError> {
    let mut port = server.port;
    let mut listeners = Vec::new();
    for host in &server.bind {
        // As in Redis: `-` says that the address may be missing, `*` is every address.
        let (optional, host) = host.strip_prefix('-').map_or((false, host.as_str()), |host| (true, host));
        let name = if host == "*" { "0.0.0.0" } else { host };
        match bind_one(name, port, server.tcp_backlog) {
            Ok(listener) => {
                port = listener.local_addr().map_or(port, |address| address.port());
                listeners.push(listener);
            }
            Err(error) if optional && error.kind() != io::ErrorKind::AddrInUse => {
                tracing::info!("not listening on {host}: {error}");
            }
            Err(error) => return Err(ServeError::Bind { address: format!("{name}:{port}"), error }),
        }
    }
    if listeners.is_empty() && !server.bind.is_empty() {
        let error = io::Error::new(io::ErrorKind::AddrNotAvailable, "no address to listen on");
        return Err(ServeError::Bind { address: server.bind.join(" "), error });
    }
    Ok(listeners)
}

fn bind_one(host: &str, port: u16, backlog: u32) -> io::Result<StdListener> {
    let address = match host.parse::<IpAddr>() {
        Ok(ip) => SocketAddr::new(ip, port),
        Err(_) => (host, port)
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address"))?,
    };
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // Inherited by every accepted socket, which saves a system call each.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Accepts clients until the server stops.
pub(super) async fn serve(shard: Rc<Shard>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                admit(&shard, stream, address);
            }
            Err(error) if is_of_one_client(&error) => {}
            Err(error) => {
                tracing::warn!("cannot accept clients: {error}");
                tokio::time::sleep(limits::ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Accepts whoever waits right now, without waiting: for the time when a function runs.
pub(super) fn accept_waiting(shard: &Rc<Shard>) {
    for listener in shard.listeners.borrow().iter() {
        while let Ok((stream, address)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            match stream {
                Ok(stream) => admit(shard, stream, address),
                Err(error) => tracing::warn!("cannot serve {address}: {error}"),
            }
        }
    }
    let visitor = || shard.visitors.borrow_mut().as_mut().and_then(|visitors| visitors.try_recv().ok());
    while let Some(visitor) = visitor() {
        admit_visitor(shard, visitor);
    }
}

/// Lets in whoever comes by HTTP, until the server stops.
pub(super) async fn admit_visitors(shard: Rc<Shard>) {
    // Not borrowed while it waits: `accept_waiting` looks too.
    let next = |context: &mut Context<'_>| match shard.visitors.borrow_mut().as_mut() {
        Some(visitors) => visitors.poll_recv(context),
        None => Poll::Ready(None),
    };
    while let Some(visitor) = poll_fn(next).await {
        admit_visitor(&shard, visitor);
    }
}

/// Errors that say something about a client that is gone already, and nothing about the listener.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// Lets a client in, or tells it why not.
fn admit(shard: &Rc<Shard>, stream: TcpStream, address: SocketAddr) {
    if shard.stop.is_requested() {
        return;
    }
    if shard.clients.len() >= shard.settings.maxclients() as usize {
        return refuse(stream, TOO_MANY);
    }
    if shard.settings.is_protected() && !address.ip().to_canonical().is_loopback() {
        return refuse(stream, DENIED);
    }
    if let Some(time) = shard.settings.tcp_keepalive() {
        // As Redis sets it: the probes begin after `time`, three of them in a third of it each.
        let probes = TcpKeepalive::new().with_time(time).with_interval((time / 3).max(limits::SECOND)).with_retries(3);
        if let Err(error) = SockRef::from(&stream).set_tcp_keepalive(&probes) {
            tracing::debug!("no keep-alive for {address}: {error}");
        }
    }
    let local = stream.local_addr().map(|address| address.to_string()).unwrap_or_default();
    open(shard, stream, address, &local);
}

/// Lets a request of the HTTP port in. It showed the token, so it need not show the password.
fn admit_visitor(shard: &Rc<Shard>, visitor: Visitor) {
    if shard.stop.is_requested() {
        return;
    }
    let stream = match TcpStream::from_std(visitor.socket) {
        Ok(stream) => stream,
        Err(error) => return tracing::warn!("cannot serve {}: {error}", visitor.address),
    };
    if shard.clients.len() >= shard.settings.maxclients() as usize {
        return refuse(stream, TOO_MANY);
    }
    let Some(client) = open(shard, stream, visitor.address, "") else { return };
    let Some(password) = shard.settings.password() else { return };
    let mut auth = Writer::new(ferrite_resp::Protocol::Resp2);
    auth.array(2);
    auth.bulk(b"AUTH");
    auth.bulk(password.as_bytes());
    // Its task has not run yet: this is what the session hears first. A trap is noted by the shard.
    let _ = trap_or(shard, |shard| shard.store.borrow_mut().exchange(&client.session, auth.as_bytes()));
}

/// Opens a session and begins to serve it.
fn open(shard: &Rc<Shard>, stream: TcpStream, address: SocketAddr, local: &str) -> Option<Rc<Client>> {
    let address = address.to_string();
    let session = trap_or(shard, |shard| shard.store.borrow_mut().open_session(&address, local)).ok()?;
    let (reader, socket) = stream.into_split();
    let client = Rc::new(Client {
        info: SessionInfo { id: session.id(), address },
        session,
        socket,
        output: Output::default(),
        held: RefCell::default(),
        need: Cell::new(0),
        batch: RefCell::default(),
        deferred: Cell::default(),
        phase: Cell::new(Phase::Reading),
        woken: Cell::default(),
        waker: RefCell::default(),
        last_active: Cell::new(shard.coarse_seconds.get()),
        subscribed: Cell::default(),
        over_since: Cell::default(),
        ended: Cell::default(),
    });
    shard.clients.insert(client.clone());
    tokio::task::spawn_local(connection::serve(shard.clone(), client.clone(), reader));
    Some(client)
}

/// Says why and hangs up. What the socket does not take at once is lost, as with Redis.
fn refuse(stream: TcpStream, reason: &[u8]) {
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write_all(reason);
    }
}
