//! A client's socket, which can be reset, and which says when everything was written to it.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The socket.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    line: Arc<Line>,
}

/// What the answers on a connection know of its socket.
#[derive(Debug, Default)]
pub(crate) struct Line {
    is_reset: AtomicBool,
    flushes: AtomicU64,
    waiting: Mutex<Option<Waker>>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, line: Arc<Line>) -> Wire {
        Wire { stream, line }
    }
}

impl Line {
    /// When the connection is closed, it is closed by a reset.
    pub(crate) fn reset(&self) {
        self.is_reset.store(true, Ordering::Relaxed);
    }

    /// How often all that was to be written had been written.
    pub(crate) fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Acquire)
    }

    /// Wakes the task of this context after the next time. One waits at a time: HTTP/1.1 has one answer at a time, and
    /// under HTTP/2 all of a connection's tasks are woken by its progress anyway.
    pub(crate) fn wake_after_flush(&self, context: &Context<'_>) {
        let waker = context.waker().clone();
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    fn flushed(&self) {
        self.flushes.fetch_add(1, Ordering::Release);
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        // Whoever is above flushes only when its own buffer is empty.
        ready!(Pin::new(&mut wire.stream).poll_flush(context))?;
        wire.line.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.is_reset.load(Ordering::Relaxed) {
            // If the client has closed it before, there is nothing left to reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}
