//! One HTTP request: a future that is polled whenever its driver says that something happened.

use std::rc::Rc;
use std::task::{Context, Waker};

use crate::access;
use crate::action::Action;
use crate::api;
use crate::event::Event;
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::port::{Port, Progress, Task};
use crate::world::{Level, World};

/// One request of a client, from its head to the end of its answer. See [`Action`] for what a driver does.
///
/// Dropped before its end, it gives back what it has reserved; others that wait for its upstream ask for themselves.
pub struct Exchange {
    port: Rc<Port>,
    /// The answer to the client.
    answer: Option<Task>,
    /// What others may wait for.
    tasks: Vec<Task>,
    over: bool,
    /// Whether the log gets a line at the end.
    logs: bool,
}

impl Exchange {
    /// Begins to answer; there are actions at once.
    #[must_use]
    pub fn new(gateway: Rc<Gateway>, world: Rc<dyn World>, head: RequestHead) -> Self {
        let port = Rc::new(Port::new(world));
        let logs = gateway.config.server.access_log;
        {
            let mut access = port.access.borrow_mut();
            (access.method, access.path) = (access::method(&head.method), api::name(head.route()));
            access.began_ms = port.now();
        }
        let answer: Task = Box::pin(api::answer(gateway, Rc::clone(&port), head));
        let mut exchange = Self { port, answer: Some(answer), tasks: Vec::new(), over: false, logs };
        exchange.poll();
        exchange
    }

    /// Takes what happened. Events that nobody asked for, and those after the end, are dropped.
    pub fn handle(&mut self, event: Event) {
        if self.over {
            return;
        }
        if event == Event::ClientGone {
            self.end_answer();
        } else {
            self.port.take(event);
        }
        self.poll();
    }

    /// The next thing to do. None: nothing until the next event, or, after `Finish` or `Abort`, ever.
    #[expect(clippy::should_implement_trait, reason = "there is something to do again after the next event")]
    pub fn next(&mut self) -> Option<Action> {
        loop {
            if let Some(action) = self.port.next_action() {
                return Some(action);
            }
            if self.over || !self.port.wants_drained() {
                return None;
            }
            self.poll();
        }
    }

    fn end_answer(&mut self) {
        self.answer = None;
        self.port.access.borrow_mut().ended_ms.get_or_insert_with(|| self.port.now());
    }

    /// Once, when nobody works any more.
    fn log(&mut self) {
        if std::mem::take(&mut self.logs) {
            let access = self.port.access.borrow();
            let level = if access.is_probe() { Level::Debug } else { Level::Info };
            self.port.world.log(level, &access.line(self.port.now()));
        }
    }

    fn poll(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        loop {
            self.port.begin_poll();
            if self.answer.as_mut().is_some_and(|answer| answer.as_mut().poll(&mut context).is_ready()) {
                self.end_answer();
                if self.port.progress() != Progress::Ended {
                    self.port.world.log(Level::Error, "an answer ended before it was whole");
                    self.port.abort();
                }
            }
            self.tasks.append(&mut self.port.take_spawned());
            self.tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
            let again = self.port.end_poll();
            if self.answer.is_none() && self.tasks.is_empty() {
                self.port.close();
                self.over = true;
                self.log();
                return;
            }
            if !again {
                return;
            }
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // What was used is known when nobody works any more.
        self.answer = None;
        self.tasks.clear();
        self.log();
    }
}
