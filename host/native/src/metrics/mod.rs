//! `GET /metrics` on an HTTP port of its own: the server's figures and those of each function, for Prometheus.

mod text;

use std::convert::Infallible;
use std::io;
use std::net::TcpListener as StdListener;
use std::rc::Rc;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::limits::{METRICS_CONNECTIONS, METRICS_HEADER_BYTES, METRICS_HEADER_TIME};
use crate::server::Shard;

/// The version of the text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Binds the address of the configuration, such as `127.0.0.1:9121`.
pub(crate) fn bind(address: &str) -> io::Result<StdListener> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers scrapes until it is aborted.
pub(crate) async fn serve(shard: Rc<Shard>, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(METRICS_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, most likely: others need them more.
            tokio::time::sleep(crate::limits::SECOND).await;
            continue;
        };
        let shard = Rc::clone(&shard);
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(answer(&shard, &request))));
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(METRICS_HEADER_TIME)
                .max_buf_size(METRICS_HEADER_BYTES)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!("a scrape of the metrics failed: {error}");
            }
            drop(permit);
        });
    }
}

fn answer(shard: &Shard, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (StatusCode::OK, text::write(shard)),
        (_, "/metrics") => (StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, "the metrics are at /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(FORMAT));
    response
}
