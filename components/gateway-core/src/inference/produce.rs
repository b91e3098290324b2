//! How an answer is made, once for all who wait for it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use super::deliver::stream_headers;
use crate::account;
use crate::account::charge::Charge;
use crate::cache::{self, Plan};
use crate::call::Call;
use crate::config::Deployment;
use crate::flight::{End, Flight, Start, Writer};
use crate::gateway::{Announced, Gateway};
use crate::metrics;
use crate::policy::{self, chunks::Chunks};
use crate::port::Port;
use crate::provider;
use crate::refusal::Refusal;
use crate::routing::live::Live;
use crate::routing::{Outcome, Routing, Served};
use crate::usage::{self, Usage};

/// What there is to do.
pub(super) struct Job {
    pub(super) gateway: Rc<Gateway>,
    pub(super) port: Rc<Port>,
    /// The model's own name.
    pub(super) model: String,
    pub(super) call: Call,
    /// Settled when the job ends, whatever its end.
    pub(super) charge: Charge,
    /// What the cache does with the answer.
    pub(super) plan: Option<Plan>,
    /// Lets others find the answer until it has ended.
    pub(super) _announced: Option<Announced>,
}

/// Takes down an answer for the cache; forgets it all when it grows too large.
struct Recorder {
    limit: usize,
    bytes: Option<Vec<u8>>,
}

impl Recorder {
    fn new(plan: Option<&Plan>) -> Self {
        match plan.filter(|plan| plan.write) {
            Some(plan) => Self { limit: plan.max_bytes, bytes: Some(Vec::new()) },
            None => Self { limit: 0, bytes: None },
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        if let Some(taken) = &mut self.bytes {
            if taken.len() + bytes.len() > self.limit {
                self.bytes = None;
            } else {
                taken.extend_from_slice(bytes);
            }
        }
    }

    /// Keeps an answer that is whole.
    fn keep(self, job: &Job, stream: bool) {
        let (Some(plan), Some(bytes)) = (&job.plan, self.bytes) else { return };
        cache::entry::write(&job.port, &plan.key, stream, &bytes, plan.ttl_ms);
        if let (Some(question), Some(vector)) = (&plan.semantic, &plan.vector) {
            cache::semantic::remember(&job.port, question, vector, &plan.key, plan.ttl_ms);
        }
    }
}

/// Makes the answer, as long as somebody reads it.
pub(super) async fn produce(job: Job, flight: Rc<Flight>, writer: Writer) {
    let mut made = pin!(make(&job, writer));
    let mut deserted = pin!(flight.deserted());
    poll_fn(|context| match made.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => deserted.as_mut().poll(context),
    })
    .await;
}

async fn make(job: &Job, writer: Writer) {
    let Some(model) = job.gateway.config.model(&job.model) else {
        return writer.start(Err(Refusal::unknown_model(&job.model).into()));
    };
    let routing = Routing::new(&job.gateway, &job.port, &job.call, model);
    let Served { outcome, deployment } = match routing.run(model).await {
        Ok(served) => served,
        Err(denial) => return writer.start(Err(denial)),
    };
    job.port.access.borrow_mut().deployment = Some(deployment.id.clone());
    match outcome {
        Outcome::Whole { status, headers, body, usage } => {
            let estimated = Usage {
                input: usage::estimate(job.call.bytes),
                output: usage::estimate(if job.call.most_output() == 0 { 0 } else { body.len() }),
            };
            let price = deployment.price.unwrap_or_default();
            job.charge.flowed(usage.unwrap_or(estimated), price);
            count(job, deployment);
            let body = match policy::on_response(&job.gateway.config, &job.port, body, &job.model).await {
                Ok(body) => body,
                Err(refusal) => return writer.start(Err(refusal.into())),
            };
            if status == 200 {
                let mut recorder = Recorder::new(job.plan.as_ref());
                recorder.take(&body);
                recorder.keep(job, false);
            }
            writer.start(Ok(Start { status, headers, stream: false }));
            writer.write(body).await;
            writer.end(End::Whole);
        }
        Outcome::Stream(live) => stream(job, writer, deployment, *live).await,
    }
}

async fn stream(job: &Job, writer: Writer, deployment: &Deployment, mut live: Live) {
    let mut headers = std::mem::take(&mut live.headers);
    headers.retain(|(name, _)| name != "content-type");
    headers.extend(stream_headers());
    let mut start = Some(Start { status: 200, headers, stream: true });
    let input = usage::estimate(job.call.bytes);
    let price = deployment.price.unwrap_or_default();
    let mut recorder = Recorder::new(job.plan.as_ref());
    let mut chunks = Chunks::new(&job.gateway.config, &job.model, job.call.api);
    let end = loop {
        let mut items = live.next(&job.port).await;
        job.charge.flowed(live.usage(input), price);
        if let (Some(chunks), Ok(Some(_))) = (&mut chunks, &items)
            && let Ok(Some(taken)) = items
        {
            items = chunks.pass(&job.port, taken).await.map(Some);
        }
        let mut bytes = Vec::new();
        match items {
            Ok(Some(items)) => items.iter().for_each(|item| item.write(&mut bytes)),
            Ok(None) => break End::Whole,
            Err(refusal) => {
                if start.is_some() {
                    // The client has seen nothing: it gets a status.
                    count(job, deployment);
                    return writer.start(Err(refusal.into()));
                }
                provider::error_event(job.call.api, &refusal).write(&mut bytes);
                writer.write(bytes).await;
                break End::Broken;
            }
        }
        if let Some(start) = start.take() {
            writer.start(Ok(start));
        }
        recorder.take(&bytes);
        writer.write(bytes).await;
    };
    if let Some(start) = start {
        writer.start(Ok(start));
    }
    job.charge.flowed(live.usage(input), price);
    count(job, deployment);
    if end == End::Whole {
        recorder.keep(job, true);
    }
    writer.end(end);
}

fn count(job: &Job, deployment: &Deployment) {
    let usage = job.charge.used();
    account::deployment_gave(&job.port, deployment, usage.total());
    metrics::used(&job.port, &job.model, usage, job.charge.spent_micros());
}
