//! What goes elsewhere: requests upstream, embeddings, policies.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::{Failure, Inbox, Port};
use crate::action::{Action, CallId, PolicyCall, UpstreamRequest};
use crate::event::{FailureKind, PolicyAnswer, PolicyFailure, UpstreamEvent};
use crate::head::Headers;

impl Port {
    /// Begins a request upstream; dropping what this returns cancels it.
    pub(crate) fn send(self: &Rc<Self>, make: impl FnOnce(CallId) -> UpstreamRequest) -> Upstream {
        let id = self.open(Inbox::Upstream { events: VecDeque::new(), asked: false, over: false });
        self.state.borrow_mut().actions.push_back(Action::Send(make(id)));
        Upstream { call: Call { port: Rc::clone(self), id } }
    }

    /// One vector for each text.
    pub(crate) async fn embed(self: &Rc<Self>, texts: Vec<String>) -> Result<Vec<Vec<f32>>, String> {
        let id = self.open(Inbox::Embedded(None));
        let call = Call { port: Rc::clone(self), id };
        self.state.borrow_mut().actions.push_back(Action::Embed(id, texts));
        poll_fn(|_| {
            let calls = &mut call.port.state.borrow_mut().calls;
            let Some(Inbox::Embedded(Some(_))) = calls.get(&id) else { return Poll::Pending };
            // Without its place a call is over, and is not cancelled.
            match calls.remove(&id) {
                Some(Inbox::Embedded(Some(answer))) => Poll::Ready(answer),
                _ => Poll::Pending,
            }
        })
        .await
    }

    /// Asks a policy.
    pub(crate) async fn ask(self: &Rc<Self>, question: PolicyCall) -> Result<PolicyAnswer, PolicyFailure> {
        let id = self.open(Inbox::Policy(None));
        let call = Call { port: Rc::clone(self), id };
        self.state.borrow_mut().actions.push_back(Action::Policy(id, question));
        poll_fn(|_| {
            let calls = &mut call.port.state.borrow_mut().calls;
            let Some(Inbox::Policy(Some(_))) = calls.get(&id) else { return Poll::Pending };
            // Without its place a call is over, and is not cancelled.
            match calls.remove(&id) {
                Some(Inbox::Policy(Some(answer))) => Poll::Ready(answer),
                _ => Poll::Pending,
            }
        })
        .await
    }

    fn open(&self, inbox: Inbox) -> CallId {
        let mut state = self.state.borrow_mut();
        state.last_call += 1;
        let id = CallId(state.last_call);
        state.calls.insert(id, inbox);
        id
    }
}

/// One open call; dropped before its end, it is cancelled.
struct Call {
    port: Rc<Port>,
    id: CallId,
}

impl Drop for Call {
    fn drop(&mut self) {
        // Futures are dropped while nothing of the state is borrowed.
        let mut state = self.port.state.borrow_mut();
        let over = match state.calls.remove(&self.id) {
            Some(Inbox::Upstream { over, .. }) => over,
            Some(Inbox::Embedded(_) | Inbox::Policy(_)) => false,
            None => true,
        };
        if !over {
            state.actions.push_back(Action::Cancel(self.id));
        }
    }
}

/// An open request upstream.
pub(crate) struct Upstream {
    call: Call,
}

impl Upstream {
    /// The head of the answer.
    pub(crate) async fn head(&mut self) -> Result<(u16, Headers), Failure> {
        match self.next().await? {
            UpstreamEvent::Head { status, headers } => Ok((status, headers)),
            _ => Err(Failure { kind: FailureKind::Protocol, text: "an answer without a head".to_owned() }),
        }
    }

    /// The next piece of the body, none at its end.
    pub(crate) async fn piece(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self.next().await? {
            UpstreamEvent::Body(piece) => Ok(Some(piece)),
            UpstreamEvent::End => Ok(None),
            _ => Err(Failure { kind: FailureKind::Protocol, text: "an answer with two heads".to_owned() }),
        }
    }

    /// All of the answer was read: there is nothing to cancel.
    pub(crate) fn is_whole(&self) {
        if let Some(Inbox::Upstream { over, .. }) = self.call.port.state.borrow_mut().calls.get_mut(&self.call.id) {
            *over = true;
        }
    }

    async fn next(&mut self) -> Result<UpstreamEvent, Failure> {
        let Call { port, id } = &self.call;
        poll_fn(|_| {
            let state = &mut *port.state.borrow_mut();
            let Some(Inbox::Upstream { events, asked, over }) = state.calls.get_mut(id) else {
                return Poll::Pending;
            };
            if let Some(event) = events.pop_front() {
                return Poll::Ready(match event {
                    UpstreamEvent::Failed { kind, text } => Err(Failure { kind, text }),
                    event => Ok(event),
                });
            }
            if *over {
                let text = "the answer was read beyond its end".to_owned();
                return Poll::Ready(Err(Failure { kind: FailureKind::Protocol, text }));
            }
            if !*asked {
                *asked = true;
                state.actions.push_back(Action::Read(*id));
            }
            Poll::Pending
        })
        .await
    }
}
