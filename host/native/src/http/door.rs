//! From a request to a session: the shard gets one end of a pair of sockets and serves it as any client's.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;

use socket2::{Domain, Socket, Type};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

/// A client whose token was checked already.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// One end of a pair. It is no TCP, but is read and written like it; only addresses it has none.
    pub(crate) socket: TcpStream,
    /// Where the request came from.
    pub(crate) address: SocketAddr,
}

/// Where visitors go in.
#[derive(Clone, Debug)]
pub(super) struct Door(pub(super) mpsc::Sender<Visitor>);

impl Door {
    /// The other end of a new session's socket. It is closed with the session's last reply unread, or with this end.
    pub(super) async fn enter(&self, address: SocketAddr) -> io::Result<UnixStream> {
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::STREAM, None)?;
        ours.set_nonblocking(true)?;
        theirs.set_nonblocking(true)?;
        let visitor = Visitor { socket: theirs.into(), address };
        self.0.send(visitor).await.map_err(|_| io::Error::from(io::ErrorKind::ConnectionAborted))?;
        UnixStream::from_std(OwnedFd::from(ours).into())
    }
}
