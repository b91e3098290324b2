//! A listening socket.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use wasip2::io::poll::Pollable;
use wasip2::io::streams::{InputStream, OutputStream};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress};
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

/// Accepts clients. What is asked of the socket is dropped before it.
pub(crate) struct Listener {
    pub(crate) ready: Pollable,
    socket: TcpSocket,
    pub(crate) address: SocketAddr,
}

impl Listener {
    /// Binds and listens; the error says what the host refused.
    pub(crate) fn bind(address: SocketAddr) -> Result<Listener, String> {
        let failed = |code: ErrorCode| {
            let hint = match code {
                ErrorCode::AccessDenied => ": the host gives no network; under wasmtime, add `-S inherit-network`",
                ErrorCode::AddressInUse => ": somebody listens there already",
                _ => "",
            };
            format!("cannot listen on {address}: {}{hint}", code.name())
        };
        let family = if address.is_ipv4() { IpAddressFamily::Ipv4 } else { IpAddressFamily::Ipv6 };
        let socket = create_tcp_socket(family).map_err(failed)?;
        let ready = socket.subscribe();
        socket.start_bind(&instance_network(), to_wasi(address)).map_err(failed)?;
        wait(&ready, || socket.finish_bind()).map_err(failed)?;
        socket.start_listen().map_err(failed)?;
        wait(&ready, || socket.finish_listen()).map_err(failed)?;
        let address = socket.local_address().map(from_wasi).map_err(failed)?;
        Ok(Listener { ready, socket, address })
    }

    /// The next client that waits, if one does.
    pub(crate) fn accept(&self) -> Option<(InputStream, OutputStream, TcpSocket, String)> {
        let (socket, input, output) = self.socket.accept().ok()?;
        let address = socket.remote_address().map(|address| from_wasi(address).to_string()).unwrap_or_default();
        Some((input, output, socket, address))
    }
}

/// Calls `step` until it no longer says that it would block.
fn wait(ready: &Pollable, mut step: impl FnMut() -> Result<(), ErrorCode>) -> Result<(), ErrorCode> {
    loop {
        match step() {
            Err(ErrorCode::WouldBlock) => ready.block(),
            done => return done,
        }
    }
}

fn to_wasi(address: SocketAddr) -> IpSocketAddress {
    let port = address.port();
    match address.ip() {
        IpAddr::V4(ip) => IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: ip.octets().into() }),
        IpAddr::V6(ip) => {
            IpSocketAddress::Ipv6(Ipv6SocketAddress { port, flow_info: 0, address: ip.segments().into(), scope_id: 0 })
        }
    }
}

fn from_wasi(address: IpSocketAddress) -> SocketAddr {
    match address {
        IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (a, b, c, d) }) => {
            (Ipv4Addr::new(a, b, c, d), port).into()
        }
        IpSocketAddress::Ipv6(Ipv6SocketAddress { port, address: (a, b, c, d, e, f, g, h), .. }) => {
            (Ipv6Addr::new(a, b, c, d, e, f, g, h), port).into()
        }
    }
}
