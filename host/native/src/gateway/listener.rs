//! The gateway's port.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener, ToSocketAddrs};
use std::rc::Rc;
use std::sync::Arc;

use http_body_util::Either;
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use super::body::Answer;
use super::drive::{self, Upstreams};
use super::embedder::Embedder;
use super::instance::Instance;
use super::pool::Pool;
use crate::config::Gateway;
use crate::limits::{ACCEPT_PAUSE, GATEWAY_CONNECTIONS, GATEWAY_HEADER_BYTES, HTTP_HEADER_TIME};
use crate::server::Shard;
use crate::udf::Cache;

/// The socket, before anybody is accepted.
#[derive(Debug)]
pub(crate) struct Bound {
    listener: StdListener,
    pub(crate) address: SocketAddr,
}

/// Binds the address of the configuration.
pub(crate) fn bind(gateway: &Gateway) -> io::Result<Bound> {
    let address = gateway.listen.to_socket_addrs()?.next();
    let address = address.ok_or_else(|| io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address"))?;
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(Bound { address: listener.local_addr()?, listener })
}

impl Bound {
    /// Prepares the component. Serves by what is returned, on the shard's thread.
    pub(crate) fn start(
        self,
        shard: &Rc<Shard>,
        gateway: &Gateway,
        cache: &Cache,
    ) -> wasmtime::Result<impl Future<Output = ()> + use<>> {
        let instance = Instance::new(shard, gateway.settings.clone(), cache)?;
        let embedder = gateway.model.as_deref().map(|folder| Embedder::start(folder, cache)).transpose()?;
        let pool = Pool::new().map_err(wasmtime::Error::msg)?;
        let listener = TcpListener::from_std(self.listener)?;
        Ok(accept(instance, Rc::new(Upstreams { pool, embedder }), listener))
    }
}

async fn accept(instance: Rc<Instance>, upstreams: Rc<Upstreams>, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(GATEWAY_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept clients of the gateway: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Tokens are worth nothing late.
        let _ = stream.set_nodelay(true);
        let (instance, upstreams) = (instance.clone(), upstreams.clone());
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| serve(instance.clone(), upstreams.clone(), request));
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HTTP_HEADER_TIME)
                .max_buf_size(GATEWAY_HEADER_BYTES)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!("client {address} of the gateway: {error}");
            }
            drop(permit);
        });
    }
}

/// Waits for the head of the answer; what follows comes from a task of its own.
async fn serve(
    instance: Rc<Instance>,
    upstreams: Rc<Upstreams>,
    request: Request<Incoming>,
) -> Result<Response<Either<Answer, Empty<Bytes>>>, Infallible> {
    let (head, answer) = oneshot::channel();
    tokio::task::spawn_local(drive::answer(instance, upstreams, request, head));
    Ok(match answer.await {
        Ok(response) => response.map(Either::Left),
        // It said nothing: it was aborted before its head.
        Err(_) => {
            let mut response = Response::new(Either::Right(Empty::new()));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    })
}
