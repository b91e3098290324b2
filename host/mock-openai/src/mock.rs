//! A mock on a thread of its own, for tests.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::limits::TEST_KEPT_REQUESTS;
use crate::record::Request;
use crate::script::{Script, Then};
use crate::server;
use crate::service::Shared;

/// A mock on a free port of 127.0.0.1; it stops when this is dropped.
///
/// ```
/// # use ferrite_mock_openai::{Mock, Script};
/// let mock = Mock::start(Script::default());
/// assert!(mock.url().starts_with("http://127.0.0.1:"));
/// assert!(mock.requests().is_empty());
/// ```
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Mock {
    /// Starts.
    ///
    /// # Panics
    ///
    /// When the machine has no port or no thread left.
    pub fn start(script: Script) -> Mock {
        let shared = Arc::new(Shared::new(script, Then::default(), TEST_KEPT_REQUESTS));
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
        listener.set_nonblocking(true).expect("a new socket can be set up");
        let address = listener.local_addr().expect("a bound socket has an address");
        let served = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("mock-openai".to_owned()).spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("there are descriptors left");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("the socket does not block");
                tokio::select! {
                    () = server::serve(listener, served) => {}
                    _ = stopped => {}
                }
            });
        });
        Mock { address, shared, stop: Some(stop), thread: Some(thread.expect("there is room for a thread")) }
    }

    /// Such as `http://127.0.0.1:40123`: without `/v1`, as Anthropic's clients want it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Begins another script, from its first request; what is under way goes on by the old one.
    pub fn set_script(&self, script: Script) {
        self.shared.set_script(script);
    }

    /// The last requests, the oldest first; at most [`TEST_KEPT_REQUESTS`].
    pub fn requests(&self) -> Vec<Request> {
        self.shared.record.list().1
    }

    /// How many requests came in since it began, those that are forgotten too.
    pub fn total(&self) -> u64 {
        self.shared.record.list().0
    }

    /// Forgets the requests.
    pub fn clear(&self) {
        self.shared.record.clear();
    }

    /// The requests, once they are as wanted: an exchange may end a moment after its client has seen its end.
    ///
    /// # Panics
    ///
    /// When they are not within ten seconds.
    pub fn wait_for(&self, wanted: impl Fn(&[Request]) -> bool) -> Vec<Request> {
        let limit = Instant::now() + Duration::from_secs(10);
        loop {
            let requests = self.requests();
            if wanted(&requests) {
                return requests;
            }
            assert!(Instant::now() < limit, "the requests are not as wanted: {requests:#?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, that was printed where it happened.
            let _ = thread.join();
        }
    }
}
