//! The port: who is accepted, and how connections are served.

use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::limits::{ACCEPT_PAUSE, CONNECTIONS};
use crate::service::{self, Shared};
use crate::wire::{Line, Wire};

/// Serves HTTP/1.1 and HTTP/2 (with prior knowledge) until it is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let builder = Builder::new(TokioExecutor::new());
    // The semaphore is never closed.
    while let Ok(permit) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Each event is to be seen when it is sent.
        let _ = stream.set_nodelay(true);
        let (builder, shared) = (builder.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            connection(&builder, stream, shared).await;
            drop(permit);
        });
    }
}

async fn connection(builder: &Builder<TokioExecutor>, stream: TcpStream, shared: Arc<Shared>) {
    let line = Arc::new(Line::default());
    let wire = Wire::new(stream, Arc::clone(&line));
    let service = service_fn(move |request| service::answer(Arc::clone(&shared), Arc::clone(&line), request));
    // How it ended is in the record of its requests.
    let _ = builder.serve_connection(TokioIo::new(wire), service).await;
}
