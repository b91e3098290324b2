//! One request to one deployment.

use std::rc::Rc;

use super::choice::Picked;
use super::live::Live;
use super::trouble::{Class, Trouble};
use super::{Outcome, Routing, Served, health};
use crate::action::UpstreamRequest;
use crate::config::{Backend, BaseUrl, Deployment, Strategy};
use crate::gateway::{Busy, Gateway};
use crate::head::{Headers, content_length, header};
use crate::inference::kept_headers;
use crate::limits;
use crate::port::{Port, Upstream};
use crate::provider::{self, Moment, Provider};
use crate::world::Level;

/// Gives the probe back when an attempt ends, in whatever way.
struct Probe<'a> {
    port: &'a Rc<Port>,
    id: Option<&'a str>,
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            health::end_probe(self.port, id);
        }
    }
}

/// The deployment's own headers, in the place of others of the same name; an empty one leaves it out.
fn with_own(mut headers: Headers, deployment: &Deployment) -> Headers {
    headers.retain(|(name, _)| !deployment.headers.iter().any(|(own, _)| own == name));
    headers.extend(deployment.headers.iter().filter(|(_, value)| !value.is_empty()).cloned());
    headers
}

impl<'a> Routing<'a> {
    /// Asks one deployment, and notes how it went.
    pub(super) async fn attempt(&self, picked: Picked<'a>, deadline_ms: u64) -> Result<Served<'a>, Trouble> {
        let Picked { deployment, health, probe, watched, .. } = picked;
        let _probe = Probe { port: self.port, id: probe.then_some(deployment.id.as_str()) };
        let began = self.port.now();
        let result = self.ask(deployment, deadline_ms).await;
        match &result {
            Ok(_) => {
                health::succeeded(self.port, deployment, health);
                if self.measures(deployment) {
                    health::measured(self.port, deployment, health, self.port.now().saturating_sub(began));
                }
                crate::metrics::attempt(self.port, deployment, "ok");
                crate::metrics::answered(self.port, deployment, self.port.now().saturating_sub(began));
            }
            Err(trouble) => {
                let blameless = matches!(trouble.class, Class::Request | Class::Unfit);
                let level = if blameless { Level::Debug } else { Level::Warning };
                self.port.world.log(level, &format!("the deployment {} failed: {}", deployment.id, trouble.cause));
                if !blameless {
                    if watched {
                        let rules = &self.gateway.config.routing;
                        health::failed(self.port, deployment, rules, probe, trouble.retry_after_ms);
                    }
                    crate::metrics::attempt(self.port, deployment, "failed");
                } else {
                    crate::metrics::attempt(self.port, deployment, "refused");
                }
            }
        }
        result.map(|outcome| Served { outcome, deployment })
    }

    fn measures(&self, deployment: &Deployment) -> bool {
        let has = |model: &crate::config::Model| model.deployments.iter().any(|other| other.id == deployment.id);
        let model = self.gateway.config.models.iter().find(|model| has(model));
        model.is_some_and(|model| model.strategy == Strategy::LowestLatency)
    }

    async fn ask(&self, deployment: &'a Deployment, deadline_ms: u64) -> Result<Outcome, Trouble> {
        match &deployment.backend {
            Backend::Upstream { provider, base_url } => {
                self.ask_upstream(deployment, provider::of(*provider), base_url, deadline_ms).await
            }
            Backend::Local => self.ask_engine(deployment, deadline_ms).await,
        }
    }

    async fn ask_upstream(
        &self,
        deployment: &Deployment,
        provider: &dyn Provider,
        base_url: &BaseUrl,
        deadline_ms: u64,
    ) -> Result<Outcome, Trouble> {
        let prepared = provider.prepare(self.call, deployment).map_err(Trouble::unfit)?;
        let timeouts = deployment.timeouts;
        let busy = Gateway::busy(self.gateway, &deployment.id);
        let now = self.port.now();
        let moment = Moment { now_ms: now, random: self.port.world.random() };
        let deadline_ms = deadline_ms.min(now.saturating_add(timeouts.total_ms));
        let first_ms = deadline_ms.min(now.saturating_add(timeouts.first_byte_ms));
        let mut upstream = self.port.send(|id| UpstreamRequest {
            id,
            method: "POST",
            scheme: base_url.scheme,
            authority: base_url.authority.clone(),
            path: format!("{}{}", base_url.prefix, prepared.path),
            headers: with_own(prepared.headers, deployment),
            body: prepared.body,
            connect_timeout_ms: timeouts.connect_ms,
        });
        let head = self.port.before(first_ms, upstream.head()).await;
        let (status, headers) = head.map_err(|_| Trouble::timeout("no head of an answer"))?.map_err(Trouble::lost)?;
        if !(200..300).contains(&status) {
            // What an error says is worth little; its status is what counts.
            let sizes = (content_length(&headers), limits::ERROR_BYTES);
            let read = self.body(&mut upstream, sizes, timeouts.between_bytes_ms, first_ms).await;
            let body = read.unwrap_or_default();
            let (by, head) = ((deployment, provider), (status, headers));
            return Err(Trouble::answered(self.call, by, head, &body, self.port.now()));
        }
        if header(&headers, "content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
            return Err(Trouble::garbage("a compressed answer, which was not asked for"));
        }
        let kind = header(&headers, "content-type").unwrap_or_default();
        let is_stream = kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream");
        if self.call.stream && is_stream {
            let reader = provider.reader(self.call, moment);
            let mut live =
                Live::new(upstream, reader, kept_headers(&headers), (timeouts.between_bytes_ms, deadline_ms), busy);
            let begun = self.port.before(first_ms, live.begin(self.port)).await;
            begun.map_err(|_| Trouble::timeout("no content of a stream"))??;
            return Ok(Outcome::Stream(Box::new(live)));
        }
        let sizes = (content_length(&headers), self.gateway.config.server.max_answer_bytes);
        let body = self.body(&mut upstream, sizes, timeouts.between_bytes_ms, deadline_ms).await?;
        drop::<Busy>(busy);
        let (body, usage) = provider.whole(self.call, body, moment).map_err(Trouble::garbage)?;
        Ok(Outcome::Whole { status, headers: kept_headers(&headers), body, usage })
    }

    /// The rest of an answer, of which it says the length or nothing, and at most so many bytes.
    async fn body(
        &self,
        upstream: &mut Upstream,
        (length, limit): (Option<u64>, usize),
        between_ms: u64,
        deadline_ms: u64,
    ) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        // With the last byte the answer is whole: nobody has to say so.
        while length != Some(body.len() as u64) {
            let until = deadline_ms.min(self.port.now().saturating_add(between_ms));
            let piece = self.port.before(until, upstream.piece()).await;
            match piece.map_err(|_| Trouble::timeout("the rest of an answer"))?.map_err(Trouble::lost)? {
                None => return Ok(body),
                Some(piece) if body.len() + piece.len() > limit => {
                    let refusal = crate::refusal::Refusal::bad_upstream("The upstream's answer is too large.");
                    return Err(Trouble::passing(refusal, format!("an answer of more than {limit} bytes")));
                }
                Some(piece) if body.is_empty() => body = piece,
                Some(piece) => body.extend_from_slice(&piece),
            }
        }
        upstream.is_whole();
        Ok(body)
    }
}
