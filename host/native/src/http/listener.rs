//! The thread of the HTTP port, and who is accepted.

use std::convert::Infallible;
use std::fmt::Write;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener as StdListener, ToSocketAddrs};
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;

use ferrite_http::Access;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::door::{Door, Visitor};
use super::service::Site;
use crate::config::Http;
use crate::limits::{ACCEPT_PAUSE, HTTP_CONNECTIONS, HTTP_HEADER_BYTES, HTTP_HEADER_TIME};
use crate::random;

/// The socket, before anybody is accepted.
#[derive(Debug)]
pub(crate) struct Bound {
    listener: StdListener,
    address: SocketAddr,
}

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Binds the address of the configuration, if it wants HTTP.
pub(crate) fn bind(http: &Http) -> io::Result<Option<Bound>> {
    let Some(port) = http.port else { return Ok(None) };
    let address = match http.bind.parse::<IpAddr>() {
        Ok(ip) => SocketAddr::new(ip, port),
        Err(_) => (http.bind.as_str(), port)
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address"))?,
    };
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(Some(Bound { address: listener.local_addr()?, listener }))
}

impl Bound {
    /// Starts the thread. Whoever it lets in comes out of the receiver.
    pub(crate) fn start(self, http: &Http) -> io::Result<(Running, mpsc::Receiver<Visitor>)> {
        let address = self.address;
        let token = if http.token.is_empty() { None } else { Some(http.token.clone()) };
        let is_new = token.is_none();
        let token = token.unwrap_or_else(new_token);
        let access = Access::new(&token)
            .at(address.ip(), address.port())
            .under(http.allow_host.iter().cloned())
            .open_to(http.allow_origin.iter().cloned());
        // At most one of a connection is on its way.
        let (sender, visitors) = mpsc::channel(HTTP_CONNECTIONS);
        let site = Site::new(access, Door(sender), http.root.clone());
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("http".to_owned()).spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
            let served = runtime.and_then(|runtime| {
                runtime.block_on(async {
                    let listener = TcpListener::from_std(self.listener)?;
                    tokio::select! {
                        () = accept(Rc::new(site), listener) => {}
                        _ = stopped => {}
                    }
                    Ok(())
                })
            });
            if let Err(error) = served {
                tracing::error!("the HTTP port cannot be served: {error}");
            }
        })?;
        if is_new {
            // Louder than a notice: without this line nobody could use the port.
            tracing::warn!(
                "HTTP at http://{address}/, bearer token {token} (none is configured: it is new at each start)"
            );
        } else {
            tracing::info!("HTTP at http://{address}/, with the bearer token of the configuration");
        }
        Ok((Running { stop: Some(stop), thread: Some(thread) }, visitors))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, that was logged where it happened.
            let _ = thread.join();
        }
    }
}

/// 256 bits in hexadecimal digits.
fn new_token() -> String {
    random::bytes::<32>().iter().fold(String::new(), |mut text, byte| {
        // A `String` takes all that is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn accept(site: Rc<Site>, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(HTTP_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!("cannot accept an HTTP client: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are written whole: waiting for more of them would only delay them.
        let _ = stream.set_nodelay(true);
        let site = Rc::clone(&site);
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| {
                let site = Rc::clone(&site);
                async move { Ok::<_, Infallible>(site.answer(address, request).await) }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HTTP_HEADER_TIME)
                .max_buf_size(HTTP_HEADER_BYTES)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!("HTTP client {address}: {error}");
            }
            drop(permit);
        });
    }
}
