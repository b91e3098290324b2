//! What both shells give to the core: time, chance, the store.

use std::cell::RefCell;
use std::rc::Rc;
use std::vec;

use ferrite_gateway::{Level, Reply, StoreError, World};

use crate::bindings::ferrite::store::commands::{self, Error};
use crate::bindings::ferrite::store::environment;
use crate::bindings::ferrite::store::types::Node;

/// Where log lines and wakes go.
pub(crate) enum Sink {
    /// To standard error; nobody shares an instance, so nobody is woken.
    StandardError,
    /// To the host, with its next actions.
    Host(&'static Outbox),
}

/// What the host is told with the next actions.
#[derive(Default)]
pub(crate) struct Outbox {
    pub(crate) lines: RefCell<Vec<(Level, String)>>,
    pub(crate) woken: RefCell<Vec<u64>>,
}

/// The world of one exchange.
pub(crate) struct Shell {
    /// The exchange's number.
    number: u64,
    sink: Sink,
    /// Commands of which nobody needs the reply: with a host's sink they run when the exchange is over, so that its client has
    /// not to wait.
    later: RefCell<Vec<Vec<Vec<u8>>>>,
}

impl Shell {
    pub(crate) fn new(number: u64, sink: Sink) -> Rc<Shell> {
        Rc::new(Shell { number, sink, later: RefCell::default() })
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        for argv in self.later.take() {
            // What nobody needs is not missed.
            let _ = commands::execute(&argv);
        }
    }
}

impl World for Shell {
    fn now_ms(&self) -> u64 {
        environment::now_us() / 1000
    }

    fn random(&self) -> u64 {
        environment::entropy()
    }

    fn store(&self, argv: &[&[u8]]) -> Result<Reply, StoreError> {
        match commands::execute(&owned(argv)) {
            Ok(nodes) => Ok(reply(nodes)),
            Err(Error::Command(line)) => match line.strip_prefix("UNAVAILABLE ") {
                Some(reason) => Err(StoreError::Unavailable(reason.to_owned())),
                None => Err(StoreError::Command(line)),
            },
            Err(Error::NotPermitted(reason)) => Err(StoreError::Command(format!("NOPERM {reason}"))),
            Err(Error::LimitExceeded(limit)) => Err(StoreError::Command(format!(
                "ERR limit {} is {}, {} were asked for",
                limit.name, limit.allowed, limit.requested
            ))),
        }
    }

    fn store_later(&self, argv: &[&[u8]]) {
        match self.sink {
            Sink::Host(_) => self.later.borrow_mut().push(owned(argv)),
            // An instance that still works when the next request comes is not asked: another one, with a store of its own, is.
            Sink::StandardError => drop(self.store(argv)),
        }
    }

    fn log(&self, level: Level, text: &str) {
        match self.sink {
            Sink::StandardError => {
                let level = match level {
                    Level::Debug => return,
                    Level::Info => "info",
                    Level::Warning => "warning",
                    Level::Error => "error",
                };
                let line = format!("{level}: {text}\n");
                let out = wasip2::cli::stderr::get_stderr();
                for piece in line.as_bytes().chunks(4096) {
                    // Where nobody reads the log, nothing is lost.
                    let _ = out.blocking_write_and_flush(piece);
                }
            }
            Sink::Host(outbox) => outbox.lines.borrow_mut().push((level, text.to_owned())),
        }
    }

    fn can_wake(&self) -> bool {
        matches!(self.sink, Sink::Host(_))
    }

    fn wake(&self) {
        if let Sink::Host(outbox) = self.sink {
            outbox.woken.borrow_mut().push(self.number);
        }
    }
}

fn owned(argv: &[&[u8]]) -> Vec<Vec<u8>> {
    argv.iter().map(|word| word.to_vec()).collect()
}

/// The tree of a reply's nodes, in the terms of RESP2.
fn reply(nodes: Vec<Node>) -> Reply {
    tree(&mut nodes.into_iter())
}

/// The next tree of the nodes. What is missing, which no store leaves out, is nil; nodes nest 32 deep at most.
fn tree(nodes: &mut vec::IntoIter<Node>) -> Reply {
    let next = nodes.next();
    let mut list = |count: u32| (0..count).map(|_| tree(nodes)).collect();
    match next {
        None | Some(Node::Null) => Reply::Nil,
        Some(Node::Boolean(yes)) => Reply::Integer(yes.into()),
        Some(Node::Integer(number)) => Reply::Integer(number),
        Some(Node::Double(number)) => Reply::Bulk(number.to_string().into_bytes()),
        Some(Node::Bytes(bytes)) => Reply::Bulk(bytes),
        Some(Node::Status(text) | Node::Failure(text)) => Reply::Status(text),
        Some(Node::Array(count) | Node::Set(count)) => Reply::Array(list(count)),
        Some(Node::Map(count)) => Reply::Array(list(count.saturating_mul(2))),
    }
}
