//! `wasi:http/outgoing-handler` for a function with NETWORK: each request is checked by the host and port that it names, and
//! by the address that the name leads to; its connection goes to that very address.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::http::uri::Scheme;
use hyper::http::{Request, Response, Uri};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::trust;
use crate::udf::hosts::{Host, is_public};
use crate::udf::limits::{HTTP_BODY_BYTES, HTTP_CONCURRENT, HTTP_REQUESTS};

/// What one call may reach, and what it has used.
#[derive(Debug)]
pub(crate) struct Network {
    hosts: Arc<[Host]>,
    /// Whether any public host may be reached.
    any: bool,
    used: Arc<Used>,
}

/// Shared with the requests under way.
#[derive(Debug, Default)]
struct Used {
    requests: AtomicU32,
    open: AtomicU32,
    /// Bytes of all bodies of responses.
    received: AtomicUsize,
}

/// One request less is open when this is dropped.
#[derive(Debug)]
struct Open(Arc<Used>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl Network {
    pub(crate) fn new(hosts: Arc<[Host]>, any: bool) -> Network {
        Network { hosts, any, used: Arc::default() }
    }

    fn begin(&self) -> Result<Open, Error> {
        let used = &self.used;
        if used.requests.fetch_add(1, Ordering::Relaxed) >= HTTP_REQUESTS {
            return Err(Error::ConnectionLimitReached);
        }
        if used.open.fetch_add(1, Ordering::Relaxed) >= HTTP_CONCURRENT {
            used.open.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::ConnectionLimitReached);
        }
        Ok(Open(Arc::clone(used)))
    }

    /// The host and port of a request that may be sent.
    fn check(&self, uri: &Uri) -> Result<(String, u16), Error> {
        let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
        let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        let (name, port) = (authority.host(), authority.port_u16().unwrap_or(usual));
        if !self.any && !self.hosts.iter().any(|host| host.allows(name, port)) {
            return Err(Error::HttpRequestDenied);
        }
        Ok((name.trim_start_matches('[').trim_end_matches(']').to_owned(), port))
    }
}

/// The addresses of a name that may be connected to. What is not public has to be granted by its own name.
async fn resolve(hosts: &[Host], name: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let found = tokio::net::lookup_host((name, port))
        .await
        .map_err(|error| Error::DnsError { rcode: Some(error.to_string()), info_code: None })?;
    let (mut allowed, mut refused) = (Vec::new(), false);
    for address in found {
        if is_public(address.ip()) || hosts.iter().any(|host| host.names_address(address.ip(), port)) {
            allowed.push(address);
        } else {
            refused = true;
        }
    }
    match (allowed.is_empty(), refused) {
        (false, _) => Ok(allowed),
        (true, true) => Err(Error::DestinationIpProhibited),
        (true, false) => Err(Error::DestinationNotFound),
    }
}

impl WasiHttpHooks for Network {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let allowed = self.check(request.uri()).and_then(|target| Ok((target, self.begin()?)));
        let (hosts, used) = (Arc::clone(&self.hosts), Arc::clone(&self.used));
        Box::new(async move {
            let ((name, port), open) = allowed?;
            send(request, options.unwrap_or_default(), &hosts, (name, port), used, open).await
        })
    }
}

/// Used where the function sets none; the call's own time limit comes first.
const PATIENCE: Duration = Duration::from_secs(600);

async fn send(
    mut request: Request<WasiBody>,
    options: RequestOptions,
    hosts: &[Host],
    (name, port): (String, u16),
    used: Arc<Used>,
    open: Open,
) -> Result<Sent, Error> {
    let patience = options.connect_timeout.unwrap_or(PATIENCE);
    let is_tls = request.uri().scheme() == Some(&Scheme::HTTPS);
    let stream =
        timeout(patience, connect(hosts, &name, port, is_tls)).await.map_err(|_| Error::ConnectionTimeout)??;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // What a server is asked for has no scheme and no host in it; those are in the header.
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse().map_err(|_| Error::HttpRequestUriInvalid)?;
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, Bounded::new(body, Arc::default(), false));
    // Dropped with the call, so that nothing of a call goes on behind it.
    let driver = tokio::spawn(connection);
    let driver = AbortOnDrop(driver);
    let patience = options.first_byte_timeout.unwrap_or(PATIENCE);
    let response = timeout(patience, sender.send_request(request)).await.map_err(|_| Error::ConnectionReadTimeout)?;
    let response = response.map_err(explained)?;
    let response = response.map(|body| Bounded::new(body.map_err(Error::from), used, true).boxed_unsync());
    let end = async move {
        let (_open, mut driver) = (open, driver);
        match (&mut driver.0).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Error::ConnectionTerminated),
        }
    };
    Ok((response, Box::new(end)))
}

/// A request whose own body was too long fails by that.
fn explained(error: hyper::Error) -> Error {
    match error.source().and_then(|source| source.downcast_ref::<Error>()) {
        Some(Error::HttpRequestBodySize(size)) => Error::HttpRequestBodySize(*size),
        _ => error.into(),
    }
}

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to an address that was looked at, so that a second look-up cannot lead elsewhere.
async fn connect(hosts: &[Host], name: &str, port: u16, is_tls: bool) -> Result<Box<dyn Stream>, Error> {
    let addresses = resolve(hosts, name, port).await?;
    let stream = TcpStream::connect(&*addresses).await.map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        _ => Error::Connect(error),
    })?;
    if !is_tls {
        return Ok(Box::new(stream));
    }
    let config = trust::client_config().map_err(|reason| Error::Tls(io::Error::other(reason)))?;
    let server = ServerName::try_from(name.to_owned()).map_err(|_| Error::HttpRequestUriInvalid)?;
    let stream = TlsConnector::from(config).connect(server, stream).await.map_err(Error::Tls)?;
    Ok(Box::new(stream))
}

/// A body that ends with an error when it is longer than a call may send or receive.
struct Bounded<B> {
    body: B,
    counted: Arc<Used>,
    is_response: bool,
}

impl<B> Bounded<B> {
    fn new(body: B, counted: Arc<Used>, is_response: bool) -> Bounded<B> {
        Bounded { body, counted, is_response }
    }
}

impl<B: Body<Data = Bytes, Error = Error> + Unpin> Body for Bounded<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(bytes) = frame.data_ref()
        {
            let before = self.counted.received.fetch_add(bytes.len(), Ordering::Relaxed);
            if before.saturating_add(bytes.len()) > HTTP_BODY_BYTES {
                let most = Some(HTTP_BODY_BYTES as u64);
                return Poll::Ready(Some(Err(match self.is_response {
                    true => Error::HttpResponseBodySize(most),
                    false => Error::HttpRequestBodySize(most),
                })));
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
