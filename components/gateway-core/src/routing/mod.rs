//! From a call to an upstream's answer: which deployment, how often, how long.
//!
//! - `attempt.rs`: one request to one deployment; `live.rs`: an answer that comes piece by piece; `local.rs`: one that the
//!   gateway's own model engine makes;
//! - `trouble.rs`: why an attempt gave no answer, and what follows from it;
//! - `choice.rs`: which deployment is asked; `health.rs`: which of them are left alone, for all gateways over one
//!   store;
//! - here: retries, hedging and fallbacks.

mod attempt;
mod choice;
pub(crate) mod health;
pub(crate) mod live;
mod local;
mod trouble;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use crate::call::Call;
use crate::config::{Deployment, Model};
use crate::flight::Denial;
use crate::gateway::Gateway;
use crate::head::Headers;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::usage::Usage;
use choice::{Choice, Picked};
use live::Live;
use trouble::{Class, Trouble};

/// An answer, or the beginning of one.
pub(crate) enum Outcome {
    /// All of it.
    Whole { status: u16, headers: Headers, body: Vec<u8>, usage: Option<Usage> },
    /// A stream whose first content is there.
    Stream(Box<Live>),
}

/// One call on its way through the deployments of its model and of those that stand in for it.
pub(crate) struct Routing<'a> {
    pub(crate) gateway: &'a Rc<Gateway>,
    pub(crate) port: &'a Rc<Port>,
    pub(crate) call: &'a Call,
    /// When the whole request must have an answer, in milliseconds since the epoch.
    deadline_ms: u64,
}

/// Who answered.
pub(crate) struct Served<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) deployment: &'a Deployment,
}

/// The models that a request may be answered by, in order, each once.
pub(crate) fn chain<'a>(gateway: &'a Gateway, model: &'a Model) -> Vec<&'a Model> {
    let mut chain = vec![model];
    let mut at = 0;
    while let Some(model) = chain.get(at).copied() {
        for name in &model.fallbacks {
            if chain.len() < limits::FALLBACK_MODELS
                && let Some(next) = gateway.config.model(name)
                && !chain.iter().any(|known| std::ptr::eq(*known, next))
            {
                chain.push(next);
            }
        }
        at += 1;
    }
    chain
}

impl<'a> Routing<'a> {
    pub(crate) fn new(gateway: &'a Rc<Gateway>, port: &'a Rc<Port>, call: &'a Call, model: &Model) -> Self {
        let deadline_ms = port.now().saturating_add(model.total_timeout_ms);
        Self { gateway, port, call, deadline_ms }
    }

    /// Asks deployments until one answers, or says best why none does.
    pub(crate) async fn run(&self, model: &'a Model) -> Result<Served<'a>, Denial> {
        let chain = chain(self.gateway, model);
        // Who has nobody to stand in is asked even if it failed before.
        let alone = chain.iter().map(|model| model.deployments.len()).sum::<usize>() == 1;
        let mut last: Option<Trouble> = None;
        let mut soonest: Option<u64> = None;
        for model in chain {
            match self.run_model(model, alone, &mut soonest).await {
                Ok(served) => return Ok(served),
                Err(Some(trouble)) if trouble.class == Class::Request => return Err(trouble.denial),
                Err(Some(trouble)) => last = Some(trouble),
                Err(None) => {}
            }
            if self.port.now() >= self.deadline_ms {
                break;
            }
        }
        Err(last.map_or_else(|| self.nobody(soonest).into(), |trouble| trouble.denial))
    }

    fn nobody(&self, soonest: Option<u64>) -> Refusal {
        let mut refusal = Refusal::unavailable("No upstream for this model answers at the moment.");
        refusal.retry_after_ms = soonest.map(|at| at.saturating_sub(self.port.now()));
        refusal
    }

    /// No trouble: no deployment could be asked.
    async fn run_model(
        &self,
        model: &'a Model,
        alone: bool,
        soonest: &mut Option<u64>,
    ) -> Result<Served<'a>, Option<Trouble>> {
        let mut choice = Choice::new(self, model, alone);
        let mut last = None;
        let mut again = false;
        for attempt in 0..=model.retries {
            let mut picked = choice.pick();
            if picked.is_none() && again {
                // All were asked: those that may do better the second time are asked again, after a pause.
                if !self.pause(attempt, last.as_ref()).await {
                    break;
                }
                choice.begin_again();
                picked = choice.pick();
            }
            let Some(picked) = picked else { break };
            match self.hedged(model, &mut choice, picked).await {
                Ok(served) => return Ok(served),
                Err((index, trouble)) => {
                    let class = trouble.class;
                    let waits_too_long = trouble.retry_after_ms > Some(self.gateway.config.routing.backoff_most_ms);
                    last = Some(trouble);
                    match class {
                        Class::Request => break,
                        Class::Passing if !waits_too_long => again = true,
                        _ => choice.rule_out(index),
                    }
                }
            }
            if self.port.now() >= self.deadline_ms {
                break;
            }
        }
        *soonest = match (*soonest, choice.soonest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Err(last)
    }

    /// Waits before a retry: as long as the upstream asks, or twice as long each time with chance in it. False when the
    /// time is over before.
    async fn pause(&self, attempt: u32, last: Option<&Trouble>) -> bool {
        let rules = &self.gateway.config.routing;
        let most = rules.backoff_ms.saturating_mul(1 << (attempt.saturating_sub(1)).min(20)).min(rules.backoff_most_ms);
        let jittered = most / 2 + self.port.world.random() % (most / 2 + 1);
        let asked = last.and_then(|trouble| trouble.retry_after_ms).unwrap_or_default();
        let until = self.port.now().saturating_add(jittered.max(asked));
        if until >= self.deadline_ms {
            return false;
        }
        self.port.sleep_until(until).await;
        true
    }

    /// One attempt, and a second one beside it when the first is slow and the model says so.
    async fn hedged(
        &self,
        model: &'a Model,
        choice: &mut Choice<'_, 'a>,
        first: Picked<'a>,
    ) -> Result<Served<'a>, (usize, Trouble)> {
        let index = first.index;
        let mut first = pin!(self.attempt(first, self.deadline_ms));
        let second = match model.hedge_after_ms {
            None => None,
            Some(ms) => {
                let at = self.port.now().saturating_add(ms);
                match self.port.before(at, first.as_mut()).await {
                    Ok(result) => return result.map_err(|trouble| (index, trouble)),
                    Err(_) => choice.pick(),
                }
            }
        };
        let Some(second) = second else { return first.await.map_err(|trouble| (index, trouble)) };
        let other = second.index;
        let second = pin!(self.attempt(second, self.deadline_ms));
        either((index, first), (other, second)).await
    }
}

/// The first that succeeds, or the last failure.
async fn either<T, E>(
    (a_name, mut a): (usize, std::pin::Pin<&mut impl Future<Output = Result<T, E>>>),
    (b_name, mut b): (usize, std::pin::Pin<&mut impl Future<Output = Result<T, E>>>),
) -> Result<T, (usize, E)> {
    let (mut a_failed, mut b_failed) = (false, false);
    poll_fn(|context| {
        if !a_failed && let Poll::Ready(result) = a.as_mut().poll(context) {
            match result {
                Err(_) if !b_failed => a_failed = true,
                result => return Poll::Ready(result.map_err(|error| (a_name, error))),
            }
        }
        if !b_failed && let Poll::Ready(result) = b.as_mut().poll(context) {
            match result {
                Err(_) if !a_failed => b_failed = true,
                result => return Poll::Ready(result.map_err(|error| (b_name, error))),
            }
        }
        Poll::Pending
    })
    .await
}
