//! Where the futures of an exchange meet its events and actions: here time, the client and its answer; [`calls`] go
//! elsewhere.

mod calls;

pub(crate) use calls::Upstream;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

use crate::access::Access;
use crate::account::standing::Standing;
use crate::action::{Action, CallId};
use crate::event::{Event, FailureKind, PolicyAnswer, PolicyFailure, UpstreamEvent};
use crate::head::Headers;
use crate::world::World;

/// Work that an exchange does beside its answer.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A time limit that passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elapsed;

/// The request's body cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BodyLost;

/// An upstream's answer that does not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) text: String,
}

/// How far the answer to the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Waiting,
    Begun,
    Ended,
}

pub(crate) struct Port {
    pub(crate) world: Rc<dyn World>,
    state: RefCell<State>,
    /// Whether the futures are being polled: who notifies meanwhile needs no wake.
    polling: Cell<bool>,
    /// Whether to poll once more.
    again: Cell<bool>,
    /// The client asked for the head only.
    silent: Cell<bool>,
    /// What the log will say.
    pub(crate) access: RefCell<Access>,
    /// What the client has left of its limits.
    pub(crate) standing: RefCell<Standing>,
}

struct State {
    actions: VecDeque<Action>,
    body: VecDeque<Result<Option<Vec<u8>>, BodyLost>>,
    body_asked: bool,
    calls: BTreeMap<CallId, Inbox>,
    last_call: u64,
    /// The soonest time that a future waits for, as of the last poll.
    wanted: Option<u64>,
    /// What the driver was told last, unless that has passed.
    told: Option<u64>,
    drain_wanted: bool,
    progress: Progress,
    /// What comes behind everything else.
    last: Option<Action>,
    spawned: Vec<Task>,
}

enum Inbox {
    Upstream { events: VecDeque<UpstreamEvent>, asked: bool, over: bool },
    Embedded(Option<Result<Vec<Vec<f32>>, String>>),
    Policy(Option<Result<PolicyAnswer, PolicyFailure>>),
}

impl Port {
    pub(crate) fn new(world: Rc<dyn World>) -> Self {
        let state = State {
            actions: VecDeque::new(),
            body: VecDeque::new(),
            body_asked: false,
            calls: BTreeMap::new(),
            last_call: 0,
            wanted: None,
            told: None,
            drain_wanted: false,
            progress: Progress::Waiting,
            last: None,
            spawned: Vec::new(),
        };
        Self {
            world,
            state: RefCell::new(state),
            polling: Cell::new(false),
            again: Cell::new(false),
            silent: Cell::new(false),
            access: RefCell::default(),
            standing: RefCell::default(),
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.world.now_ms()
    }

    // The driver's side.

    /// Takes what happened; what nobody asked for is dropped.
    pub(crate) fn take(&self, event: Event) {
        let state = &mut *self.state.borrow_mut();
        match event {
            Event::Body(piece) => state.take_body(Ok(Some(piece))),
            Event::BodyEnd => state.take_body(Ok(None)),
            Event::BodyFailed => state.take_body(Err(BodyLost)),
            Event::Upstream(id, event) => {
                let Some(Inbox::Upstream { events, asked, over }) = state.calls.get_mut(&id) else { return };
                let failed = matches!(event, UpstreamEvent::Failed { .. });
                if !*over && (*asked || failed) {
                    *asked = false;
                    *over = failed || event == UpstreamEvent::End;
                    events.push_back(event);
                }
            }
            Event::Embedded(id, result) => {
                if let Some(Inbox::Embedded(slot)) = state.calls.get_mut(&id) {
                    *slot = Some(result);
                }
            }
            Event::Policy(id, result) => {
                if let Some(Inbox::Policy(slot)) = state.calls.get_mut(&id) {
                    *slot = Some(result);
                }
            }
            Event::Woken => state.told = None,
            Event::ClientGone => {}
        }
    }

    pub(crate) fn next_action(&self) -> Option<Action> {
        self.state.borrow_mut().actions.pop_front()
    }

    /// Whether a future waits until all actions are taken, and they are.
    pub(crate) fn wants_drained(&self) -> bool {
        let state = self.state.borrow();
        state.drain_wanted && state.actions.is_empty()
    }

    /// Before futures are polled: they say anew what they wait for.
    pub(crate) fn begin_poll(&self) {
        self.polling.set(true);
        self.again.set(false);
        let mut state = self.state.borrow_mut();
        state.wanted = None;
        state.drain_wanted = false;
    }

    /// After futures were polled; whether to do it again at once.
    pub(crate) fn end_poll(&self) -> bool {
        self.polling.set(false);
        if self.again.get() {
            return true;
        }
        let mut state = self.state.borrow_mut();
        // A timer that rings too early costs less than one action for every piece of a stream.
        if let Some(wanted) = state.wanted
            && state.told.is_none_or(|told| wanted < told)
        {
            state.told = Some(wanted);
            state.actions.push_back(Action::WakeAt(wanted));
        }
        false
    }

    pub(crate) fn take_spawned(&self) -> Vec<Task> {
        std::mem::take(&mut self.state.borrow_mut().spawned)
    }

    /// The last action of all: nobody works any more.
    pub(crate) fn close(&self) {
        let state = &mut *self.state.borrow_mut();
        let last = state.last.take().unwrap_or(Action::Abort);
        state.progress = Progress::Ended;
        state.actions.push_back(last);
    }

    pub(crate) fn progress(&self) -> Progress {
        self.state.borrow().progress
    }

    // The futures' side.

    /// Something changed that futures of this exchange may wait for.
    pub(crate) fn notify(&self) {
        if self.polling.get() {
            self.again.set(true);
        } else {
            self.world.wake();
        }
    }

    /// Does something beside the answer, also after the client has gone.
    pub(crate) fn spawn(&self, task: Task) {
        self.state.borrow_mut().spawned.push(task);
        self.again.set(true);
    }

    /// The next piece of the request's body, none at its end.
    pub(crate) async fn body(&self) -> Result<Option<Vec<u8>>, BodyLost> {
        {
            let mut state = self.state.borrow_mut();
            if !state.body_asked && state.body.is_empty() {
                state.body_asked = true;
                state.actions.push_back(Action::ReadBody);
            }
        }
        poll_fn(|_| match self.state.borrow_mut().body.pop_front() {
            Some(piece) => Poll::Ready(piece),
            None => Poll::Pending,
        })
        .await
    }

    /// The answer has a head and no body.
    pub(crate) fn be_silent(&self) {
        self.silent.set(true);
    }

    pub(crate) fn begin(&self, status: u16, mut headers: Headers) {
        self.standing.borrow().write(&mut headers, self.now());
        let mut state = self.state.borrow_mut();
        if state.progress == Progress::Waiting {
            state.progress = Progress::Begun;
            self.access.borrow_mut().status = status;
            state.actions.push_back(Action::Head { status, headers });
        }
    }

    pub(crate) fn write(&self, bytes: Vec<u8>) {
        let mut state = self.state.borrow_mut();
        if state.progress == Progress::Begun && !bytes.is_empty() && !self.silent.get() {
            state.actions.push_back(Action::Write(bytes));
        }
    }

    pub(crate) fn finish(&self) {
        self.end(Action::Finish);
    }

    pub(crate) fn abort(&self) {
        self.end(Action::Abort);
    }

    fn end(&self, action: Action) {
        let mut state = self.state.borrow_mut();
        if state.progress != Progress::Ended {
            state.progress = Progress::Ended;
            state.last = Some(action);
        }
    }

    /// Until the driver has taken all actions: the client's pace.
    pub(crate) async fn drained(&self) {
        poll_fn(|_| {
            let mut state = self.state.borrow_mut();
            if state.actions.is_empty() {
                return Poll::Ready(());
            }
            state.drain_wanted = true;
            Poll::Pending
        })
        .await;
    }

    /// Until this time, in milliseconds since the Unix epoch.
    pub(crate) async fn sleep_until(&self, at_ms: u64) {
        poll_fn(|_| self.poll_time(at_ms)).await;
    }

    fn poll_time(&self, at_ms: u64) -> Poll<()> {
        if self.now() >= at_ms {
            return Poll::Ready(());
        }
        let mut state = self.state.borrow_mut();
        state.wanted = Some(state.wanted.map_or(at_ms, |wanted| wanted.min(at_ms)));
        Poll::Pending
    }

    /// What a future gives, unless this time comes before.
    pub(crate) async fn before<T>(&self, at_ms: u64, future: impl Future<Output = T>) -> Result<T, Elapsed> {
        let mut future = pin!(future);
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending => self.poll_time(at_ms).map(|()| Err(Elapsed)),
        })
        .await
    }
}

impl State {
    fn take_body(&mut self, piece: Result<Option<Vec<u8>>, BodyLost>) {
        if self.body_asked {
            self.body_asked = false;
            self.body.push_back(piece);
        }
    }
}
